"""Secrets in every place that takes one, used in success and failure, are found nowhere afterwards (S03).

The whole of a day is played with canaries, on a broker of its own and with a real worker; then the database, the
broker and its file, the cache, the logs and every answer are searched in every spelling. A planted
canary is found in each place.
"""

from __future__ import annotations

import json
import logging
import math
import pickle
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import redis
import structlog
from celery import Task
from django.apps import apps
from django.conf import settings
from django.test import override_settings
from kombu import Connection

from audit.sealing import sealer
from connectors import notify
from connectors import open as doors
from connectors.contracts import StoreUnreachable
from connectors.models import Connector, RiskHook
from connectors.set_up import set_up
from portal import change, embedded, work
from portal.embedded.places import Places
from portal.fields import SealedField
from portal.models import DataKey, OutboxMessage
from portal.signed import sign
from portal.tasks import TenantTask
from portal.urls_of_servers import for_celery
from portal.vault import Secret, VaultError
from questions import ask
from tests import questions_lab
from tests.clients import browser, program, sign_in
from tests.connectors.test_oauth_tokens import connected
from tests.factories import Cast
from tests.house.canaries import Marks, World, rows_of
from tests.house.searching import Heard, everything_is_heard, found, whole_database, whole_folder, whole_valkey
from tests.house.walk import Walk
from tests.questions_lab import Lab, make_database
from tests.servers import messages
from tests.servers.messages import MessagesServer
from tests.servers.portal_process import EVERY_ROLE, worker
from tests.servers.shopify import ShopifyServer, server_error
from tests.tickets_shop import Shop
from tickets.models import Intake

pytestmark = [pytest.mark.django_db(transaction=True, databases=EVERY_ROLE), pytest.mark.timeout(600), pytest.mark.slow]

CONNECTORS = "/api/v1/connectors/"
SEALED = {
    "connectors.Credential.secret": "qzCanary+provider/key-1",
    "connectors.OAuthToken.access_token": "qzCanary+shop/access-6",
    "connectors.OAuthToken.refresh_token": "qzCanary+shop/refresh-77",
    "tickets.Intake.secret": "qzCanary+webhook/new-22-long-enough",
    "tickets.Intake.previous_secret": "qzCanary+webhook/old-333-long-enough",
    "connectors.RiskHook.secret": "qzCanary+risk/new-88-long-enough",
    "connectors.RiskHook.previous_secret": "qzCanary+risk/old-999-long-enough",
    "connectors.Recipient.address": "https://localhost:9/qzCanary/hook-44",
    "connectors.Recipient.secret": "qzCanary+notices/sign-55-long-enough",
}
"""A canary for every sealed field there is; a new field without one fails the test."""
MADE_HERE = ("audit.SealKey.private",)
"""Sealed fields whose secret the product makes itself: what it made is searched for."""
TYPED = {
    "wrong database password": "qzCanary+wrong/password-4",
    "password for nowhere": "qzCanary+nowhere/password-55",
    "provider key that is refused": "qzCanary+refused/key-666",
    "secret in a form with an error": "qzCanary+form/error-7777-long-enough",
    "secret in a body with an error": "qzCanary+body/error-88",
    "first password": "qzCanary+first/password-9",
    "new password": "qzCanary+second/password-10",
    "password nobody has": "qzCanary+nobody/password-111",
    "wrong signature secret": "qzCanary+unknown/webhook-12-long-enough",
    "reader's database password": questions_lab.PASSWORD,
}
PLANTED = b"qzCanary+planted/on-purpose-0"


