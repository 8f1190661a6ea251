"""The sealed log of one organization: leaves, tree, heads, proofs; and the program that checks them without us."""
