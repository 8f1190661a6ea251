"""Access reviews: the roster with its evidence, the campaign, the decision on one access, and what came of it."""
