"""The sandbox: a store, a helpdesk and a risk feed that are outside systems like any other.

They live in a PostgreSQL database of their own, reached by DSN; the portal's transactions do not reach into it, so
that what was executed there stays executed whatever the portal rolls back.
"""
