"""The demo: three Belgian public entities, their debtors and 600 claims.

`build.main(env)` tells the story in an Odoo database that holds the suite,
`report.summary(env)` says what came of it. Everything is invented; the same day and
size always give the same demo.
"""
