from . import legal_claims_add, legal_close, legal_handover
