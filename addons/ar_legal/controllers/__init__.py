from . import legal_portal
