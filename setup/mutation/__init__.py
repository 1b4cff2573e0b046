"""Mutation testing of the rules: small changes that the tests of a rule must notice.

Ready-made tools were tried first. mutmut 3.8 changes nothing outside functions, where
the scales of the law stand, nor in properties. cosmic-ray 8.7 knows no amounts written
as `Decimal("0.15")` and no return values, a tenth of its changes is in type hints, and
it starts Python anew for each of them: hours instead of minutes.
"""