@dataclass
class Day:
    """What was used, what was answered, and where everything is kept."""

    cast: Cast
    broker_url: str
    state: Path
    worker_log: Path
    heard: Heard
    lab: Lab
    answers: list[str] = field(default_factory=list)
    secrets: dict[str, bytes] = field(default_factory=dict)

    def kept(self, answer: Any, *statuses: int) -> Any:
        """Keep an answer to be searched; fail when it is not of a status that is meant."""
        assert answer.status_code in statuses, answer.content[:600]
        self.answers.append(answer.content.decode() + json.dumps(dict(answer.headers)))
        return answer

    def places(self) -> dict[str, Callable[[], bytes]]:
        """Return every place that is searched, by name."""
        return {
            "database": whole_database,
            "broker": lambda: whole_valkey(self.broker_url),
            "broker's file": lambda: whole_folder(Places.below(self.state).valkey_folder("broker")),
            "cache": lambda: whole_valkey(settings.CACHE_URL),
            "log": lambda: "\n".join(self.heard.lines).encode(),
            "worker's log": self.worker_log.read_bytes,
            "answers": lambda: "\n".join(self.answers).encode(),
        }


def every_page(cast: Cast, *only: type) -> bytes:
    """Return every page, list, form, sheet and API answer that an admin can get, or the lists of some models."""
    rows = rows_of(cast.northlight)
    world = World(cast.ada, cast.northlight, "qznothing", Marks((), frozenset()), rows)
    walk = Walk(cast.ada, world, heard=[])
    for model in only:
        walk.list_of(model)
    for step in () if only else ("plain_pages", "exports", "details"):
        getattr(walk, step)()
    assert walk.asked > (0 if only else 200)
    return "\n".join(walk.heard or []).encode()


