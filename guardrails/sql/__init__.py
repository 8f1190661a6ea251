"""The SQL guard: `decide(sql, dialect, schema, policy)` says whether a statement may run, and what runs
(Q03, Q04).

Decides on the parsed tree by allowlist. Knows no Django, opens no connection, never raises.
"""

from guardrails.sql.decide import decide
from guardrails.sql.decision import BLOCK, PASS, Decision, Reason
from guardrails.sql.policy import GuardPolicy
from guardrails.sql.rules import DIALECTS

__all__ = ["BLOCK", "DIALECTS", "PASS", "Decision", "GuardPolicy", "Reason", "decide"]
