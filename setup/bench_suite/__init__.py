"""The benchmark behind setup/bench.

`comparison` and `report` run in the command's own process. The other modules run inside
Odoo, in a process of their own for each piece of work: see `odoo_calls`.
"""
