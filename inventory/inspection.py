"""Why any text is recognised as it is, or is not: asked of rules and catalog now, kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from discovery.decided import recognition_by
from discovery.models import Decision
from discovery.own_rules import own_words
from discovery.recognise import NOT_AI
from inventory import recognitions
from inventory.naming import names_of
from inventory.recognitions import Choice
from vendors.catalog_index import load_matcher
from vendors.matching import Channel, NoneBecause, Recognition, describe
from vendors.matching import Decision as Outcome
from vendors.matching import Descriptor as Text
from vendors.matching.counterfactuals import Change, counterfactuals
from vendors.matching.parts import Part
from vendors.matching.scopes import permissions_in

#: Characters; a longer text is no descriptor, and a page is no place for it.
LONGEST = 2_000
_EXAMPLES = {
    Channel.CARD: "PAYPAL *OPENAI *CHATGPT S 4029357733 CA",
    Channel.EXPENSE: "Notion AI add-on, 12 seats, October",
    Channel.SSO_APP: "Fireflies for Google Meet",
    Channel.DOMAIN: "https://api.eu.mistral.ai/v1",
}

_NONE_BECAUSE = {
    NoneBecause.NOT_AI: _("Not AI"),
    NoneBecause.UNKNOWN: _("Nothing the catalog knows"),
    NoneBecause.CARRIER: _("Unknown behind a carrier"),
    NoneBecause.UNREADABLE: _("Nothing readable"),
}

_CHANGES = {
    Change.WITHOUT_CATEGORY: _("without its merchant category"),
    Change.SOFTWARE_CATEGORY: _("with merchant category %(value)s, software"),
    Change.RESTAURANT_CATEGORY: _("with merchant category %(value)s, restaurants"),
    Change.SUBSCRIPTION: _("with the word “subscription” behind it"),
    Change.DOMAIN: _("with the domain %(value)s beside it"),
    Change.WITHOUT_HOST: _("without the web address beside it"),
    Change.WITHOUT_CLIENT_ID: _("without the client id"),
    Change.WITHOUT_PERMISSIONS: _("without the permissions that it asks for"),
}


@dataclass(frozen=True)
class Changed:
    """A piece of evidence that would change the answer, and the answer then."""

    when: object
    then: object


@dataclass(frozen=True)
class Inspection:
    """One text with everything that was weighed.

    ``recognition``: of the company's rule that fits it, else of the catalog. ``decided`` says what a
    person decided about it, which stands above both; "" where nobody did or where the text of the
    decision is sealed.
    """

    asked: Text
    recognition: Recognition
    answer: object
    parts: list[tuple[Part, object, str]]
    candidates: list[Choice]
    changes: list[Changed]
    decided: object


def inspect(
    channel: str, text: str, mcc: str = "", url: str = "", client_id: str = "", scopes: str = ""
) -> Inspection:
    """What rules and catalog make of a text, step by step. ``scopes``: permissions, with spaces between."""
    asked = describe(channel, text, mcc=mcc, url=url, client_id=client_id, scopes=permissions_in(scopes))
    rule = own_words().find(asked)
    recognition = recognition_by(rule) if rule else load_matcher().recognise(asked)
    candidates = recognitions.candidates(asked)
    return Inspection(
        asked,
        recognition,
        _answer(recognition),
        recognitions.parts_of(asked, text) if text.strip() else [],
        candidates,
        [] if rule else changes(asked, candidates),
        _decided(asked),
    )


def changes(asked: Text, candidates: list[Choice]) -> list[Changed]:
    """What would change the answer, the likeliest candidate's domain among it."""
    best = next((one.key for one in candidates), "")
    domain = names_of({best: best.partition("/")[0]})[best].domain if best else ""
    return [
        Changed(_CHANGES[one.change] % {"value": one.value}, _answer(one.recognition))
        for one in counterfactuals(load_matcher(), asked, domain)
    ]


def examples() -> list[tuple[str, object, str]]:
    """Texts to try: (channel, its name, text)."""
    return [(channel, recognitions.CHANNEL_NAMES[channel], text) for channel, text in _EXAMPLES.items()]


def _answer(recognition: Recognition) -> object:
    key = recognition.product or recognition.vendor or ""
    title = names_of({key: recognition.vendor or ""})[key].title if key else ""
    match recognition.decision:
        case Outcome.MATCH:
            if recognition.product:
                return _("It is booked as %(tool)s.") % {"tool": title}
            return _("It is booked on %(maker)s; which product is left open.") % {"maker": title}
        case Outcome.REVIEW if title:
            return _("A person is asked whether it is %(tool)s.") % {"tool": title}
        case Outcome.REVIEW:
            return _("A person is asked: possibly an AI tool that the catalog does not have.")
        case _:
            return _NONE_BECAUSE[recognition.none_because or NoneBecause.UNKNOWN]


def _decided(asked: Text) -> object:
    """The newest decision about this very text, as far as it is readable."""
    newest = (
        Decision.objects.filter(
            kind=Decision.Kind.RECOGNISE, subject__channel=asked.channel, subject__form=asked.form
        )
        .order_by("-pk")
        .first()
    )
    if newest is None or not asked.form or not newest.after:
        return ""
    names = names_of({newest.after: newest.after.partition("/")[0]})
    return _("%(who)s decided: %(what)s (%(why)s). That stands above rules and catalog.") % {
        "who": newest.actor,
        "what": _("not AI") if newest.after == NOT_AI else names[newest.after].title,
        "why": newest.reason,
    }
