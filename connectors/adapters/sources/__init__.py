"""Adapters of SQL sources: they describe, probe and run one read-only statement. They decide nothing."""
