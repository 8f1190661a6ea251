"""One named one-line break of the product for each whole promise, kept as data in `breaks.py`."""
