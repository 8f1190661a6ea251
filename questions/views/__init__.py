"""Pages of the questions flow. GET renders, POST calls a verb."""
