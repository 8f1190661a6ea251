"""The tickets flow: intake, classify, twelve gates, approval or execution, reply."""
