"""The questions flow: ask, match or write SQL, guard, run, say how far the answer can be trusted."""
