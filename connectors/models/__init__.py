"""Tables of the doors: connectors, their sealed credentials, warnings, grants, prices and first executions."""

from connectors.models.breaker import Breaker, BreakerState
from connectors.models.connector import (
    Connector,
    ConnectorQuerySet,
    ConnectorRole,
    Credential,
)
from connectors.models.data_rules import ColumnRule, RowFilter
from connectors.models.first_execution import FirstExecution
from connectors.models.grants import ConnectorGroupPermission, ConnectorUserPermission
from connectors.models.oauth import OAuthToken
from connectors.models.prices import ModelPrice
from connectors.models.probes import ConnectorProbe, ConnectorWarning, SchemaSnapshot
from connectors.models.recipients import TOPICS, Channel, Recipient
from connectors.models.risk import KnownRisk, RiskEvent, RiskHook

__all__ = [
    "TOPICS",
    "Breaker",
    "BreakerState",
    "Channel",
    "ColumnRule",
    "Connector",
    "ConnectorGroupPermission",
    "ConnectorProbe",
    "ConnectorQuerySet",
    "ConnectorRole",
    "ConnectorUserPermission",
    "ConnectorWarning",
    "Credential",
    "FirstExecution",
    "KnownRisk",
    "ModelPrice",
    "OAuthToken",
    "Recipient",
    "RiskEvent",
    "RiskHook",
    "RowFilter",
    "SchemaSnapshot",
]
