"""The doors: the only code that opens a socket to the outside. Holds no business rule."""
