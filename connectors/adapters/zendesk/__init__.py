"""Zendesk's Ticketing API: replies to one account's tickets, behind the `Helpdesk` protocol. No Django.

`client` makes one call and judges its answer; `conversation` reads a ticket and its audits; `helpdesk` is the protocol.
"""
