from . import test_costs, test_portal
