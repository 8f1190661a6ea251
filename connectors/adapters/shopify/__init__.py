"""Shopify's Admin GraphQL: one shop behind the `Store` protocol, and the OAuth calls that open it. No Django.

`pinned` says which version of the API and which scopes; `client` judges what the shared `adapters.transport` brought
back; `reading` makes values of it; `store` is the protocol of the house. Tokens come from outside: `oauth` only fetches
them.
"""
