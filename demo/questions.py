"""The demo's questions, each with what must become of it: the story checks itself against this table."""

from __future__ import annotations

from dataclasses import dataclass

from demo.organization import OVER_POWERFUL, PRODUCTION, REPORTING, SOUTHWIND_SHOP, WEB
from demo.people import ANA, CLEO, MIA, PAUL, DemoPerson


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """Who asks what of which connector, and what the portal must answer.

    `sql` is typed into live edit instead of a question. `connector` empty: the portal finds the fitting one, and
    it must be `found`. `status` is HTTP's when the question is refused before it is one.
    """

    key: str
    who: DemoPerson
    text: str = ""
    connector: str = ""
    sql: str = ""
    state: str = "answered"
    confidence: str = ""
    found: str = ""
    status: int = 200
    rows: int | None = None
    is_cut: bool = False
    warns: bool = False
    sees_sql: bool = True
    reason: str = ""
    shows: str = ""


QUESTIONS = (
    DemoQuestion("verified", PAUL, "How many customers are in each segment?", REPORTING, confidence="high", rows=3, shows="a verified query, no model asked"),
    DemoQuestion("slots", PAUL, "Top 5 customers by revenue last month", REPORTING, confidence="high", rows=5, shows="a number and a period read from the question"),
    DemoQuestion("found", PAUL, "Which pages are viewed most?", found=WEB, confidence="high", rows=8, shows="no connector named: the portal finds it and says why"),
    DemoQuestion("no-match", PAUL, "How will the weather be in Malmö next spring?", REPORTING, state="unanswerable", shows="no verified query fits, and nothing is made up"),
    DemoQuestion("production", PAUL, "How many orders are open?", PRODUCTION, confidence="high", rows=1, warns=True, shows="the warning of a production system"),
    DemoQuestion("cut", PAUL, "Show all products with their prices", REPORTING, confidence="high", rows=20, is_cut=True, shows="more than twenty rows: cut, and said so"),
    DemoQuestion("delete", PAUL, connector=PRODUCTION, sql="DELETE FROM orders WHERE status = 'open'", state="refused", warns=True, reason="DELETE", shows="a DELETE typed into live edit"),
    DemoQuestion("delete-in-a-cte", PAUL, connector=OVER_POWERFUL, sql="WITH gone AS (DELETE FROM orders RETURNING id) SELECT count(*) FROM gone", state="refused", warns=True, shows="a DELETE in a costume, over a credential that could"),
    DemoQuestion("live-edit", PAUL, connector=PRODUCTION, sql="SELECT status, count(*) AS orders FROM orders GROUP BY status ORDER BY status", rows=3, warns=True, shows="honest SQL of one's own"),
    DemoQuestion("analyst", ANA, "Conversion rate by source", WEB, confidence="high", rows=5, shows="an analyst on the SQLite file she was granted"),
    DemoQuestion("member", MIA, "Revenue by country last month", REPORTING, confidence="high", rows=7, sees_sql=False, shows="a member: the answer without its SQL"),
    DemoQuestion("not-granted", ANA, "How many orders are open?", PRODUCTION, status=400, shows="a connector she was not granted is one that is not there"),
    DemoQuestion("not-allowed", ANA, connector=REPORTING, sql="SELECT 1", status=403, shows="live edit is for power users"),
    DemoQuestion("southwind", CLEO, "List all products with their prices", SOUTHWIND_SHOP, confidence="medium", rows=3, shows="another organization asks its own data; its only admin cannot countersign their own query: at most Medium"),
)  # fmt: skip
