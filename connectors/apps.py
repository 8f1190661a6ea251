"""Wiring of the doors."""

from __future__ import annotations

from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    name = "connectors"
    verbose_name = "Connectors"

    def ready(self) -> None:
        from connectors import events, notify, own_access, witnesses  # noqa: F401
        from connectors.adapters.guardrail import set_transaction_probe
        from connectors.models import (
            ColumnRule,
            Connector,
            ConnectorProbe,
            Credential,
            ModelPrice,
            Recipient,
            RiskHook,
            RowFilter,
        )
        from connectors.prices import make_default_prices
        from connectors.set_up import give_up_probe, work_on_probe
        from connectors.transactions import is_open
        from portal import exposure, subjects, telling, witness, work
        from portal.change import govern
        from portal.models import OutboxMessage
        from portal.provision import on_new_organization

        set_transaction_probe(is_open)
        govern(Connector, "connector", "a connector")
        govern(Credential, "credential", "the credential of a connector")
        govern(ModelPrice, "model_price", "the price of a model")
        govern(ColumnRule, "column_rule", "a rule that hides or masks a column")
        govern(RowFilter, "row_filter", "a filter on the rows of a table")
        on_new_organization(make_default_prices)
        govern(Recipient, "recipient", "a recipient of notices")
        govern(RiskHook, "risk_hook", "the webhook of a risk feed")
        telling.install(notify.tell, notify.listeners)
        witness.install("folder", witnesses.Folder())
        witness.install("timestamp", witnesses.TimeServer())
        _declare_directions()
        own_access.register()
        work.register("notice", OutboxMessage, notify.deliver, notify.give_up)
        work.register("probe", ConnectorProbe, work_on_probe, give_up_probe)
        exposure.add_production(_production)
        subjects.relate("connector", _belongings)
        _add_navigation()


def _production() -> list[str]:
    from connectors.models import Connector

    return [str(pk) for pk in Connector.objects.filter(is_production=True).values_list("pk", flat=True)]


def _add_navigation() -> None:
    from portal.navigation import Entry, add_admin
    from portal.roles import Capability

    manage = Capability.MANAGE_CONNECTORS
    add_admin(Entry("Connectors", "Connectors", "admin:connectors_connector_changelist", manage, "cable", order=10))
    rules, filters = "admin:connectors_columnrule_changelist", "admin:connectors_rowfilter_changelist"
    add_admin(Entry("Connectors", "Column rules", rules, manage, "visibility_off", order=12))
    add_admin(Entry("Connectors", "Row filters", filters, manage, "filter_alt", order=14))
    hooks = "admin:connectors_riskhook_changelist"
    add_admin(Entry("Connectors", "Risk webhooks", hooks, manage, "webhook", order=15))
    policy, watch = Capability.SET_POLICY, Capability.VIEW_GOVERNANCE
    recipients = "admin:connectors_recipient_changelist"
    add_admin(Entry("Connectors", "Recipients of notices", recipients, policy, "alternate_email", order=16))
    add_admin(Entry("Connectors", "Outbox", "admin:portal_outboxmessage_changelist", watch, "outbox", order=18))
    add_admin(
        Entry("Connectors", "Model prices", "admin:connectors_modelprice_changelist", manage, "payments", order=20)
    )


def _declare_directions() -> None:
    """Say how edits of what a role may see loosen: a mask that shows more, another condition, a rule taken away."""
    from connectors.models import ColumnRule, RowFilter
    from portal import pending
    from portal.loosening import declare
    from portal.roles import Capability

    kind = ColumnRule.Kind
    shows_more = (kind.HIDE, kind.NULL, kind.CONSTANT, kind.HASH, kind.YEAR, kind.FIRST1, kind.LAST4, kind.DOMAIN)
    where = "connector role schema_name table_name"
    declare(
        ColumnRule,
        any_change=f"{where} column_name",
        neutral="text",
        choices={"kind": shows_more},
        removed=lambda rule: True,
    )
    declare(RowFilter, any_change=f"{where} condition", removed=lambda row_filter: True)
    for model in (ColumnRule, RowFilter):
        pending.right(model, Capability.MANAGE_CONNECTORS)


def _belongings(connector_id: str) -> list[tuple[str, str]]:
    """Return what belongs to a connector's story: its credential, data rules and risk webhooks. Four queries."""
    from connectors.models import ColumnRule, Credential, RiskHook, RowFilter

    kinds = {"credential": Credential, "column_rule": ColumnRule, "row_filter": RowFilter, "risk_hook": RiskHook}
    return [
        (kind, str(pk))
        for kind, model in kinds.items()
        for pk in model._default_manager.filter(connector=connector_id).values_list("pk", flat=True)
    ]
