"""One folder per kind of outside system; an adapter speaks its protocol and holds no business rule."""
