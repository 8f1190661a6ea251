"""The sealed log: tree, heads, sealer, proofs, and the verifier that runs without us."""
