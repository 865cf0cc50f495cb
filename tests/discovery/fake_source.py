"""A source whose files are legible in a test, one for each kind, and a matcher of five names.

A line is what it is and its fields, ``spend date=2026-03-04 amount=20 text="OPENAI CHATGPT"``;
``bad``, ``header`` and ``break`` are a row that cannot be read, one that is no record, and the
point from which the file cannot be read.
"""

from __future__ import annotations

import io
import shlex
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from discovery import scans
from discovery.connectors.base import Connector, Head, Kind, UnreadableFile
from discovery.models import Scan
from discovery.money import to_micro
from discovery.records import (
    Contract,
    DirectoryPerson,
    Grant,
    Ignored,
    Licence,
    Outcome,
    Payment,
    Rejected,
    Rows,
    Seen,
    SeenBy,
    SignIn,
    Spend,
    Switch,
    Usage,
    Who,
)
from discovery.withdrawal import request_withdrawal
from vendors.matching import Decision, Descriptor, NoneBecause, Recognition


class FakeSource(Connector):
    title = "a file written for a test"

    def __init__(self, kind: Kind, name: str = "") -> None:
        self.kind = kind  # type: ignore[misc]
        self.name = name or f"fake_{kind}"  # type: ignore[misc]

    def recognises(self, head: Head) -> int:
        return 0

    def read(self, stream: BinaryIO) -> Rows:
        for number, line in enumerate(io.TextIOWrapper(stream, encoding="utf-8"), start=1):
            what, *words = shlex.split(line)
            fields = dict(word.split("=", 1) for word in words)
            match what:
                case "bad":
                    yield number, Rejected("the amount is not a number; correct it", line)
                case "header":
                    yield number, Ignored("header")
                case "break":
                    raise UnreadableFile(f"the file breaks off in line {number}; export it again")
                case _:
                    yield number, _RECORDS[what](fields)


def _who(fields: dict[str, str]) -> Who:
    return Who(fields.get("email", ""), fields.get("login", ""), fields.get("name", ""))


def _spend(fields: dict[str, str]) -> Spend:
    def micro(name: str) -> int | None:
        return to_micro(Decimal(fields[name])) if name in fields else None

    return Spend(
        account=fields.get("account", ""),
        own_id=fields.get("id", ""),
        date=date.fromisoformat(fields.get("date", "2026-03-04")),
        text=fields.get("text", "OPENAI CHATGPT"),
        amount=to_micro(Decimal(fields.get("amount", "20"))),
        currency=fields.get("currency", "EUR"),
        who=_who(fields),
        card=fields.get("card", ""),
        payment=Payment(fields.get("payment", "unknown")),
        type=fields.get("type", ""),
        mcc=fields.get("mcc", ""),
        net=micro("net"),
        tax=micro("tax"),
        department=fields.get("department", ""),
        stated_at=fields.get("stated", ""),
        document=fields.get("document", ""),
        due=date.fromisoformat(fields["due"]) if "due" in fields else None,
    )


def _instant(fields: dict[str, str]) -> datetime:
    return datetime.fromisoformat(fields.get("date", "2026-03-04")).replace(tzinfo=UTC)


def _sign_in(fields: dict[str, str]) -> SignIn:
    return SignIn(
        fields.get("account", "tenant"),
        _instant(fields),
        _who(fields),
        fields.get("app", "ChatGPT"),
        Outcome(fields.get("outcome", "used")),
    )


def _grant(fields: dict[str, str]) -> Grant:
    return Grant(
        fields.get("account", "tenant"),
        fields.get("id", ""),
        _instant(fields),
        _who(fields),
        fields.get("app", "ChatGPT"),
        scopes=tuple(fields.get("scopes", "").split(",")),
        url=fields.get("url", ""),
    )


def _person(fields: dict[str, str]) -> DirectoryPerson:
    return DirectoryPerson(
        account=fields.get("account", "directory"),
        own_id=fields.get("id", ""),
        email=fields.get("email", ""),
        login=fields.get("login", ""),
        aliases=tuple(alias for alias in fields.get("aliases", "").split(",") if alias),
        given_name=fields.get("given", ""),
        family_name=fields.get("family", ""),
        department=fields.get("department", ""),
        active=fields.get("active", "yes") == "yes",
        stated_at=fields.get("stated", ""),
    )


def _day(fields: dict[str, str], name: str) -> date | None:
    return date.fromisoformat(fields[name]) if name in fields else None


def _number(fields: dict[str, str], name: str) -> int | None:
    return int(fields[name]) if name in fields else None


def _licence(fields: dict[str, str]) -> Licence:
    return Licence(
        account=fields.get("account", "tenant"),
        own_id=fields.get("id", ""),
        app=fields.get("app", "ChatGPT"),
        who=_who(fields),
        plan=fields.get("plan", ""),
        role=fields.get("role", ""),
        state=Switch(fields.get("state", "unknown")),
        seats=_number(fields, "seats"),
        seats_used=_number(fields, "used"),
        since=_day(fields, "since"),
        last_active=_day(fields, "active"),
        date=_day(fields, "date"),
    )


