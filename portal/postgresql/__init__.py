"""Django's PostgreSQL backend, told the organization before every statement."""
