"""The breaks: each one line of the product, for one whole promise."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Break:
    """Replace `old`, which stands exactly once in `file`, by `new`: the promise's own tests must fail."""

    promise: str
    name: str
    file: str
    old: str
    new: str
    remakes_database: bool = False


BREAKS = (
    Break(
        "I01", "the scoped manager returns everything", "portal/models/base.py",
        "return super().get_queryset().filter(organization_id=tenancy.organization_id())",
        "return super().get_queryset()",
    ),
    Break(
        "I02", "row-level security is not enabled", "portal/isolation.py",
        'yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"',
        'yield f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY"',
        remakes_database=True,
    ),
    Break(
        "I03", "analysts may edit SQL live", "portal/roles.py",
        "Capability.EDIT_SQL: (_Y, _Y, _N, _N),",
        "Capability.EDIT_SQL: (_Y, _Y, _Y, _N),",
    ),
    Break(
        "I04", "every connector counts as granted", "connectors/grant.py",
        "found = Connector.objects.granted_to_me().filter(pk=key).first() if key else None",
        "found = Connector.objects.filter(pk=key).first() if key else None",
    ),
    Break(
        "I06", "nobody is asked to sign in", "portal/access.py",
        "if request.user.is_authenticated or (match is not None and match.view_name in OPEN_ROUTES):",
        "if match is not None:",
    ),
    Break(
        "I07", "an access that is over still opens", "portal/models/access.py",
        "return bool(self.state == TimedState.ACTIVE and self.ends_at and self.ends_at > timezone.now())",
        "return bool(self.state == TimedState.ACTIVE and self.ends_at)",
    ),
    Break(
        "T01", "a switch that is on does not halt", "guardrails/switch.py",
        "        if state is not False:\n            return reasons.get(name)",
        "        if state is None:\n            return reasons.get(name)",
    ),
    Break(
        "T02", "shadow mode acts", "tickets/gates.py",
        "if run.is_record_only or ticket.is_shadow:",
        "if False:",
    ),
    Break(
        "T03", "any confidence is enough", "guardrails/gates/classification.py",
        "if answer.confidence < threshold:",
        "if answer.confidence < 0:",
    ),
    Break(
        "T04", "a request for a person goes on", "guardrails/gates/short_circuit.py",
        'if "request_for_person" in (answer.intent, *others):',
        'if "nobody" in (answer.intent, *others):',
    ),
    Break(
        "T05", "what a store never tells counts as none", "tickets/past.py",
        "return None if rows is None else len(rows)",
        "return len(rows or ())",
    ),
    Break(
        "T06", "old signals are as good as new ones", "guardrails/gates/risk.py",
        "if age > timedelta(seconds=max_age_s):",
        "if age > timedelta(seconds=max_age_s) * 1000:",
    ),
    Break(
        "T07", "rules are asked in reverse", "guardrails/gates/escalation.py",
        "rules = sorted(facts.policy.rules, key=lambda rule: (rule.priority, rule.id))",
        "rules = sorted(facts.policy.rules, key=lambda rule: (-rule.priority, rule.id))",
    ),
    Break(
        "T08", "anybody's order will do", "guardrails/gates/entity.py",
        "if is_sender is False:",
        "if is_sender == 'never':",
    ),
    Break(
        "T09", "the second ceiling is not one", "guardrails/gates/money.py",
        "if ceilings.block < total:",
        "if ceilings.block < ceilings.block:",
    ),
    Break(
        "T10", "a full cap has room for one more", "guardrails/caps.py",
        "if count + 1 > count_cap:",
        "if count > count_cap:",
    ),
    Break(
        "T11", "what is not known was executed before", "guardrails/gates/first_time.py",
        "if before is True:",
        "if before is not True:",
    ),
    Break(
        "T12", "what was redacted is sent as it was", "tickets/gates.py",
        "        if run.reply_text is not None and reply is not None:\n",
        "        if run.reply_text is None and reply is not None:\n",
    ),
    Break(
        "T13", "a person's yes is not needed", "guardrails/gates/run.py",
        "if verdict.outcome is Outcome.HUMAN and verdict.grantable and gate.name in granted:",
        "if verdict.outcome is Outcome.HUMAN:",
    ),
    Break(
        "T14", "each try has a key of its own", "tickets/execute.py",
        "key, money = str(action.idempotency_key), action.money",
        "key, money = str(action.pk) + str(action.tries), action.money",
    ),
    Break(
        "T14", "a store without keys is sent the same call again", "tickets/execute.py",
        "return call(store, action) if action.kind in store.honours_keys else None",
        "return call(store, action)",
    ),
    Break(
        "T14", "a refund by hand in the meantime is not noticed", "tickets/meanwhile.py",
        "if by_others > 0 or is_cancelled:",
        "if is_cancelled:",
    ),
    Break(
        "T15", "what only the store did is not listed", "tickets/reconcile.py",
        "        if action is None:\n            yield _by_hand(",
        "        if False:\n            yield _by_hand(",
    ),
    Break(
        "T16", "a yes counts for whatever is true by now", "tickets/contract.py",
        "if before.get(key) != value",
        "if before.get(key) != value and key == 'nothing'",
    ),
    Break(
        "T17", "what is found stays in the text", "guardrails/output/__init__.py",
        "hidden = [f for f in findings if f.action == REDACT or (f.action == BLOCK and f.kind in PERSONAL)]",
        "hidden: list[Finding] = []",
    ),
    Break(
        "T18", "a pattern that matches is not told", "guardrails/output/patterns.py",
        "                if end > start:\n",
        "                if end < start:\n",
    ),
    Break(
        "T19", "no reply is read for its manners", "guardrails/output/toxicity.py",
        "    if not signs & _TOXIC_SIGNS:\n",
        "    if signs is not None:\n",
    ),
    Break(
        "T20", "missing content is not added", "guardrails/output/required.py",
        "for rule in sorted(rules_of(policy), key=lambda rule: not rule.text.strip()):",
        "for rule in ():",
    ),
    Break(
        "T21", "any signature will do", "portal/signed.py",
        "if not any(hmac.compare_digest(one.encode(), each.encode()) for one in given for each in expected):",
        "if not expected:",
    ),
    Break(
        "T22", "a reply leaves without its key", "connectors/adapters/zendesk/helpdesk.py",
        '"metadata": {KEY: key, TEXT: digest},',
        '"metadata": {TEXT: digest},',
    ),
    Break(
        "T24", "refunds are live from the start", "guardrails/models/ticket.py",
        'shadow_refund = models.BooleanField("shadow mode: refunds", default=True,',
        'shadow_refund = models.BooleanField("shadow mode: refunds", default=False,',
    ),
    Break(
        "Q03", "a masked column is read as it stands", "guardrails/sql/rewrite.py",
        "made = expression(mask, column_of(name), rules, said)",
        "made = column_of(name)",
    ),
    Break(
        "Q03", "a row filter is left out", "guardrails/sql/rewrite.py",
        "            conditions.append(bound)\n",
        "            conditions.clear()\n",
    ),
    Break(
        "Q03", "an unknown node passes", "guardrails/sql/tree.py",
        "check = checks.get(kind, unknown)",
        "check = checks.get(kind)",
    ),
    Break(
        "Q05", "cells are not clipped in the server", "connectors/adapters/sources/postgresql.py",
        "query = shape.clipped(statement).as_bytes(connection)",
        "query = psycopg.sql.SQL(statement).as_bytes(connection)",
    ),
    Break(
        "Q06", "TLS to a MySQL that is not local is a wish", "connectors/adapters/sources/mysql.py",
        'return (tls or "prefer") if self._is_local else "require"',
        'return (tls or "prefer") if self._is_local else "prefer"',
    ),
    Break(
        "S09", "private addresses are called in production", "connectors/addresses.py",
        "if settings.PRODUCTION and not found.is_global:",
        "if not settings.PRODUCTION and not found.is_global:",
    ),
    Break(
        "A02", "a change is not recorded", "portal/change.py",
        "        if before == after:\n            return instance",
        "        if True:\n            instance.save()\n            return instance",
    ),
    Break(
        "A03", "an action's event says nothing of its tool", "tickets/action_log.py",
        '"tool": action.tool,',
        '"tool": "",',
    ),
    Break(
        "A05", "an export is not known to be cut", "audit/export.py",
        'time.monotonic(), 0, 0, "cut"',
        'time.monotonic(), 0, 0, "whole"',
    ),
    Break(
        "S01", "a ciphertext opens anywhere", "portal/vault.py",
        '("countersign/1", str(self.organization_id), self.table, self.row_id, self.field)',
        '("countersign/1",)',
    ),
    Break(
        "Q01", "rows stand unsealed in the cache", "questions/rows.py",
        "sealed = vault.seal_briefly(_place(question_id), json.dumps(payload, ensure_ascii=False))",
        "sealed = json.dumps(payload, ensure_ascii=False)",
    ),
    Break(
        "Q02", "a credential that can write draws no warning", "connectors/adapters/sources/postgresql_catalog.py",
        "    if writable:\n        shown",
        "    if not writable:\n        shown",
    ),
    Break(
        "Q04", "the day's budget is never used up", "questions/budget.py",
        "rows = min(limits.rows, limits.rows_per_day - counter.used_rows)",
        "rows = limits.rows",
    ),
    Break(
        "Q07", "a model that cannot be reached is not told apart", "connectors/adapters/providers/contracts.py",
        'state, retryable = "unreachable", True',
        'state, retryable = "failed", False',
    ),
    Break(
        "Q08", "a verified query is not looked for", "questions/steps/match.py",
        "found = _find(trip)",
        "found = None",
    ),
    Break(
        "Q09", "memory of another connector reaches the prompt", "questions/models/memory.py",
        "return self.active().filter(models.Q(connector=connector) | models.Q(connector=None))",
        "return self.active()",
    ),
    Break(
        "Q10", "the engine's own words, which quote a row, go back to the model",
        "connectors/adapters/sources/postgresql_errors.py",
        "return SourceFailed(found[0], found[1].format(of=_of(subject), near=near), subject=subject)",
        "return SourceFailed(found[0], str(error), subject=subject)",
    ),
    Break(
        "Q10", "a fifth of the relevant tables is told", "questions/schema_context.py",
        "retrieval.ranked(question, schema)[: max(0, limit)]]",
        "retrieval.ranked(question, schema)[: max(0, limit // 5)]]",
    ),
    Break(
        "Q11", "every answer is High", "questions/signals/combine.py",
        "reached = next(level for least, level in LEVELS if likely >= least)",
        'reached = "high"',
    ),
    Break(
        "Q12", "a summary is not checked", "questions/steps/summarize.py",
        "wrong = grounding.unfounded(summary.text, result)",
        "wrong: list[str] = []",
    ),
    Break(
        "Q13", "production is not said", "connectors/models/connector.py",
        "        if not self.is_production:\n",
        "        if True:\n",
    ),
    Break(
        "Q15", "a role that lost the right goes on refreshing", "questions/refresh.py",
        "elif not i_may(Capability.MANAGE_REPORTS):",
        "elif False:",
    ),
    Break(
        "Q18", "a part is drawn as the whole", "questions/chart.py",
        "part = replace(drawn, is_part=is_part)",
        "part = replace(drawn, is_part=False)",
    ),
    Break(
        "Q14", "live edit runs what was typed", "questions/steps/guard.py",
        "    if decision.passes:\n",
        "    if decision.passes or question.origin == 'live_edit':\n",
    ),
    Break(
        "Q16", "the organization's cap is not asked", "guardrails/spend.py",
        "        if refusal is None:\n            expire_stale()",
        "        if True:\n            expire_stale()",
    ),
    Break(
        "Q17", "the wish to stop is seen and forgotten", "questions/stop.py",
        "                self._stop()\n                return",
        "                return",
    ),
    Break(
        "T23", "the local classifier is not asked", "connectors/adapters/providers/local.py",
        "return classifier.classify(request)",
        'return Classification("general", 0.99)',
    ),
    Break(
        "T25", "what people did otherwise is not told", "tickets/report.py",
        "        if self.did != self.kind:\n",
        "        if False:\n",
    ),
    Break(
        "T26", "the policy as it is is asked twice", "tickets/rehearse.py",
        '"then": (then, output_digest(then.output))',
        '"then": (now, output_digest(now.output))',
    ),
    Break(
        "A03", "an executed action is not told", "tickets/execute.py",
        '            "action.succeeded",\n',
        '            "action.reserved",\n',
    ),
    Break(
        "A05", "the stream is read outside its organization", "audit/export.py",
        "            with tenancy.enter(context):  # never across a yield",
        "            with tenancy.enter(tenancy.EMPTY):  # never across a yield",
    ),
    Break(
        "A05", "a link of an export opens to anybody", "audit/export.py",
        "if (organization, person) != (str(context.organization_id), str(context.user_id)):",
        "if organization != str(context.organization_id):",
    ),
    Break(
        "A07", "whatever lies above the median is a risk", "audit/detect/kinds.py",
        "if score >= setting.threshold:",
        "if score >= 0:",
    ),
    Break(
        "A08", "the last whole day of a range is left out", "audit/tally.py",
        '("d", from_day, to_day)',
        '("d", from_day, to_day - DAY)',
    ),
    Break(
        "S03", "a secret is shown", "portal/vault.py",
        '        return "<secret>"',
        "        return self._value",
    ),
    Break(
        "S04", "a lease that somebody holds is taken too", "connectors/oauth_tokens.py",
        ".filter(Q(leased_until=None) | Q(leased_until__lt=Now()))",
        ".filter()",
    ),
    Break(
        "S06", "the window never fills", "portal/rate.py",
        "  if used >= limit then",
        "  if used > limit * 2 then",
    ),
    Break(
        "S07", "organizations are served in any order", "portal/work.py",
        "    ORDER BY t.served_at NULLS FIRST, o.id\n",
        "    ORDER BY o.id\n",
    ),
    Break(
        "S08", "the first organization's model serves everybody", "connectors/open.py",
        "def model() -> ModelDoor:\n",
        '@__import__("functools").cache\ndef model() -> ModelDoor:\n',
    ),
    Break(
        "O01", "the story does not look at what came", "demo/__main__.py",
        "    return 0 if is_fine else EXIT_DIFFERENT",
        "    return EXIT_DIFFERENT",
    ),
    Break(
        "A04", "a backlog is taken in the order of texts", "audit/sealing/sealer.py",
        '_IN_ORDER = " ORDER BY e.xact_id, e.id LIMIT %s"',
        '_IN_ORDER = " ORDER BY xact_id, id LIMIT %s"',
    ),
    Break(
        "A04", "events are sealed while older transactions are open", "audit/sealing/sealer.py",
        'window, values = window + " AND xact_id < %s::text::xid8", [*values, str(below)]',
        'window, values = window + " AND xact_id <> %s::text::xid8", [*values, str(below)]',
    ),
    Break(
        "A04", "the verifier does not look at the line", "audit/sealing/countersign_verify.py",
        "    return None if digest == entry.hash else \"\"",
        "    return None",
    ),
    Break(
        "A04", "a published head is not compared", "audit/sealing/countersign_verify.py",
        '            report.found("cut", f"a published head says {each} events, this record ends after {size}")',
        "            pass",
    ),
    Break(
        "A04", "a log that was rolled back goes on behind its published head", "audit/sealing/publish.py",
        "    if not is_ours:\n",
        "    if False:\n",
    ),
    Break(
        "A04", "the trigger lets a change pass", "audit/migrations/0001_initial.py",
        "RAISE EXCEPTION 'the trail is append-only: % on % is refused'",
        "RAISE NOTICE 'the trail is append-only: % on % is refused'",
        remakes_database=True,
    ),
    Break(
        "A09", "a file of the pack stands outside its manifest", "audit/evidence/closing.py",
        'text = f"countersign-pack v1\\nkey {keys.verifier_key(head.key)}\\n{lines}"',
        'text = f"countersign-pack v1\\nkey {keys.verifier_key(head.key)}\\n{lines.partition(chr(10))[2]}"',
    ),
    Break(
        "A09", "the link of a pack opens to anybody", "audit/evidence/admin.py",
        "if given != [*_who(), str(pack.pk), pack.sha256]:",
        "if False:",
    ),
)  # fmt: skip