def _usage(fields: dict[str, str]) -> Usage:
    return Usage(
        account=fields.get("account", "org"),
        own_id=fields.get("id", ""),
        date=date.fromisoformat(fields.get("date", "2026-03-04")),
        text=fields.get("text", "CHATGPT"),
        cost=to_micro(Decimal(fields["cost"])) if "cost" in fields else None,
        currency=fields.get("currency", "EUR"),
        model=fields.get("model", ""),
        requests=_number(fields, "requests"),
        project=fields.get("project", ""),
        line=fields.get("line", ""),
        who=_who(fields),
        department=fields.get("department", ""),
    )


def _seen(fields: dict[str, str]) -> Seen:
    return Seen(
        account=fields.get("account", "tenant"),
        own_id=fields.get("id", ""),
        text=fields.get("text", "ChatGPT"),
        by=SeenBy(fields.get("by", "program")),
        date=_day(fields, "date"),
        who=_who(fields),
        where=fields.get("where", ""),
        version=fields.get("version", ""),
        scopes=tuple(scope for scope in fields.get("scopes", "").split(",") if scope),
        devices=_number(fields, "devices"),
        attempt=fields.get("attempt") == "yes",
    )


def _contract(fields: dict[str, str]) -> Contract:
    return Contract(
        account=fields.get("account", "register"),
        own_id=fields.get("id", ""),
        supplier=fields.get("supplier", "OpenAI"),
        product=fields.get("product", "ChatGPT"),
        owner=_who(fields),
        start=_day(fields, "start"),
        end=_day(fields, "end"),
        notice_by=_day(fields, "notice"),
        notice_days=_number(fields, "notice_days"),
        renews={"": None, "yes": True, "no": False}[fields.get("renews", "")],
        amount=to_micro(Decimal(fields["amount"])) if "amount" in fields else None,
        currency=fields.get("currency", "EUR"),
        every=fields.get("every", ""),
        seats=_number(fields, "seats"),
        plan=fields.get("plan", ""),
        status=fields.get("status", ""),
    )


_RECORDS = {
    "contract": _contract,
    "spend": _spend,
    "signin": _sign_in,
    "grant": _grant,
    "person": _person,
    "licence": _licence,
    "usage": _usage,
    "seen": _seen,
}

#: One connector for each kind.
FAKES: tuple[FakeSource, ...] = (
    *(FakeSource(kind) for kind in (Kind.CARD, Kind.BANK, Kind.EXPENSE, Kind.PROCUREMENT)),
    *(FakeSource(kind) for kind in (Kind.SSO, Kind.GRANT, Kind.DIRECTORY)),
    *(FakeSource(kind) for kind in (Kind.LICENCE, Kind.USAGE, Kind.CLOUD)),
    *(FakeSource(kind) for kind in (Kind.NETWORK, Kind.CODE, Kind.ENDPOINT)),
)


class FakeMatcher:
    """Knows what it is told: a word of the text → a product, a vendor, or "?" for a review."""

    def __init__(self, words: dict[str, str]) -> None:
        self.words = words

    def recognise(self, descriptor: Descriptor) -> Recognition:
        for word, answer in self.words.items():
            if word in descriptor.form:
                if answer == "?":
                    return Recognition(Decision.REVIEW, score=0.5, reasons=("It may be an AI tool.",))
                vendor, _, product = answer.partition("/")
                return Recognition(
                    Decision.MATCH, product=answer if product else None, vendor=vendor, score=1.0
                )
        return Recognition(Decision.NONE, none_because=NoneBecause.UNKNOWN)


WORDS = {
    "chatgpt": "openai/chatgpt",
    "openai": "openai",
    "claude": "anthropic/claude",
    "midjourney": "midjourney/midjourney",
    "maybe": "?",
}


class Files:
    """Writes files and scans them, as somebody at the command line would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def write(self, text: str) -> Path:
        self.count += 1
        path = self.folder / f"file-{self.count}"
        path.write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n", "utf-8")
        return path

    def open(self, kind: str, text: str, *, account: str = "", source: str = "") -> Scan:
        (scan,) = scans.open_scans(self.write(text), connector=f"fake_{kind}", account=account, source=source)
        assert isinstance(scan, Scan), scan
        return scan

    def scan(self, kind: str, text: str, *, account: str = "", source: str = "") -> Scan:
        return scans.run(self.open(kind, text, account=account, source=source).pk)

    @staticmethod
    def withdraw(scan: Scan) -> Scan:
        return scans.run(request_withdrawal(scan.pk, by="ann@corp.example").pk)
