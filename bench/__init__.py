"""Measurements that are run by hand or by `make bench`; none is a test."""
