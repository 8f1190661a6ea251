"""How a notice leaves the house: as an e-mail, or as a signed webhook."""
