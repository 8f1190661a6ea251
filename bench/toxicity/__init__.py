"""Where the toxicity model comes from: labelled sentences made from families of templates, and the training."""
