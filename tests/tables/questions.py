"""Permissions on questions, answers, reports and AI memory."""

from __future__ import annotations

from tests.tables.row import Row

ROUTES: dict[str, Row] = {}
