"""Evidence packs (A09): one signed archive for a period, which an auditor reads and checks without the portal."""
