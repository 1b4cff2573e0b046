"""Business rules of dunning in plain Python.

Nothing here knows Odoo: no environment, no records, no clock, no floats. Facts come
in as dates, decimals and frozen dataclasses; decisions come out. The models read the
facts, ask a rule, and write what it decided.
"""
