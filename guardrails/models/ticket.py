"""What the AI may do with a ticket: shadow mode, thresholds, ceilings and caps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from guardrails.models.fields import Between, action, currency, minor, whole
from guardrails.models.policy import Policy
from portal.money import Money

_TWO_PEOPLE = "Switched on here; switched off on the shadow report, by two officers."


class TicketPolicy(Policy):
    """An organization's thresholds and modes; its ceilings, caps and rules have tables of their own.

    The first execution of an action always needs a person (T13): `first_time_approval` cannot be switched off.
    """

    first_time_approval = True

    shadow_refund = models.BooleanField(
        "shadow mode: refunds", default=True, help_text=f"Record, never refund. {_TWO_PEOPLE}"
    )
    shadow_cancel = models.BooleanField(
        "shadow mode: cancellations", default=True, help_text=f"Record, never cancel. {_TWO_PEOPLE}"
    )
    shadow_exchange = models.BooleanField(
        "shadow mode: exchanges", default=True, help_text=f"Record, never exchange. {_TWO_PEOPLE}"
    )
    shadow_reply = models.BooleanField(
        "shadow mode: replies",
        default=True,
        help_text=f"Record replies of tickets without an action, send none. {_TWO_PEOPLE}",
    )
    classification_threshold = models.DecimalField(
        max_digits=4,
        decimal_places=3,
        default=Decimal("0.800"),
        validators=[Between("classification_threshold", Decimal("0.5"), Decimal(1))],
        help_text="A ticket classified with less confidence goes to a person; 0.5 to 1.",
    )
    general_disposition = models.CharField(
        "general enquiries",
        max_length=10,
        choices=[("hand_over", "Hand over to a person"), ("close", "Close")],
        default="hand_over",
    )
    abuse_window_days = whole("abuse_window_days", 180, 1, 3650, "Days of history that are scanned.")
    abuse_returns = whole("abuse_returns", 5, 1, 10_000, "Returns in the window that count as abuse.")
    abuse_damage_claims = whole("abuse_damage_claims", 3, 1, 10_000, "Damage claims in the window.")
    abuse_refunds = whole("abuse_refunds", 4, 1, 10_000, "Refunds in the window.")
    abuse_refund_percent = whole("abuse_refund_percent", 50, 1, 100, "Share of orders refunded, in percent.")
    abuse_min_orders = whole("abuse_min_orders", 4, 1, 10_000, "Orders needed before the share counts.")
    abuse_accounts_at_address = whole(
        "abuse_accounts_at_address", 3, 0, 10_000, "Other accounts at the same address in the window; 0: not looked at."
    )
    abuse_accounts_with_payment = whole(
        "abuse_accounts_with_payment", 2, 0, 10_000, "Other accounts with the same means of payment; 0: not looked at."
    )
    abuse_spike_factor = whole(
        "abuse_spike_factor", 5, 0, 1_000, "An order or refund above so many times the usual one; 0: not looked at."
    )
    abuse_spike_min_orders = whole("abuse_spike_min_orders", 3, 1, 10_000, "Earlier ones needed to say what is usual.")
    risk_max_age_s = whole("risk_max_age_s", 86_400, 60, 30 * 86_400, "Older risk signals count as unknown; seconds.")
    max_order_age_days_refund = whole("max_order_age_days_refund", 90, 1, 3650, "Older orders go to a person.")
    max_order_age_days_cancel = whole("max_order_age_days_cancel", 90, 1, 3650, "Older orders go to a person.")
    max_order_age_days_exchange = whole("max_order_age_days_exchange", 90, 1, 3650, "Older orders go to a person.")
    vip_factor = whole("vip_factor", 2, 1, 10, "Multiplies both ceilings for VIP customers.")
    approval_expiry_h = whole("approval_expiry_h", 48, 1, 720, "Hours until an approval that waits expires.")
    second_approver_above_minor = models.PositiveBigIntegerField(
        null=True,
        blank=True,
        validators=[Between("second_approver_above_minor", 0, 10**13)],
        help_text="Above this amount (minor units) two people approve; empty: one is enough.",
    )
    second_approver_currency = currency(default="USD", help_text="Currency of that amount; others always need two.")
    fallback_days = whole("fallback_days", 30, 1, 366, "Days of live work that are looked at; never before going live.")
    fallback_min_actions = whole("fallback_min_actions", 20, 5, 10_000, "Fewer decisions than this say nothing yet.")
    fallback_agreement_percent = whole(
        "fallback_agreement_percent",
        80,
        0,
        100,
        "People agree with less than this share of a live action's proposals: it falls back to shadow mode.",
    )
    fallback_error_percent = whole(
        "fallback_error_percent",
        5,
        0,
        100,
        "More than this share fails, stays unknown or differs from the store: it falls back to shadow mode.",
    )

    class Meta:
        verbose_name = "ticket policy"
        verbose_name_plural = "ticket policy"
        constraints = [
            models.UniqueConstraint(fields=["organization"], name="one_ticket_policy"),
            models.CheckConstraint(
                condition=models.Q(classification_threshold__gte=Decimal("0.5"), classification_threshold__lte=1),
                name="classification_threshold_is_a_share",
            ),
            models.CheckConstraint(condition=models.Q(vip_factor__gte=1), name="vip_factor_never_lowers"),
        ]

    def __str__(self) -> str:
        return "Ticket policy"

    def is_shadow(self, kind: str) -> bool:
        """Return whether an action kind is only recorded; a kind nobody knows is."""
        return bool(getattr(self, f"shadow_{kind}", True))

    @property
    def second_approver_above(self) -> Money | None:
        """The amount above which two people approve, None where one is enough."""
        if self.second_approver_above_minor is None:
            return None
        return Money(self.second_approver_above_minor, self.second_approver_currency)


class ActionCeiling(Policy):
    """Amounts of one action and currency (T09): below `auto` passes, up to `block` a person, above it never."""

    action = action()
    currency = currency()
    auto_minor = minor("auto_minor", "Below it the AI may act alone; minor units, 0 means never.", low=0)
    block_minor = minor("block_minor", "From the auto ceiling up to and including it a person decides; never above.")

    class Meta:
        ordering = ["action", "currency"]
        verbose_name = "ceiling"
        constraints = [
            models.UniqueConstraint(fields=["organization", "action", "currency"], name="one_ceiling_per_currency"),
            models.CheckConstraint(
                condition=models.Q(auto_minor__lte=models.F("block_minor"), block_minor__gte=1),
                name="auto_ceiling_is_not_above_block",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} in {self.currency}"

    def clean(self) -> None:
        if _above(self.auto_minor, self.block_minor):
            raise ValidationError(
                {
                    "auto_minor": f"auto_minor: `{self.auto_minor}` is above the block ceiling of"
                    f" `{self.block_minor}`; lower it or raise the block ceiling"
                }
            )


class ActionCap(Policy):
    """How often one action may happen (T10): per organization in a window, per customer in a rolling period."""

    action = action()
    org_count = whole("org_count", 20, 0, 10**6, "Actions of the organization in its window; 0 means none.")
    org_window_s = whole("org_window_s", 86_400, 60, 366 * 86_400, "The organization's sliding window, in seconds.")
    customer_count = whole("customer_count", 3, 0, 10**6, "Actions of one customer in their period; 0 means none.")
    customer_period_s = whole(
        "customer_period_s", 30 * 86_400, 60, 366 * 86_400, "The customer's rolling period, in seconds."
    )

    class Meta:
        ordering = ["action"]
        verbose_name = "cap on actions"
        verbose_name_plural = "caps on actions"
        constraints = [models.UniqueConstraint(fields=["organization", "action"], name="one_cap_per_action")]

    def __str__(self) -> str:
        return f"cap on {self.action}"


class ActionMoneyCap(Policy):
    """How much money one action may move in one currency (T10), in the windows of its `ActionCap`.

    A currency without a row is not known: it needs a person and reserves nothing.
    """

    action = action()
    currency = currency()
    org_money_minor = minor("org_money_minor", "Sum of the organization in its window; minor units.", low=0)
    customer_money_minor = minor("customer_money_minor", "Sum of one customer in their period; minor units.", low=0)

    class Meta:
        ordering = ["action", "currency"]
        verbose_name = "cap on money"
        verbose_name_plural = "caps on money"
        constraints = [
            models.UniqueConstraint(fields=["organization", "action", "currency"], name="one_money_cap_per_currency")
        ]

    def __str__(self) -> str:
        return f"cap on {self.action} in {self.currency}"


def _above(first: Any, second: Any) -> bool:
    return isinstance(first, int) and isinstance(second, int) and first > second
