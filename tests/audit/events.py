"""Events to look for: made through the port, or in bulk by the runtime role itself."""

from __future__ import annotations

import uuid

from django.db import connection

from portal import trail

BULK = """
INSERT INTO audit_event (id, type, actor_kind, actor_id, actor_name, subject_kind, subject_id, verdict, data,
                         amount_minor, currency)
SELECT (lpad(to_hex((extract(epoch FROM date_trunc('day', now())) * 1000)::bigint), 12, '0') || '7'
        || lpad(to_hex(n), 15, '0') || substr(md5(current_setting('app.org')), 1, 4))::uuid,
       'ticket.classified', 'person', md5(n::text), 'Person ' || n %% 97, 'question', md5((n / 3)::text), 'pass',
       jsonb_build_object('number', n, 'note', '=1+' || n), n, 'USD'
FROM generate_series(1, %s) AS n
"""


def make_in_bulk(number: int) -> None:
    """Insert that many events of today in the current organization, as an application would."""
    with connection.cursor() as cursor:
        cursor.execute(BULK, [number])


def refused_sign_in(email: str, subject: str = "x", way: str = "page") -> uuid.UUID:
    """Record an event that carries a personal text."""
    return trail.record(
        trail.Event(
            "person.sign_in_refused",
            trail.Subject("person", subject),
            verdict="refused",
            data={"way": way},
            text={"email": email},
        )
    )
