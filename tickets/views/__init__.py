"""Pages of the tickets flow. GET renders, POST calls one verb; no rule lives here."""
