"""Who asks, in which organization: tenancy, roles, the vault, money and time, the audit port, work."""
