"""The lab of the questions tests, beside the demo's own databases."""

from tests.questions.conftest import customer_database, lab

__all__ = ["customer_database", "lab"]
