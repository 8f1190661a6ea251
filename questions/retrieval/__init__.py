"""Which tables of a schema a question is about: by words, by meaning, and by how tables hang together (Q10)."""

from questions.retrieval.rank import Fit, column_scores, fit, ranked

__all__ = ["Fit", "column_scores", "fit", "ranked"]
