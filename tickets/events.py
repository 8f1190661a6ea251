"""The events of the tickets flow, declared once."""

from __future__ import annotations

from portal.trail import declare

declare(
    "ticket.received",
    "a ticket came in",
    fields="source channel verified",
    text="subject body sender",
    promises=("A03", "T21"),
)
declare(
    "ticket.classified", "a ticket was classified", fields="intent confidence others language model", promises=("A03",)
)
declare(
    "ticket.corrected",
    "a person said what a ticket is really about",
    fields="was intent",
    promises=("A03", "T23"),
)
declare(
    "ticket.uncorrected",
    "a correction was taken back; it teaches nothing any more",
    fields="intent",
    promises=("A03", "T23"),
)
declare(
    "ticket.gated",
    "the gates were asked about a ticket",
    fields="run phase outcome decisive reason verdicts",
    promises=("A03",),
)
declare(
    "ticket.proposed",
    "an action and a reply were proposed",
    fields="kind order tool",
    text="reply reason",
    promises=("A03",),
)
declare("ticket.ended", "a ticket ended", fields="state disposition reason gate", promises=("A03",))
declare("ticket.assigned", "a ticket was assigned", fields="to", promises=("A03",))
declare("ticket.resumed", "a stopped ticket was started again", fields="reason", promises=("A03",))
declare("action.blocked", "an action was blocked", fields="kind order tool actor gate reason", promises=("A03", "T15"))
declare(
    "action.recorded",
    "an action was recorded only (shadow mode)",
    fields="kind order tool actor would",
    promises=("A03", "T02"),
)
declare("action.reserved", "caps were reserved for an action", fields="kind order tool actor", promises=("A03", "T10"))
declare(
    "action.executing",
    "an action was sent to the store",
    fields="kind order tool actor key attempt",
    promises=("A03", "T14"),
)
declare(
    "action.job_accepted",
    "the store took an action on and does it later; it is polled",
    fields="kind order tool actor job",
    promises=("A03", "T14"),
)
declare(
    "action.settled_by_hand",
    "a person said what became of an action that the store did not tell",
    fields="kind order tool actor happened reason store_asked",
    promises=("A03", "T14"),
)
declare(
    "action.succeeded",
    "an action was executed",
    fields="kind order tool actor receipt replayed",
    promises=("A03", "T15"),
)
declare(
    "action.failed", "an action was not executed", fields="kind order tool actor code reason", promises=("A03", "T15")
)
declare(
    "action.unknown",
    "the store did not answer; the action may have been executed",
    fields="kind order tool actor",
    promises=("A03", "T14"),
)
declare("approval.asked", "a person was asked", fields="question asks expires changes", promises=("T16",))
declare("approval.claimed", "an approval was claimed", fields="until", promises=("T16",))
declare("approval.released", "a claim was given back", promises=("T16",))
declare("approval.seconded", "a first approver said yes, a second one is needed", fields="digest", promises=("T16",))
declare("approval.approved", "a person approved", fields="digest asks", promises=("T16",))
declare("approval.rejected", "a person rejected", fields="digest category", text="reason", promises=("T16",))
declare("approval.lowered", "a person lowered the amount", fields="lowered_from lowered_to digest", promises=("T16",))
declare("approval.reply_edited", "a person edited the reply", fields="digest", text="reply", promises=("T16",))
declare("approval.assigned", "an approval was assigned to a person", fields="to", promises=("T16",))
declare("approval.order_picked", "a person said which order is meant", fields="order before", promises=("T08", "T16"))
declare("approval.flagged", "a yes looks like a rubber stamp", fields="flag evidence", promises=("T16", "A07"))
declare("approval.escalated", "an approval waits too long", fields="due told", promises=("T16",))
declare("test.planted", "an officer planted a test in the approval queue", fields="trap", promises=("T16", "A02"))
declare("test.decided", "a planted test was decided", fields="trap result", promises=("T16", "A02"))
declare("view.saved", "a view of the queue was saved", fields="name query shared", promises=("T16",))
declare("view.removed", "a view of the queue was removed", fields="name", promises=("T16",))
declare("approval.expired", "an approval expired", promises=("T16",))
declare(
    "approval.superseded",
    "an approval was asked again because what was shown changed",
    fields="changes",
    promises=("T16",),
)
declare("reply.sent", "a reply was sent", fields="receipt replayed", text="reply", promises=("A03",))
declare(
    "reply.earlier_sent",
    "an earlier text of a reply turned out to be sent; the present one was not",
    fields="receipt digest",
    promises=("A03", "T14"),
)
declare("reply.withheld", "a reply was not sent", fields="reason", promises=("A03", "T12"))
declare(
    "store.reconciled",
    "the store was compared with the action log",
    fields="day compared differences",
    promises=("T15",),
)
declare(
    "store.not_reconciled",
    "the store could not be compared with the action log",
    fields="day reason",
    promises=("T15",),
)
declare(
    "store.difference_found",
    "the store and the action log differ",
    fields="kind order receipt detail author",
    promises=("T15", "A07"),
)
declare(
    "store.difference_resolved",
    "a person resolved a difference between the store and the action log",
    fields="kind order receipt reason",
    promises=("T15", "A02"),
)
declare("intake.refused", "a delivery was refused", fields="reason", promises=("T21",))
declare(
    "ticket.handled_by_hand",
    "a person said what they did about a ticket themselves",
    fields="action source",
    text="outcome",
    promises=("T25", "A03"),
)
_EVIDENCE = "action reason since until compared agreed low high"
declare(
    "go_live.asked", "an officer asked that an action leaves shadow mode", fields=_EVIDENCE, promises=("T02", "T25")
)
declare(
    "go_live.confirmed",
    "a second officer confirmed that an action leaves shadow mode",
    fields=_EVIDENCE,
    promises=("T02", "T25"),
)
declare("go_live.recalled", "going live was withdrawn or refused", fields="action reason", promises=("T02",))
declare(
    "shadow.returned",
    "a live action left its band and is only recorded again",
    fields="action reason since agreed decided wrong executed",
    promises=("T02", "T25"),
)
declare(
    "policy.rehearsed",
    "a changed policy was asked about past tickets",
    fields="kind policy tickets moved revision digest",
    promises=("T26",),
)
declare("import.started", "closed tickets were imported", fields="lines bad bytes digest", promises=("T25",))
declare("import.ended", "an import was worked on to its end", fields="lines bad", promises=("T25",))
declare(
    "ticket.imported",
    "a closed ticket was run in shadow",
    fields="intent kind outcome gate",
    promises=("T25", "A03"),
)
declare(
    "gate.drifted",
    "a gate decides otherwise than in the weeks before",
    fields="gate change week",
    promises=("T25", "A07"),
)
