"""Webhooks against a real server on this machine: signed, tried again, never into the own network."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from inventory.access import Role
from inventory.models import Delivery, Notice, Webhook, WebhookChange
from inventory.notice_models import NoticeKind, Outgoing
from inventory.notices import deliveries, outbox, own_network, webhooks
from inventory.notices.own_network import Refused, check_address
from inventory.pages import webhooks as pages

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
LOOPBACK = (ipaddress.ip_network("127.0.0.1/32"),)


@dataclass
class Receiver:
    """A server that keeps what it was sent and answers as it was told."""

    url: str
    answers: list[tuple[int, str]] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    drips: threading.Event | None = None


@pytest.fixture
def receiver():
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            if told.drips:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while not told.drips.wait(0.05):
                    self.wfile.write(b"x-more: x\r\n")
                return
            status, text = told.answers.pop(0) if told.answers else (200, "thanks")
            self.send_response(status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # the sender hung up
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told = Receiver(f"http://127.0.0.1:{server.server_port}/hook")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def loopback(settings):
    settings.PENUMBRA = {**settings.PENUMBRA, "WEBHOOK_NETWORKS": LOOPBACK}


@pytest.fixture
def hook(db, receiver, loopback):
    """A webhook and its secret."""
    return webhooks.make(
        name="siem",
        url=receiver.url,
        kinds=webhooks.KINDS,
        least="high",
        actor="hanna@corp.example",
        reason="the SIEM wants to know",
        now=NOW,
    )


def happened(
    of: str = "openai/chatgpt", kind: NoticeKind = NoticeKind.TOOL_SEEN, **options: object
) -> Notice:
    columns = {"tools": ["openai/chatgpt"], "facts": {"names": {"openai/chatgpt": "ChatGPT"}}, **options}
    return Notice.objects.create(kind=kind, of=of, happened_at=NOW, made_at=NOW, **columns)


def sweep(now: datetime = NOW) -> None:
    deliveries.make_due(now)
    deliveries.send_due(now)


def test_what_is_sent_can_be_checked_with_the_secret(receiver, hook):
    notice = happened()
    sweep()
    ((headers, body),) = receiver.got
    key = base64.b64decode(hook[1].removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert json.loads(body) == {
        "id": notice.event_id,
        "type": "tool.seen",
        "timestamp": "2026-03-10T12:00:00+00:00",
        "data": {"tools": ["openai/chatgpt"], "names": {"openai/chatgpt": "ChatGPT"}},
    }


def test_an_event_is_sent_once(receiver, hook):
    happened()
    for _ in range(3):
        sweep()
    assert len(receiver.got) == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries) == (Outgoing.State.SENT, 1)
    with pytest.raises(IntegrityError, match=r"delivery_once_per_event|webhook_id"), transaction.atomic():
        Delivery.objects.create(
            webhook=hook[0], notice=delivery.notice, event_id=delivery.event_id, next_at=NOW, made_at=NOW
        )


def test_failures_are_tried_again_with_growing_waits_under_the_same_id_and_then_given_up(receiver, hook):
    happened()
    receiver.answers = [(500, "not now")] * (len(outbox.WAITS) + 1)
    now, waits = NOW, []
    for _ in range(len(outbox.WAITS) + 1):
        sweep(now)
        delivery = Delivery.objects.get()
        waits.append(delivery.next_at - now)
        now = max(delivery.next_at, now)
    assert tuple(waits[:-1]) == outbox.WAITS
    assert list(outbox.WAITS) == sorted(outbox.WAITS)
    assert delivery.state == Outgoing.State.GIVEN_UP
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1
    assert len({headers["webhook-timestamp"] for headers, _body in receiver.got}) == len(receiver.got)
    sweep(now + timedelta(days=30))
    assert len(receiver.got) == len(outbox.WAITS) + 1
    assert set(delivery.log.values_list("status", "answer")) == {(500, "not now")}


def test_a_receiver_that_is_away_is_tried_again(receiver, hook):
    happened()
    Webhook.objects.update(url="http://127.0.0.1:9/")  # nothing listens there
    sweep()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.log.get().status) == (Outgoing.State.WAITING, None)
    Webhook.objects.update(url=receiver.url)
    sweep(delivery.next_at)
    assert Delivery.objects.get().state == Outgoing.State.SENT


def test_a_receiver_that_is_gone_is_not_tried_again(receiver, hook):
    happened()
    receiver.answers = [(410, "gone")]
    sweep()
    assert Delivery.objects.get().state == Outgoing.State.GIVEN_UP


def test_redirects_are_not_followed(receiver, hook):
    happened()
    receiver.answers = [(307, "")]
    receiver.headers = {"Location": receiver.url}
    sweep()
    assert len(receiver.got) == 1
    assert Delivery.objects.get().log.get().status == 307


def test_an_answer_that_never_ends_is_cut_off(receiver, hook, monkeypatch):
    monkeypatch.setattr(own_network, "WHOLE", 0.3)
    receiver.drips = threading.Event()
    happened()
    sweep()
    receiver.drips.set()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries) == (Outgoing.State.WAITING, 1)
    assert delivery.log.get().answer.startswith("No answer")


def test_only_the_beginning_of_an_answer_is_kept_and_in_letters_that_can_be_shown(receiver, hook):
    happened()
    receiver.answers = [(200, "a\x00\x1b[31mb " + "c" * 5_000)]
    sweep()
    kept = Delivery.objects.get().log.get().answer
    assert len(kept) == 200
    assert kept.startswith("a [31mb c")


def test_a_replay_goes_out_under_the_same_event_id(receiver, hook):
    happened()
    sweep()
    delivery = Delivery.objects.get()
    webhooks.replay(delivery, now=NOW)
    with pytest.raises(webhooks.WrongWebhook):
        webhooks.replay(delivery, now=NOW)
    sweep()
    first, second = receiver.got
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    assert first[1] == second[1]


def test_a_webhook_hears_what_it_wants_and_nothing_for_one_person_alone(receiver, hook):
    Webhook.objects.update(kinds=[NoticeKind.FLAG_OPENED, NoticeKind.OWNER_ASKED])
    happened("1", NoticeKind.OWNER_ASKED, to="ada@corp.example")
    happened()
    for number, severity in enumerate(("critical", "high", "medium", "low")):
        happened(str(number), NoticeKind.FLAG_OPENED)
        Notice.objects.filter(kind=NoticeKind.FLAG_OPENED, of=str(number)).update(severity=severity)
    sweep()
    assert [json.loads(body)["data"]["severity"] for _headers, body in receiver.got] == ["critical", "high"]


def test_what_happened_while_a_webhook_was_off_is_not_sent_later(receiver, hook):
    def switched(on: bool, now: datetime) -> None:
        webhooks.switch(hook[0], on=on, actor="hanna@corp.example", reason="moves", now=now)

    switched(False, NOW)
    happened()
    switched(True, NOW + timedelta(hours=1))
    sweep(NOW + timedelta(hours=1))
    assert receiver.got == []
    assert [change.what for change in WebhookChange.objects.order_by("pk")] == ["made", "off", "on"]


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://192.168.1.1:8443/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0.0.0.0/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[fd00::1]/",
        "https://2130706433/",
        "https://224.0.0.1/",
        "http://1.1.1.1/",
        "ftp://1.1.1.1/",
        "https://user:password@1.1.1.1/",
        "https://1.1.1.1:99999/",
        "https:///nothing",
        "nonsense",
    ],
)
def test_the_own_network_and_what_is_no_address_are_refused(url):
    with pytest.raises(Refused):
        check_address(url, ())


def test_public_addresses_and_networks_that_are_allowed_are_not_refused():
    check_address("https://1.1.1.1/hook", ())
    check_address("http://10.1.2.3:8080/hook", (ipaddress.ip_network("10.1.2.0/24"),))
    with pytest.raises(Refused):
        check_address("http://10.1.3.3/hook", (ipaddress.ip_network("10.1.2.0/24"),))


def test_a_name_that_moves_into_the_own_network_is_refused_when_it_is_connected_to(
    receiver, hook, monkeypatch, settings
):
    """A name may answer with another address after it was looked at: the connection looks itself."""
    happened()
    monkeypatch.setattr(own_network, "check_address", lambda url, allowed: None)
    monkeypatch.setattr(
        deliveries.settings, "PENUMBRA", {**deliveries.settings.PENUMBRA, "WEBHOOK_NETWORKS": ()}
    )
    sweep()
    assert receiver.got == []
    assert Delivery.objects.get().log.get().status is None


def test_the_environment_sends_nothing_through_a_proxy(receiver, hook, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    happened()
    sweep()
    assert len(receiver.got) == 1


# --- pages ----------------------------------------------------------------------------------------


@pytest.fixture
def client(signed_in, receiver, loopback, monkeypatch):
    monkeypatch.setattr(pages.send_notices, "delay", lambda: None)
    return signed_in(Role.SECURITY)


def made(client, receiver, **form: object):
    form = {
        "name": "siem",
        "url": receiver.url,
        "kinds": ["tool.seen"],
        "least": "high",
        "reason": "x",
        **form,
    }
    return client.post(reverse("webhooks"), form)


def test_the_secret_is_shown_once_and_sealed_at_rest(client, receiver):
    text = made(client, receiver).content.decode()
    webhook = Webhook.objects.get()
    secret = text[text.index("whsec_") :][: len("whsec_") + 44]
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret.encode() not in bytes(webhook.secret)
    assert "whsec_" not in client.get(reverse("webhook", args=[webhook.pk])).content.decode()
    client.post(reverse("webhook_test", args=[webhook.pk]))
    sweep(datetime.now(UTC))
    assert json.loads(receiver.got[0][1])["type"] == "test"
    assert "thanks" in client.get(reverse("webhook", args=[webhook.pk])).content.decode()
    renewed = client.post(reverse("webhook_secret", args=[webhook.pk]), {"reason": "leaked"}).content.decode()
    assert "whsec_" in renewed
    assert secret not in renewed


def test_what_is_wrong_with_a_webhook_is_said_and_nothing_is_kept(client, receiver, settings):
    for wrong in ({"name": " "}, {"kinds": []}, {"kinds": ["owner.asked"]}, {"least": "x"}, {"reason": " "}):
        assert made(client, receiver, **wrong).status_code == 200
    settings.PENUMBRA = {**settings.PENUMBRA, "WEBHOOK_NETWORKS": ()}
    text = made(client, receiver).content.decode()
    assert "leads into the own network" in text
    assert receiver.url in text  # what was typed is not lost
    assert not Webhook.objects.exists()


def test_who_may_read_no_flags_lets_none_out(signed_in, receiver, loopback):
    client = signed_in(Role.ADMINISTRATOR)
    made(client, receiver, kinds=["flag.opened"])
    assert not Webhook.objects.exists()
    made(client, receiver, kinds=["source.silent"])
    assert Webhook.objects.get().kinds == ["source.silent"]


def test_a_delivery_is_sent_again_by_the_button(client, receiver):
    made(client, receiver)
    client.post(reverse("webhook_test", args=[Webhook.objects.get().pk]))
    sweep(datetime.now(UTC))
    client.post(reverse("webhook_replay", args=[Delivery.objects.get().pk]))
    sweep(datetime.now(UTC))
    assert len(receiver.got) == 2
