"""Memory: one append-only event log, its search and export. Decides nothing."""
