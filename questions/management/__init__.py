"""Commands of the questions flow."""
