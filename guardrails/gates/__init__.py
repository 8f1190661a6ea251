"""The twelve gates of the ticket flow, in the order of the requirement. Pure: facts in, verdicts out."""
