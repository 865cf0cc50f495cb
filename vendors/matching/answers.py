"""The question that is put to the matcher, and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Channel(StrEnum):
    CARD = "card"
    BANK = "bank"
    EXPENSE = "expense"
    PROCUREMENT = "procurement"
    SSO_APP = "sso_app"
    OAUTH = "oauth"
    DOMAIN = "domain"
    NETWORK = "network"


class Asks(StrEnum):
    """What an app's permissions let it do that says something about the app, the most telling first."""

    ASSISTANT = "assistant"  # be an assistant of AI, or use a maker's models
    MEETINGS = "meetings"  # read what was said in them: recordings, transcripts, the sound itself
    MAIL = "mail"  # read it
    MESSAGES = "messages"  # read those of chats and channels
    FILES = "files"  # read all of somebody's, not those that a person picks


class Descriptor(NamedTuple):
    """What is recognised: a text's normal form with the discrete evidence beside it.

    Everything that may influence the answer is in here, so that one answer serves every
    record with this descriptor.
    """

    channel: str
    form: str
    mcc: str = ""
    client_id: str = ""
    host: str = ""
    asks: str = ""  # an Asks, of a grant


class Decision(StrEnum):
    MATCH = "match"  # booked without a person
    REVIEW = "review"  # a person decides
    NONE = "none"


class NoneBecause(StrEnum):
    NOT_AI = "not_ai"
    UNKNOWN = "unknown"
    CARRIER = "carrier"  # nothing readable behind a payment processor, marketplace or reseller
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Alternative:
    product: str
    score: float


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a descriptor stands for.

    ``product`` is None where the text tells the vendor but not the product (``vendor`` is
    set), for a possible AI tool that the catalog lacks (decision review), and for none.
    ``reasons`` are sentences a reviewer understands.
    """

    decision: Decision
    product: str | None = None
    vendor: str | None = None
    plan: str | None = None
    model_vendor: str | None = None
    score: float = 0.0
    carrier: str | None = None
    none_because: NoneBecause | None = None
    reasons: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Considered:
    """A tool that a text may stand for, with what speaks for it and against it in sentences.

    ``product`` is None where only the vendor is told. ``score`` says an order, not a probability.
    """

    product: str | None
    vendor: str
    score: float
    grounds: tuple[str, ...]
    against: str = ""
