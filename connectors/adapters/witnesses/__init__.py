"""Doors through which signed heads leave: a folder that only grows, and a time-stamp server (RFC 3161). No Django."""