@pytest.fixture
def day(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    """Everything is set up, listens and works; nothing has happened yet."""
    make_database()
    lab = Lab(cast)
    state, log = tmp_path / "state", tmp_path / "worker.log"
    with (
        everything_is_heard() as heard,
        embedded.using(state, services=("broker",)) as servers,
        Connection(for_celery(servers.redis_url)) as broker,
    ):
        monkeypatch.setattr(
            TenantTask, "apply_async", lambda self, **message: Task.apply_async(self, connection=broker, **message)
        )
        yield Day(cast, servers.redis_url, state, log, heard, lab)
    lab.close()


# --- what happens ---------------------------------------------------------------------------------


def connectors_are_set_up_and_fail(day: Day) -> None:
    """Right and wrong passwords, an unreachable host, a body and a form with errors."""
    api = program(day.cast.ada)
    good = day.lab.orders.settings
    body = {"role": "source", "adapter": "postgresql", "is_active": True}
    for name, secret, changes in (
        ("right", questions_lab.PASSWORD, {}),
        ("wrong", TYPED["wrong database password"], {"user": "question_reader_nobody"}),
        ("nowhere", TYPED["password for nowhere"], {"host": "localhost", "port": 1}),
    ):
        given = body | {"name": name, "settings": good | changes, "secret": secret}
        made = day.kept(api.post(CONNECTORS, given, content_type="application/json"), 201)
        day.kept(api.post(f"{CONNECTORS}{made.json()['id']}/probe/"), 200)
        day.kept(api.get(f"{CONNECTORS}{made.json()['id']}/"), 200)
    secret = TYPED["secret in a body with an error"]
    for wrong in ({"adapter": secret}, {"settings": {"password": secret}}, {"secret": [secret]}, {"name": secret * 9}):
        given = body | {"name": "w", "settings": good, "secret": secret} | wrong
        answer = api.post(CONNECTORS, given, content_type="application/json")
        assert answer.status_code == 400, answer.content
        if secret not in json.dumps(wrong.get("adapter") or wrong.get("name") or ""):
            day.kept(answer, 400)  # a name that somebody typed may be quoted; a secret is not one
    page = browser(day.cast.ada)
    form = {"name": "", "host": "h", "port": "x", "secret": TYPED["secret in a form with an error"]}
    day.kept(page.post("/admin/connectors/connector/add/?kind=source.postgresql", form), 200)


def a_model_answers_and_refuses(day: Day) -> None:
    """The provider's key works, is refused, and meets a server that fails; tickets and questions alike."""
    server = MessagesServer(key=SEALED["connectors.Credential.secret"], default=answer_or_fail()).start()
    day.lab.server = server
    settings_ = {"base_url": server.url, "model": "claude-sonnet-lab", "timeout_s": 3, "deadline_s": 6}
    api = program(day.cast.ada)
    given = {"name": "model", "role": "provider", "adapter": "anthropic", "settings": settings_, "secret": server.key}
    made = day.kept(api.post(CONNECTORS, given, content_type="application/json"), 201).json()["id"]
    shop = Shop(day.cast)
    with day.cast.ada.inside():
        asked = [ask.ask(text="How many orders are there?", connector_id=day.lab.orders.pk) for _ in range(3)]
        asked += [shop.ticket("The cap from order #1043 arrived torn. Please refund my money for order #1043.")]
    work_is_done(day, asked)
    assert len(server.requests) >= 4, "the control: the key was used"
    refused = {"secret": TYPED["provider key that is refused"], "reason": "rotated"}
    day.kept(api.patch(f"{CONNECTORS}{made}/", refused, content_type="application/json"), 200)
    with day.cast.ada.inside():
        asked = [ask.ask(text="How many orders now?", connector_id=day.lab.orders.pk)]
    work_is_done(day, asked)
    assert any(request.credential == TYPED["provider key that is refused"] for request in server.requests)
    again = {"secret": server.key, "reason": "set back"}
    day.kept(api.patch(f"{CONNECTORS}{made}/", again, content_type="application/json"), 200)


def answer_or_fail() -> Callable[[Any], Any]:
    """Answer every other request; fail the others as servers do, quoting what they were sent."""
    turns = iter(range(1000))

    def answer(request: Any) -> Any:
        said = messages.sql("SELECT count(*) FROM orders") if "sql" in request.tool_name else messages.intent("refund")
        quoting = messages.status(500, words=f"cannot do with {request.credential}")
        return said(request) if next(turns) % 2 == 0 else quoting  # type: ignore[operator]

    return answer


def work_is_done(day: Day, jobs: list[Any]) -> None:
    """Wait until the worker has tried every job and holds no message."""
    client = redis.Redis.from_url(day.broker_url)
    end = time.monotonic() + 120
    while client.llen("celery") or client.hlen("unacked") or not _tried(day, jobs):
        assert time.monotonic() < end, day.worker_log.read_text()[-3000:]
        time.sleep(0.2)


def _tried(day: Day, jobs: list[Any]) -> bool:
    with day.cast.ada.inside():
        return all(not type(job).objects.filter(pk=job.pk, attempts=0, job_state="ready").exists() for job in jobs)


def webhooks_are_signed_and_forged(day: Day) -> None:
    """The secret is set and set anew in the admin; deliveries come with the right, the old and a wrong one."""
    page = browser(day.cast.ada)
    old, new = SEALED["tickets.Intake.previous_secret"], SEALED["tickets.Intake.secret"]
    form = {"name": "desk", "is_active": "on", "secret": old}
    day.kept(page.post("/admin/tickets/intake/add/", form), 302)
    with day.cast.ada.inside():
        intake = Intake.objects.get()
    change = f"/admin/tickets/intake/{intake.pk}/change/"
    day.kept(page.post(change, form | {"secret": new}), 302)
    day.kept(page.post(change, form | {"name": "", "secret": TYPED["secret in a form with an error"]}), 200)
    day.kept(page.get(change), 200)
    for number, (secret, status) in enumerate(((new, 202), (old, 202), (TYPED["wrong signature secret"], 401))):
        body = json.dumps({"external_ref": f"d{number}", "body": "Where is my order?"}).encode()
        headers = {"Countersign-Signature": sign(secret, int(time.time()), body), "Countersign-Delivery": f"d{number}"}
        path = f"/api/v1/webhook/{intake.key}/"
        day.kept(browser().post(path, body, content_type="application/json", headers=headers), status)


def notices_go_to_a_webhook(day: Day) -> None:
    """A recipient is set up in the admin, and a notice is tried at an address where nobody answers."""
    page = browser(day.cast.ada)
    address, secret = SEALED["connectors.Recipient.address"], SEALED["connectors.Recipient.secret"]
    form = {"name": "ops", "channel": "webhook", "is_active": "on", "topics": ["approval.overdue"]}
    day.kept(page.post("/admin/connectors/recipient/add/", form | {"address": address, "secret": secret}), 302)
    with day.cast.ada.inside():
        notify.tell("approval.overdue", subject="An approval waits", text="It waits.", key="canary")
        message = OutboxMessage.objects.get()
        work.run("notice", message.pk, None)
        assert OutboxMessage.objects.get().tries == 1
    day.kept(page.get("/admin/portal/outboxmessage/"), 200)


def people_sign_in_and_fail_to(day: Day) -> None:
    """Invitations, sign-ins, a changed password, tokens that are used, reused, revoked and wrong."""
    page, first, second = browser(day.cast.ada), TYPED["first password"], TYPED["new password"]
    form = {"email": "new@northlight.example", "name": "New Person", "role": "analyst", "password": first}
    day.kept(page.post("/admin/portal/membership/add/", form | {"email": "not one"}), 200)
    day.kept(page.post("/admin/portal/membership/add/", form), 302)
    theirs = browser()
    for password, status in ((TYPED["password nobody has"], 200), (first, 302)):
        day.kept(sign_in(theirs, form["email"], password), status)
    wrong = {"old_password": TYPED["password nobody has"], "new_password1": second, "new_password2": second}
    day.kept(theirs.post("/password/", wrong), 200)
    day.kept(theirs.post("/password/", wrong | {"old_password": first}), 302)
    client, kind = browser(), "application/json"
    given = {"email": form["email"], "password": TYPED["password nobody has"]}
    day.kept(client.post("/api/v1/token/", given, content_type=kind), 401)
    day.kept(client.post("/api/v1/token/", given | {"email": "x", "password": [second]}, content_type=kind), 400)
    pair = client.post("/api/v1/token/", given | {"password": second}, content_type=kind).json()
    following = client.post("/api/v1/token/refresh/", {"refresh": pair["refresh"]}, content_type=kind).json()
    day.kept(client.post("/api/v1/token/refresh/", {"refresh": pair["refresh"]}, content_type=kind), 401)
    day.kept(client.post("/api/v1/token/revoke/", {"refresh": following["refresh"]}, content_type=kind), 204)
    for token, status in ((following["access"], 200), (f"{following['access']}x", 401), (following["refresh"], 401)):
        day.kept(browser().get("/api/v1/me/", headers={"Authorization": f"Bearer {token}"}), status)
    for which, each in (("first", pair), ("second", following)):
        for name in ("access", "refresh"):
            day.secrets[f"{which} {name} token"] = each[name].rsplit(".", 1)[1].encode()


def operators_secrets(day: Day) -> dict[str, bytes]:
    """Return what the operator brings, and the data keys in the clear."""
    with day.cast.ada.inside():
        keys = {f"data key {key.version}": key.unwrap() for key in DataKey.objects.all()}
    passwords = {f"password of {name}": each["PASSWORD"].encode() for name, each in settings.DATABASES.items()}
    mine = {"secret key": settings.SECRET_KEY.encode(), "master key": settings.COUNTERSIGN_MASTER_KEY}
    return keys | passwords | mine


def a_shop_is_connected_and_fails(day: Day) -> None:
    """A shop's tokens are fetched, used, rejected and not renewed."""
    tokens = (SEALED["connectors.OAuthToken.access_token"], SEALED["connectors.OAuthToken.refresh_token"])
    with ShopifyServer() as played, override_settings(SHOPIFY_ORIGIN=played.origin), day.cast.ada.inside():
        played.issue = lambda **_: (played.tokens.update({tokens[0]: math.inf}), tokens)[1]  # type: ignore[method-assign]
        shop = connected(played)
        assert doors.store(shop).find_order("1001") is None
        played.tokens.clear()
        played.token_faults.append(server_error())
        with pytest.raises(StoreUnreachable):
            doors.store(shop).find_order("1001")
        Connector.objects.filter(pk=shop.pk).update(is_active=False)


def a_risk_feed_is_told_and_lied_to(day: Day) -> None:
    """A feed's webhook is set up in the admin; events come signed with the new, the old and a wrong secret."""
    page = browser(day.cast.ada)
    old, new = SEALED["connectors.RiskHook.previous_secret"], SEALED["connectors.RiskHook.secret"]
    with day.cast.ada.inside():
        before = list(Connector.objects.filter(role="risk_feed", is_active=True).values_list("pk", flat=True))
        Connector.objects.filter(pk__in=before).update(is_active=False)
        feed = set_up(Connector(name="Radar", role="risk_feed", adapter="stripe", settings={}), secret="rk_live_none")
    form = {"connector": str(feed.pk), "is_active": "on"}
    day.kept(page.post("/admin/connectors/riskhook/add/", form | {"secret": old}), 302)
    with day.cast.ada.inside():
        hook = RiskHook.objects.get()
    day.kept(page.post(f"/admin/connectors/riskhook/{hook.pk}/change/", form | {"secret": new}), 302)
    day.kept(page.get(f"/admin/connectors/riskhook/{hook.pk}/change/"), 200)
    for number, (secret, status) in enumerate(((new, 202), (old, 202), (TYPED["wrong signature secret"], 401))):
        body = json.dumps({"id": f"evt_{number}", "type": "x", "created": 1, "data": {"object": {}}}).encode()
        headers = {"Stripe-Signature": sign(secret, int(time.time()), body)}
        path = f"/api/v1/risk-webhook/{hook.key}/"
        day.kept(browser().post(path, body, content_type="application/json", headers=headers), status)
    with day.cast.ada.inside():
        Connector.objects.filter(pk=feed.pk).update(is_active=False)
        Connector.objects.filter(pk__in=before).update(is_active=True)


def sealed_fields() -> dict[str, tuple[Any, str]]:
    """Return every sealed field of every model by name."""
    return {
        f"{model._meta.label}.{each.name}": (model, each.name)
        for model in apps.get_models()
        for each in model._meta.get_fields()
        if isinstance(each, SealedField)
    }


@pytest.mark.requirement("S03")
def test_no_secret_of_a_whole_day_is_found_anywhere(day: Day) -> None:
    talkative = {"REDIS_URL": day.broker_url, "COUNTERSIGN_LOG_LEVEL": "DEBUG"}
    with worker(day.worker_log, queue="celery", processes=1, level="DEBUG", **talkative):
        connectors_are_set_up_and_fail(day)
        a_model_answers_and_refuses(day)
        webhooks_are_signed_and_forged(day)
        a_risk_feed_is_told_and_lied_to(day)
        notices_go_to_a_webhook(day)
        people_sign_in_and_fail_to(day)
        a_shop_is_connected_and_fails(day)

    assert set(sealed_fields()) == {*SEALED, *MADE_HERE}, "a sealed field needs a canary here"
    made = {}
    with day.cast.ada.inside():
        sealer.seal(sweep=True)
        for name, (model, attribute) in sealed_fields().items():
            held = {getattr(row, attribute).reveal() for row in model.objects.all() if getattr(row, attribute)}
            if name in MADE_HERE:
                (made[name],) = held
            else:
                assert SEALED[name] in held, f"the control: {name} holds its canary"
    typed = {name: value.encode() for name, value in (SEALED | TYPED | made).items()}
    day.secrets |= typed | operators_secrets(day)
    everywhere = day.places() | {"pages": lambda: every_page(day.cast)}
    leaks = {place: found(day.secrets, read()) for place, read in everywhere.items()}
    assert {place: names for place, names in leaks.items() if names} == {}
    assert b"portal.run_job" in day.worker_log.read_bytes(), "the control: the worker told of its tasks"
    assert any("Bad Request" in line for line in day.heard.lines), "the control: requests were logged"

    plant(day)
    everywhere = day.places() | {"pages": lambda: every_page(day.cast, Connector)}
    missed = [place for place, read in everywhere.items() if not found({"planted": PLANTED}, read())]
    assert missed == [], "the control: what is planted is found in each place"


def plant(day: Day) -> None:
    """Leave a canary in every place, where a careless line of code would."""
    with day.cast.ada.inside():
        Connector.objects.filter(name="right").update(environment=PLANTED.decode())
    redis.Redis.from_url(day.broker_url).rpush("celery", PLANTED)
    redis.Redis.from_url(settings.CACHE_URL).set("house:planted", PLANTED, ex=60)
    logging.getLogger("house").warning("a careless line", exc_info=RuntimeError(PLANTED.decode()))
    with day.worker_log.open("ab") as log:
        log.write(PLANTED)
    day.answers.append(PLANTED.decode())
    time.sleep(1.5)  # the broker's file is written every second


@pytest.mark.requirement("S03")
@pytest.mark.parametrize("around", [b"", b"x", b"xy", b"xyz"])
def test_control_every_spelling_is_found(around: bytes) -> None:
    import base64
    from urllib.parse import quote

    whole = around + PLANTED + around
    for spelled in (
        whole,
        base64.b64encode(whole),
        base64.urlsafe_b64encode(whole),
        whole.hex().encode(),
        whole.hex().upper().encode(),
        base64.b64encode(whole).hex().encode(),
        quote(whole.decode(), safe="").encode(),
        json.dumps(whole.decode()).encode(),
    ):
        assert found({"it": PLANTED}, b"something " + spelled + b" else") == {"it"}, spelled
    assert found({"it": PLANTED}, b"something else") == set()


@pytest.mark.requirement("S03")
def test_a_secret_in_memory_shows_nothing_to_whoever_prints_it(cast: Cast) -> None:
    """What a log line, a traceback with locals, a message or a dump of an object would show of it."""
    with cast.ada.inside(), everything_is_heard() as heard:
        intake = Intake(name="desk", secret=PLANTED.decode())
        unsaved = [f"{intake.secret} {intake.secret!r} {vars(intake)} {[intake.secret]}", str(change.snapshot(intake))]
        intake.save()
        saved = [f"{intake.secret} {intake.secret!r} {vars(intake)}", str(change.snapshot(intake))]
        logging.getLogger("house").warning("%s %r %s", intake.secret, intake.__dict__, Secret(PLANTED.decode()))
        structlog.get_logger("house").warning("shown", secret=Secret(PLANTED.decode()), held=intake.secret)
        assert intake.secret.reveal() == PLANTED.decode(), "the control: it is there"
    assert len(heard.lines) >= 2
    assert found({"it": PLANTED}, "\n".join([*unsaved, *saved, *heard.lines]).encode()) == set()
    with pytest.raises(VaultError, match="pickled"):
        pickle.dumps(Secret(PLANTED.decode()))


@pytest.mark.requirement("S03", part="task arguments")
def test_a_secret_is_no_argument_of_a_task(day: Day) -> None:
    """Every message that waits in the broker names a kind, an id and at most a lease; nothing else."""
    with day.cast.ada.inside():
        ask.ask(text="How many orders are there?", connector_id=day.lab.orders.pk)
    client = redis.Redis.from_url(day.broker_url)
    waiting = [json.loads(message) for message in client.lrange("celery", 0, -1)]
    assert waiting
    for message in waiting:
        kind, job, token = json.loads(
            message["headers"]["argsrepr"].replace("'", '"').replace("(", "[").replace(")", "]")
        )
        assert kind.isidentifier()
        assert uuid.UUID(job)
        assert token == "" or uuid.UUID(token)
