"""Plain arithmetic of payment links: no Odoo, no clock of its own."""
