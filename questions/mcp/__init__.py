"""The portal as an MCP server: `ask`, `list_connectors`, `describe`, `check_sql` under the caller's own rights.

Streamable HTTP without sessions and streams: each POST is answered by one JSON object. Speaks the revision of
2026-07-28, which has no handshake, and the older ones that begin with `initialize`.
"""
