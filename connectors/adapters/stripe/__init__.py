"""Stripe as a risk feed: disputes, early fraud warnings and Radar's own verdicts on a customer's payments. No Django.

`levels` maps what Stripe says to the house's levels; `client` makes one read; `feed` looks at one customer.
"""
