"""Whatever the order, the pieces and the repeats of scans: what is known afterwards is the same."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discovery import blocks, leases, merging, scans, sightings, staging
from discovery.connectors.base import Kind
from discovery.models import Scan, Source
from tests.discovery.fake_source import Files
from tests.discovery.logical_state import everything, links_of_what_counts, undone

KINDS = (
    "card",
    "bank",
    "expense",
    "sso",
    "directory",
    "licence",
    "usage",
    "cloud",
    "endpoint",
    "procurement",
)

_words = {
    "date": st.sampled_from(["2026-02-27", "2026-03-01", "2026-03-02", "2026-03-06"]),
    "amount": st.sampled_from(["20", "20", "35.50", "-20"]),
    "text": st.sampled_from(["CHATGPT", "OPENAI", "CLAUDE", "LUNCH BAR", "MAYBE TOOL"]),
    "email": st.sampled_from(["", "ann@corp.example", "bob@corp.example", "b.lee@corp.example"]),
    "name": st.sampled_from(["", "ANN DOE", "LEE/BOB", "B LEE"]),
    "card": st.sampled_from(["", "**** 1111", "2222"]),
    "id": st.sampled_from(["", "", "A1", "A2", "A3"]),
    "payment": st.sampled_from(["card", "unknown", "bank"]),
    "department": st.sampled_from(["", "Sales"]),
    "cost": st.sampled_from(["", "4", "4", "0.000001", "-1"]),
    "state": st.sampled_from(["", "on", "off"]),
    "active": st.sampled_from(["", "2026-02-20"]),
    "end": st.sampled_from(["", "2026-12-31", "2027-06-30"]),
    "line": st.sampled_from(["", "L1", "L1", "L2"]),
    "where": st.sampled_from(["", "laptop 1", "laptop 2"]),
    "by": st.sampled_from(["program", "package", "domain"]),
}


def _line(what: str, names: list[str], **fixed: str) -> st.SearchStrategy[str]:
    def write(values: tuple[str, ...]) -> str:
        fields = {**fixed, **dict(zip(names, values, strict=True))}
        return what + "".join(f' {name}="{value}"' for name, value in fields.items() if value)

    return st.tuples(*(_words[name] for name in names)).map(write)


_spend = _line(
    "spend", ["date", "amount", "text", "email", "name", "card", "id", "payment", "department"], account="acc"
)
_plain_spend = _line("spend", ["date", "text", "card"], account="acc", name="ANN DOE")
_sign_in = st.sampled_from(["chatgpt", "Notes"]).flatmap(
    lambda app: _line("signin", ["date", "email", "name"], app=app, login="ann")
)
_person = st.sampled_from(
    [
        "person id=1 email=ann@corp.example given=Ann family=Doe login=ann department=Sales",
        "person id=1 email=ann@corp.example given=Ann family=Doe login=ann department=Law",
        "person id=2 email=bob@corp.example given=Bob family=Lee aliases=b.lee@corp.example",
        "person id=2 email=bob@corp.example given=Bob family=Lee active=no",
        "person id=3 email=ben@corp.example given=Ben family=Lee",
    ]
)
_app = st.sampled_from(["chatgpt", "CLAUDE", "Notes"])
_licence = _app.flatmap(
    lambda app: _line("licence", ["date", "email", "name", "id", "state", "active"], app=app, login="ann")
)
_usage = _app.flatmap(
    lambda app: _line("usage", ["date", "cost", "id", "email", "department"], text=app, account="org")
)
_bill = _app.flatmap(lambda app: _line("usage", ["date", "cost", "line"], text=app, account="org"))
_seen = _app.flatmap(lambda app: _line("seen", ["date", "email", "where", "by"], text=app))
_contract = st.sampled_from(["ChatGPT", "Notes"]).flatmap(
    lambda product: _line(
        "contract", ["email", "name", "id", "amount", "end"], product=product, supplier="Shop"
    )
)
_LINES = {
    "procurement": _contract,
    "licence": _licence,
    "usage": _usage,
    "cloud": _bill,
    "endpoint": _seen,
    "card": st.one_of(_spend, _plain_spend),
    "bank": _spend,
    "expense": _spend,
    "sso": _sign_in,
    "directory": _person,
}

#: Every example is a dozen whole scans. PENUMBRA_EXAMPLES asks for more of them.
few = settings(
    max_examples=int(os.environ.get("PENUMBRA_EXAMPLES", "12")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

#: Files, each with its kind and its lines; and what is done with them: scanned, or withdrawn.
_files = st.lists(
    st.sampled_from(KINDS).flatmap(
        lambda kind: st.tuples(st.just(kind), st.lists(_LINES[kind], min_size=1, max_size=7))
    ),
    min_size=1,
    max_size=4,
)
_deeds = st.lists(st.integers(0, 3), min_size=1, max_size=7)


@pytest.fixture
def small_pieces(monkeypatch):
    """So that a handful of rows is several chunks, pieces and blocks."""
    monkeypatch.setattr(staging, "CHUNK_ROWS", 3)
    monkeypatch.setattr(sightings, "PIECE", 2)
    monkeypatch.setattr(blocks, "BLOCK_ROWS", 2)
    monkeypatch.setattr(merging, "_BATCH", 2)


@pytest.fixture
def sources(db):
    """With fixed numbers, which identities depend on."""
    for number, kind in enumerate(KINDS):
        Source.objects.create(
            pk=1_000 + number, name=f"fake_{kind}", connector=f"fake_{kind}", kind=Kind(kind)
        )


def _stated(number: int, lines: list[str]) -> str:
    """Each export says when it was made."""
    stated = f" stated=2026-03-{10 + number}T00:00:00Z"
    return "\n".join(line + (stated if line.startswith(("spend", "person")) else "") for line in lines)


def _scan(files: Files, number: int, world: list[tuple[str, list[str]]]) -> Scan:
    kind, lines = world[number]
    scan = files.scan(kind, _stated(number, lines))
    assert scan.state == Scan.State.DONE
    return scan


@pytest.mark.usefixtures("small_pieces", "sources")
class TestWhatIsKnown:
    @few
    @given(world=_files, deeds=_deeds, order=st.randoms(use_true_random=False))
    def test_is_what_the_scans_that_were_not_withdrawn_say(self, files, world, deeds, order):
        standing: dict[int, Scan] = {}
        with undone():
            for deed in deeds:
                number = deed % len(world)
                if number in standing:
                    files.withdraw(standing.pop(number))
                else:
                    standing[number] = _scan(files, number, world)
            reached = everything()
            assert reached["links"] == links_of_what_counts()
        with undone():
            left = sorted(standing)
            order.shuffle(left)
            for number in left:
                _scan(files, number, world)
            afresh = everything()
        for what, known in afresh.items():
            assert reached[what] == known, what

    @few
    @given(world=_files, cuts=st.lists(st.integers(0, 12), min_size=5, max_size=5))
    def test_is_the_same_when_work_is_cut_off_anywhere(self, files, world, cuts):
        with undone():
            for number in range(len(world)):
                _scan(files, number, world)
            undisturbed = everything()
            counts = _counts()
        with undone():
            for number, (kind, lines) in enumerate(world):
                scan = files.open(kind, _stated(number, lines))
                with _cut_off(after=cuts[number]):
                    scans.run(scan.pk)
                assert scans.run(scan.pk).state == Scan.State.DONE
            assert everything() == undisturbed
            assert _counts() == counts

    @few
    @given(world=_files, cuts=st.lists(st.integers(0, 6), min_size=5, max_size=5))
    def test_is_the_same_when_a_withdrawal_is_cut_off_anywhere(self, files, world, cuts):
        with undone():
            for number in range(1, len(world)):
                _scan(files, number, world)
            without = everything()
        with undone():
            first = _scan(files, 0, world)
            for number in range(1, len(world)):
                _scan(files, number, world)
            for cut in cuts:
                with _cut_off(after=cut):
                    files.withdraw(first)
            assert files.withdraw(first).state == Scan.State.WITHDRAWN
            assert everything() == without

    @few
    @given(world=_files)
    def test_is_not_changed_by_scanning_everything_again(self, files, world):
        with undone():
            for number in range(len(world)):
                _scan(files, number, world)
            once = everything()
            for number in range(len(world)):
                again = _scan(files, number, world)
                assert again.records_new == 0
            assert everything() == once


def _counts() -> list[tuple]:
    return list(
        Scan.objects.order_by("pk").values_list(
            "rows_read", "records_new", "records_known", "records_changed", "rows_rejected", "rows_ignored",
            "sealed", "recognised", "in_review",
        )
    )  # fmt: skip


class _Cut(BaseException):
    """The process ends here."""


class _cut_off:
    """Ends the work at the nth transaction that it wants to commit."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __enter__(self) -> None:
        self.whole = leases.Lease.keep

        def keep(lease: leases.Lease, **changes: object) -> None:
            self.whole(lease, **changes)
            if self.left == 0:
                raise _Cut
            self.left -= 1

        leases.Lease.keep = keep

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        leases.Lease.keep = self.whole
        return kind is _Cut
