from . import early_warning, legal_portal
