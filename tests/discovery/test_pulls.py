"""Pulls: pages with their cursor, cut off and taken up, corrected by the source, stopped and resumed."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from discovery import connections, credentials, pulls, scans, tasks
from discovery.connectors.http_session import Outside
from discovery.models import (
    Chunk,
    Connection,
    ConnectionChange,
    PulledSource,
    Purchase,
    Record,
    Scan,
    SightingRun,
    WorkerKey,
)
from discovery.sealing import SealBroken
from discovery.withdrawal import request_withdrawal
from inventory import doctor
from tests.connectors.api_server import NOW, ApiServer, Reply, Request
from tests.connectors.test_github_api import github
from tests.discovery.logical_state import everything, undone

pytestmark = pytest.mark.django_db


def charge(number: int, amount: float = 20, text: str = "OPENAI CHATGPT", **more: Any) -> dict[str, Any]:
    return {
        "transaction_id": f"t{number}",
        "account_id": "card-1",
        "amount": amount,
        "date": f"2026-11-{number + 1:02}",
        "name": text,
        "iso_currency_code": "EUR",
        "pending": False,
        "payment_channel": "online",
    } | more


class Plaid:
    """A linked bank: updates in order, two a page, a cursor that is the number of updates read."""

    page = 2

    def __init__(self) -> None:
        self.updates: list[tuple[str, dict[str, Any]]] = []
        self.asked: list[str] = []

    def add(self, *found: dict[str, Any]) -> None:
        self.updates += [("added", one) for one in found]

    def modify(self, found: dict[str, Any]) -> None:
        self.updates.append(("modified", found))

    def remove(self, number: int) -> None:
        self.updates.append(("removed", {"transaction_id": f"t{number}", "account_id": "card-1"}))

    def __call__(self, request: Request) -> Reply:
        if request.path != "/transactions/sync" or request.json["access_token"] != "access-1":
            return Reply(400, {"error_code": "INVALID_ACCESS_TOKEN"})
        at = request.json.get("cursor", "")
        self.asked.append(at)
        start = int(at or 0)
        shown = self.updates[start : start + self.page]
        body: dict[str, Any] = {
            "accounts": [{"account_id": "card-1", "type": "credit", "mask": "1111", "balances": {}}],
            "added": [],
            "modified": [],
            "removed": [],
            "next_cursor": str(start + len(shown)),
            "has_more": start + len(shown) < len(self.updates),
        }
        for kind, one in shown:
            body[kind].append(one)
        return Reply(body=body)


@pytest.fixture
def bank(db: None, catalog: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Plaid, ApiServer]]:
    plaid = Plaid()
    with ApiServer(plaid).running() as server:

        def world() -> Outside:
            return server.outside()

        monkeypatch.setattr(pulls, "outside", world)
        credentials.publish()
        yield plaid, server


def connected(**values: str) -> Connection:
    return connections.connect(
        "plaid",
        name="",
        values={"client_id": "id-1", "secret": "s3cret", "access_token": "access-1"} | values,
        lists=["plaid"],
        actor="ann@corp.example",
        reason="cards are paid from this bank",
        now=NOW,
    )


def pulled(by: str = "test") -> Scan:
    source = PulledSource.objects.select_related("source").get()
    scan = pulls.open_pull(source, by=by, now=NOW)
    assert scan
    return scans.run(scan.pk)


def spent() -> int:
    return sum(Purchase.objects.values_list("amount", flat=True)) // 1_000_000


def test_pages_become_records_and_the_cursor_moves(bank: tuple[Plaid, ApiServer]) -> None:
    plaid, _ = bank
    plaid.add(*(charge(n) for n in range(5)), charge(5, 7, "CITY BAKERY"))
    connected()
    scan = pulled()
    assert (scan.state, scan.records_new, scan.sealed, scan.rows_read) == (Scan.State.DONE, 6, 1, 6)
    assert spent() == 100
    source = PulledSource.objects.get()
    assert (source.cursor, source.last_success, source.trouble) == ({"at": "6"}, NOW, "")
    assert source.due_at == NOW + timedelta(hours=12)
    assert not Chunk.objects.exists()


def test_what_the_source_changes_and_takes_back_is_changed_and_gone(bank: tuple[Plaid, ApiServer]) -> None:
    plaid, _ = bank
    plaid.add(charge(1), charge(2), charge(3))
    connected()
    pulled()
    plaid.modify(charge(2, 25))
    plaid.remove(3)
    second = pulled()
    assert spent() == 45
    assert (second.records_changed, second.records_removed) == (1, 1)
    counting = Record.objects.filter(current=True).values_list("own_id", "amount")
    assert sorted(counting) == [("t1", 20_000_000), ("t2", 25_000_000)]
    scans.run(request_withdrawal(second.pk, by="ann@corp.example").pk)
    assert spent() == 60  # without the correction what was there before counts again


def test_a_removal_of_what_is_not_ai_keeps_totals_tied(bank: tuple[Plaid, ApiServer]) -> None:
    plaid, _ = bank
    plaid.add(charge(1, 9, "CITY BAKERY"), charge(2, 5, "CITY BAKERY"))
    connected()
    pulled()
    plaid.remove(1)
    pulled()
    assert list(everything()["sums"].values()) == [[1, 5_000_000]]


def test_a_record_that_changes_while_it_is_read_counts_once(bank: tuple[Plaid, ApiServer]) -> None:
    plaid, _ = bank
    plaid.add(charge(1, 20), charge(2), charge(3))
    plaid.modify(charge(1, 30))
    plaid.remove(2)
    plaid.add(charge(4))
    connected()
    scan = pulled()
    assert spent() == 70
    assert scan.rows_read == 6
    assert scan.records_new + scan.records_known + scan.rows_rejected + scan.rows_ignored == 6


@pytest.mark.once
def test_a_pending_charge_that_is_booked_under_another_id_counts_once(bank: tuple[Plaid, ApiServer]) -> None:
    plaid, _ = bank
    plaid.add(charge(1, pending=True))
    connected()
    pulled()
    plaid.remove(1)
    plaid.add(charge(2, pending_transaction_id="t1"))
    pulled()
    assert spent() == 20


@pytest.mark.once
def test_data_that_change_during_paging_are_asked_for_from_the_first_page(
    bank: tuple[Plaid, ApiServer],
) -> None:
    plaid, server = bank
    plaid.add(charge(1))
    connected()
    pulled()
    plaid.add(*(charge(n) for n in range(2, 6)))
    server.faults[len(server.asked) + 2] = Reply(
        400, {"error_code": "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION"}
    )
    plaid.asked.clear()
    pulled()
    assert plaid.asked == ["1", "1", "3"]
    assert spent() == 100


class _Killed(BaseException):
    pass


@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("committed", [True, False])
def test_a_pull_that_is_killed_goes_on_and_ends_as_an_undisturbed_one(
    bank: tuple[Plaid, ApiServer], monkeypatch: pytest.MonkeyPatch, page: int, committed: bool
) -> None:
    plaid, _ = bank
    plaid.add(*(charge(n) for n in range(1, 4)))
    plaid.modify(charge(1, 30))
    plaid.remove(2)
    plaid.add(charge(6, 4, "CITY BAKERY"))
    connected()
    with undone():
        pulled()
        undisturbed = everything()
    stage, pages = pulls.stage_page, 0

    def killing(*args: Any) -> int:
        nonlocal pages
        pages += 1
        if pages == page and not committed:
            raise _Killed
        rows = stage(*args)
        if pages == page:
            raise _Killed
        return rows

    monkeypatch.setattr(pulls, "stage_page", killing)
    with pytest.raises(_Killed):
        pulled()
    assert Chunk.objects.count() == (page if committed else page - 1)
    plaid.asked.clear()
    pages = 99
    (left,) = scans.unfinished()
    assert scans.run(left).state == Scan.State.DONE
    assert len(plaid.asked) == 3 - page + (0 if committed and page < 3 else 1)
    assert everything() == undisturbed


def test_a_lost_permission_takes_nothing_away_and_says_what_to_do(bank: tuple[Plaid, ApiServer]) -> None:
    plaid, server = bank
    plaid.add(*(charge(n) for n in range(1, 4)))
    connected()
    server.faults[2] = Reply(400, {"error_code": "ITEM_LOGIN_REQUIRED"})
    scan = pulled()
    assert (scan.state, spent()) == (Scan.State.FAILED, 40)  # the first page stays
    source = PulledSource.objects.get()
    assert source.denied
    assert "sign in again" in source.trouble
    assert source.cursor == {"at": "2", "first": ""}
    assert source.last_success is None
    pulled()
    source.refresh_from_db()
    assert (spent(), source.trouble, source.denied, source.failures) == (60, "", False, 0)


@pytest.mark.once
def test_an_outage_is_tried_again_ever_later(bank: tuple[Plaid, ApiServer]) -> None:
    plaid, server = bank
    plaid.add(charge(1))
    connected()
    server.faults = {n: Reply(500, b"") for n in range(1, 11)}
    waits = []
    for _ in range(2):
        assert pulled().state == Scan.State.FAILED
        source = PulledSource.objects.get()
        waits.append(source.due_at - server.clock.at)
    assert waits == [timedelta(minutes=5), timedelta(minutes=10)]
    assert (source.denied, source.failures) == (False, 2)
    assert Scan.objects.count() == 1  # of pulls that brought nothing, the last one is enough
    pulled()
    assert spent() == 20


def test_a_pull_that_finds_nothing_new_leaves_one_line(bank: tuple[Plaid, ApiServer]) -> None:
    plaid, _ = bank
    plaid.add(charge(1))
    connected()
    pulled()
    for _ in range(3):
        assert pulled().state == Scan.State.DONE
    assert Scan.objects.count() == 2
    assert SightingRun.objects.count() == 1


@pytest.mark.once
def test_files_and_pulls_of_one_system_know_each_others_records(
    bank: tuple[Plaid, ApiServer], tmp_path
) -> None:
    plaid, _ = bank
    plaid.add(charge(1), charge(2))
    file = tmp_path / "sync.json"
    file.write_bytes(json.dumps(plaid(_sync()).body).encode())
    (scan,) = scans.open_scans(file)
    assert isinstance(scan, Scan)
    scans.run(scan.pk)
    connected()
    assert pulled().records_known == 2
    assert spent() == 40


def _sync() -> Request:
    return Request(
        "POST", "production.plaid.com", "/transactions/sync", {}, {}, b'{"access_token": "access-1"}'
    )


def test_only_due_sources_are_pulled_and_each_once(bank: tuple[Plaid, ApiServer]) -> None:
    connected()
    (first,) = pulls.open_due(NOW)
    assert pulls.open_due(NOW) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Scan.objects.create(source_id=Scan.objects.get(pk=first).source_id, pull=True)
    scans.run(first)
    assert pulls.open_due(NOW + timedelta(hours=11)) == []
    source = PulledSource.objects.get()
    connections.pause(source, on=True, actor="ann@corp.example", reason="audit", now=NOW)
    assert pulls.open_due(NOW + timedelta(hours=13)) == []
    connections.pause(source, on=False, actor="ann@corp.example", reason="audit over", now=NOW)
    assert len(pulls.open_due(NOW)) == 1


@pytest.mark.once
def test_a_credential_is_opened_by_workers_alone_and_for_its_connection(
    bank: tuple[Plaid, ApiServer],
) -> None:
    connection = connected()
    stored = bytes(connection.credential)
    assert b"s3cret" not in stored
    assert connection.settings == {"client_id": "id-1", "environment": "production"}
    assert credentials.open_credential(connection.pk, stored)["secret"] == "s3cret"
    with pytest.raises(SealBroken):
        credentials.open_credential(connection.pk + 1, stored)
    assert "s3cret" not in repr(pulls.settings_of(connection))


def test_a_deleted_credential_stops_pulls_and_keeps_what_was_read(bank: tuple[Plaid, ApiServer]) -> None:
    plaid, _ = bank
    plaid.add(charge(1))
    connection = connected()
    pulled()
    connections.delete_credential(connection, actor="ann@corp.example", reason="contract ended", now=NOW)
    assert pulls.open_due(NOW + timedelta(days=9)) == []
    assert Connection.objects.get().credential is None
    assert spent() == 20
    told = ConnectionChange.objects.values_list("what", "actor", "reason")
    assert ("credential deleted", "ann@corp.example", "contract ended") in told


@pytest.mark.once
def test_without_a_worker_no_credential_is_taken(bank: tuple[Plaid, ApiServer]) -> None:
    WorkerKey.objects.all().delete()
    with pytest.raises(credentials.NoWorkerYet, match="start one"):
        connected()
    assert not Connection.objects.exists()


@pytest.mark.once
def test_a_test_says_what_is_missing_and_keeps_nothing(bank: tuple[Plaid, ApiServer]) -> None:
    plaid, _ = bank
    plaid.add(charge(1))
    connection = connected()
    for token, said in (("access-1", ""), ("access-2", "enter the one of this bank")):
        connections.replace_credential(
            connection, {"secret": "s", "access_token": token}, actor="ann", reason="new", now=NOW
        )
        connection.refresh_from_db()
        connections.ask_test(connection, now=NOW)
        assert pulls.try_asked(lambda: NOW) == 1
        connection.refresh_from_db()
        ((name, sentence),) = connection.test_results
        assert name == "plaid"
        assert sentence.endswith(said)
    assert not Record.objects.exists()


def synced(*names: str) -> tuple[int, list[dict[str, Any]], str]:
    """What ``sync --json`` answers: its exit code, its objects, and what it said beside them."""
    out, said = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("sync", *names, "--json", stdout=out, stderr=said)
    except SystemExit as ended:
        code = int(ended.code or 0)
    except CommandError as wrong:
        code, said = wrong.returncode, io.StringIO(str(wrong))
    return code, [json.loads(line) for line in out.getvalue().splitlines()], said.getvalue()


def test_sync_pulls_from_where_it_stopped(bank: tuple[Plaid, ApiServer]) -> None:
    plaid, server = bank
    assert synced() == (0, [], "no system is connected; connect one on the Sources page\n")
    plaid.add(charge(1), charge(2))
    connected()
    code, (told,), _ = synced()
    assert (code, told["source"], told["state"], told["records_new"]) == (0, "plaid", "done", 2)
    plaid.add(charge(3))
    _, (told,), _ = synced("plaid")
    assert (told["rows_read"], told["records_new"]) == (1, 1)
    server.faults[len(server.asked) + 1] = Reply(400, {"error_code": "ITEM_LOGIN_REQUIRED"})
    code, (told,), said = synced()
    assert (code, told["state"]) == (1, "failed")
    assert "sign in again" in said
    code, _, said = synced("okta")
    assert code == 2
    assert "those are: plaid" in said


@pytest.mark.once
def test_a_credential_that_its_system_replaces_is_stored_sealed_at_once(
    bank: tuple[Plaid, ApiServer],
) -> None:
    connection = connected()
    pulls._keep_renewed(connection.pk, "access_token", "access-2")
    connection.refresh_from_db()
    stored = bytes(connection.credential)
    assert b"access-2" not in stored
    held = credentials.open_credential(connection.pk, stored)
    assert (held["access_token"], held["secret"]) == ("access-2", "s3cret")
    connections.delete_credential(connection, actor="ann", reason="over", now=NOW)
    pulls._keep_renewed(connection.pk, "access_token", "access-3")
    assert Connection.objects.get().credential is None


def test_the_sweep_pulls_what_is_due(bank: tuple[Plaid, ApiServer], monkeypatch: pytest.MonkeyPatch) -> None:
    plaid, server = bank
    plaid.add(charge(1))
    connected()
    # The sweep goes by the clock on the wall, so that the pull that it begins must go by it too.
    monkeypatch.setattr(pulls, "outside", lambda: replace(server.outside(), now=timezone.now))
    tasks.sweep()
    assert spent() == 20
    tasks.sweep()
    assert len(plaid.asked) == 1


@pytest.mark.once
def test_doctor_tells_of_a_list_that_only_a_person_can_mend(bank: tuple[Plaid, ApiServer]) -> None:
    connected()
    _, server = bank
    server.faults[1] = Reply(400, {"error_code": "ITEM_LOGIN_REQUIRED"})
    pulled()
    (found,) = (one for one in doctor._sources())
    assert "sign in again" in str(found)


class TestInvoices:
    """Documents of several lines, which a pull shows whole."""

    @pytest.fixture
    def invoices(
        self, catalog: object, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[tuple[list[dict[str, Any]], ApiServer]]:
        found: list[dict[str, Any]] = []

        def answer(request: Request) -> Reply:
            if request.path == "/oauth2/token":
                return Reply(body={"access_token": "t"})
            return Reply(body=[one for one in found if one["id"] > int(request.query["id[gt]"])])

        with ApiServer(answer).running() as server:
            monkeypatch.setattr(pulls, "outside", server.outside)
            credentials.publish()
            values = {"host": "corp.coupahost.com", "client_id": "id", "secret": "s"}
            connections.connect(
                "coupa",
                name="",
                values=values,
                lists=["coupa_invoices"],
                actor="ann",
                reason="bills",
                now=NOW,
            )
            yield found, server

    def test_a_line_that_was_taken_out_counts_no_longer(self, invoices) -> None:
        found, _ = invoices
        found.append(_invoice(1, 40, 60))
        pulled()
        assert spent() == 100
        found[0] = _invoice(1, 40)
        scan = pulled()
        assert (spent(), scan.records_removed) == (40, 1)
        found[0] = _invoice(1, 40, 70)
        pulled()
        assert spent() == 110

    def test_an_invoice_that_is_voided_counts_no_longer(self, invoices) -> None:
        found, _ = invoices
        found += [_invoice(1, 40, 60), _invoice(2, 5)]
        pulled()
        found[0] = _invoice(1, 40, 60) | {"status": "voided"}
        assert pulled().records_removed == 2
        assert spent() == 5

    def test_a_line_that_cannot_be_read_takes_none_away(self, invoices) -> None:
        found, _ = invoices
        found.append(_invoice(1, 40, 60))
        pulled()
        found[0]["invoice-lines"][1]["total"] = "sixty"
        assert pulled().rows_rejected == 1
        assert spent() == 100


def _invoice(number: int, *lines: int) -> dict[str, Any]:
    return {
        "id": number,
        "invoice-number": f"INV-{number}",
        "invoice-date": "2026-11-01",
        "status": "approved",
        "document-type": "Invoice",
        "supplier": {"name": "OpenAI ChatGPT"},
        "currency": {"code": "EUR"},
        "total-with-taxes": str(sum(lines)),
        "invoice-lines": [{"line-num": n, "total": str(total)} for n, total in enumerate(lines, 1)],
    }


@pytest.mark.once
def test_half_a_list_of_seats_takes_no_seat_away(
    db: None, catalog: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ApiServer(github).running() as server:
        monkeypatch.setattr(pulls, "outside", server.outside)
        credentials.publish()
        values = {"organisation": "corp", "token": "ghp_1"}
        lists = ["github_copilot_seats"]
        connections.connect("github", name="", values=values, lists=lists, actor="a", reason="b", now=NOW)
        pulled()
        before = everything()
        server.faults[len(server.asked) + 3] = Reply(403, {})
        broken_off = pulled()
        assert (broken_off.state, broken_off.rows_read) == (Scan.State.FAILED, 0)
        assert everything() == before
        assert pulled().rows_read == 6


@pytest.mark.once
@pytest.mark.parametrize("turn", [-1.0, 99.0])
def test_a_pull_of_many_turns_ends_as_one_of_one_turn(
    bank: tuple[Plaid, ApiServer], monkeypatch: pytest.MonkeyPatch, turn: float
) -> None:
    plaid, _ = bank
    plaid.add(*(charge(n) for n in range(5)))
    connected()
    monkeypatch.setattr(pulls, "TURN", turn)
    (number,) = pulls.open_due(NOW)
    turns = 1
    while turns < 9:
        try:
            scans.run(number)
            break
        except scans.Busy:
            turns += 1
    assert turns == (3 if turn < 0 else 1)
    assert plaid.asked == ["", "2", "4"]
    assert (spent(), PulledSource.objects.get().cursor) == (100, {"at": "5"})


@pytest.mark.once
def test_a_list_that_is_empty_is_read_to_its_end(
    db: None, catalog: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = Reply(body={"object": "list", "data": [], "has_more": False})
    with ApiServer(lambda request: empty).running() as server:
        monkeypatch.setattr(pulls, "outside", server.outside)
        credentials.publish()
        connections.connect(
            "stripe",
            name="",
            values={"key": "rk_1"},
            lists=["stripe_issuing"],
            actor="a",
            reason="b",
            now=NOW,
        )
        assert pulled().state == Scan.State.DONE
        assert PulledSource.objects.get().last_success == NOW


def test_a_worker_that_was_taken_for_dead_stores_no_page(
    bank: tuple[Plaid, ApiServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    plaid, _ = bank
    plaid.add(*(charge(n) for n in range(5)))
    connected()
    stage = pulls.stage_page

    def taken_over(scan: Scan, *rest: Any) -> int:
        if scan.chunks.exists():
            Scan.objects.filter(pk=scan.pk).update(attempt=F("attempt") + 1)
        return stage(scan, *rest)

    monkeypatch.setattr(pulls, "stage_page", taken_over)
    (number,) = pulls.open_due(NOW)
    with pytest.raises(scans.Busy):
        scans.run(number)
    left = Scan.objects.get(pk=number)
    assert (left.chunks.count(), left.rows_read, left.cursor) == (1, 2, {"at": "2", "first": ""})
    monkeypatch.setattr(pulls, "stage_page", stage)
    scans.run(number)
    assert spent() == 100


def test_everything_is_read_again_when_somebody_says_so(bank: tuple[Plaid, ApiServer]) -> None:
    plaid, _ = bank
    plaid.add(charge(1), charge(2))
    connected()
    first = pulled()
    scans.run(request_withdrawal(first.pk, by="ann").pk)
    assert (spent(), pulled().rows_read) == (0, 0)  # a pull goes on, whatever was withdrawn
    source = PulledSource.objects.get()
    connections.begin_again(source, actor="ann", reason="withdrawn by mistake", now=NOW)
    pulls.open_due(NOW)
    with pytest.raises(connections.WrongConnection, match="being pulled"):
        connections.begin_again(source, actor="ann", reason="again", now=NOW)
    pulled()
    assert spent() == 40
