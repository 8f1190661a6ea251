"""The portal's WSGI application for tests: it reads the quick password hashes that the test process writes."""

from __future__ import annotations

from django.conf import settings

from portal.wsgi import application

__all__ = ["application"]

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
