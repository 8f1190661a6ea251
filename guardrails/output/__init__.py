"""The output guard: what a reply may say. Never raises, opens nothing, knows no Django."""
