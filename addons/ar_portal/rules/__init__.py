"""Pure rules of the portal: no Odoo, no clock."""
