"""Decisions: given facts, a verdict with a reason. Talks to nothing outside PostgreSQL and Valkey."""
