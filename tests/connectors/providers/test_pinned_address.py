"""A model's key goes to the address that was judged and to the name it was set for, and nowhere else (S09)."""

from __future__ import annotations

import ssl
from datetime import date

import pytest

from connectors.adapters.providers import anthropic
from connectors.adapters.providers.contracts import SqlRequest, Unreachable
from tests.servers import messages
from tests.servers.certificates import HOST, Authority

REQUEST = SqlRequest(question="How many?", dialect="postgres", schema_text="t(id)", today=date(2026, 1, 2))


@pytest.fixture
def authority(tmp_path, monkeypatch) -> Authority:
    made = Authority(tmp_path)
    monkeypatch.setattr(anthropic, "_tls", lambda: ssl.create_default_context(cafile=made.certificate))
    return made


def encrypted(server, pair: tuple[str, str]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    server._http.socket = context.wrap_socket(server._http.socket, server_side=True)


def named(server) -> str:
    return server.url.replace("http://127.0.0.1", f"https://{HOST}")


@pytest.mark.requirement("S09")
def test_the_judged_address_is_dialled_under_the_name_of_the_certificate(server, make_provider, authority):
    encrypted(server, authority.issue("server"))
    server.script(messages.sql("SELECT 1"))
    provider = make_provider(base_url=named(server), addresses=("127.0.0.1",))
    assert provider.write_sql(REQUEST).sql == "SELECT 1"
    assert server.requests[0].headers["host"].startswith(HOST)


@pytest.mark.requirement("S09")
def test_an_address_that_cannot_prove_the_name_never_gets_the_key(server, make_provider, authority):
    encrypted(server, authority.issue("other", host="other.example.test"))
    provider = make_provider(base_url=named(server), addresses=("127.0.0.1",), max_retries=0)
    with pytest.raises(Unreachable):
        provider.write_sql(REQUEST)
    assert server.requests == []


def test_the_next_judged_address_is_tried_when_one_does_not_answer(server, make_provider, authority):
    encrypted(server, authority.issue("server"))
    server.script(messages.sql("SELECT 1"))
    provider = make_provider(base_url=named(server), addresses=("127.0.0.9", "127.0.0.1"))
    assert provider.write_sql(REQUEST).sql == "SELECT 1"
