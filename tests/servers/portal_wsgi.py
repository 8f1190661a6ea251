"""The portal's WSGI application for tests: it reads the quick password hashes that the test process writes."""

from __future__ import annotations

from portal.wsgi import application  # noqa: I001 - it readies the settings

from django.conf import settings

__all__ = ["application"]

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
