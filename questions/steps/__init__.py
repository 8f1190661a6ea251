"""The steps of `questions.pipeline`, one a file: each takes the journey and says where to go, None for the next."""
