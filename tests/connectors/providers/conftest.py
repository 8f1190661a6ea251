"""A server that speaks the Messages protocol and a provider configured for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.adapters.providers.anthropic import AnthropicProvider, AnthropicSettings
from tests.servers.messages import MessagesServer

KEY = "sk-ant-canary-0123456789abcdef"


@pytest.fixture
def server() -> Iterator[MessagesServer]:
    with MessagesServer(key=KEY) as running:
        yield running


@pytest.fixture
def make_provider(server):
    def make(**changes) -> AnthropicProvider:
        settings = {
            "api_key": KEY,
            "base_url": server.url,
            "timeout_s": 5.0,
            "deadline_s": 10.0,
            "max_retries": 2,
        }
        return AnthropicProvider(AnthropicSettings(**settings | changes))

    return make


@pytest.fixture
def provider(make_provider) -> AnthropicProvider:
    return make_provider()
