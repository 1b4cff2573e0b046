"""Dossier, timeline and archive of a legal case: plain Python, no Odoo, no clock.

What leaves the house for a bailiff or a lawyer is put together here from frozen facts,
so that it can be tested without a database.
"""
