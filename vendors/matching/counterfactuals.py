"""What would change an answer: the same text asked again with one piece of evidence more, or one less."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from vendors.matching.answers import Channel, Descriptor, Recognition
from vendors.matching.categories import sells_no_software, sells_software
from vendors.matching.grammar import STATEMENT_CHANNELS
from vendors.matching.matcher import Matcher

_SOFTWARE_STORE = "5734"
_RESTAURANT = "5812"
_APPS = (Channel.SSO_APP, Channel.OAUTH)
_HOSTS = (Channel.DOMAIN, Channel.NETWORK)


class Change(StrEnum):
    """What is different about the question."""

    WITHOUT_CATEGORY = "without the merchant category"
    SOFTWARE_CATEGORY = "a merchant category of software"
    RESTAURANT_CATEGORY = "a merchant category of restaurants"
    SUBSCRIPTION = "the word subscription behind it"
    DOMAIN = "the tool's own domain beside it"
    WITHOUT_HOST = "without the web address beside it"
    WITHOUT_CLIENT_ID = "without the client id"
    WITHOUT_PERMISSIONS = "without the permissions that it asks for"


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """An answer that would be another one. ``value`` is what was put in: a category, a domain; or ""."""

    change: Change
    value: str
    recognition: Recognition


def counterfactuals(matcher: Matcher, asked: Descriptor, domain: str = "") -> tuple[Counterfactual, ...]:
    """Every change of the evidence that would change what the text is taken for.

    ``domain`` is the likeliest tool's own, "" where there is none. A host that is asked about by
    itself has no evidence beside it, so nothing is varied there.
    """
    now = _outcome(matcher.recognise(asked))
    found = []
    for change, value, other in _variations(asked, domain):
        answer = matcher.recognise(other)
        if _outcome(answer) != now:
            found.append(Counterfactual(change, value, answer))
    return tuple(found)


def _outcome(answer: Recognition) -> tuple[object, ...]:
    return answer.decision, answer.product, answer.vendor


def _variations(asked: Descriptor, domain: str) -> Iterator[tuple[Change, str, Descriptor]]:
    if asked.client_id:
        yield Change.WITHOUT_CLIENT_ID, "", asked._replace(client_id="")
    if asked.asks:
        yield Change.WITHOUT_PERMISSIONS, "", asked._replace(asks="")
    if asked.channel in _HOSTS:
        return
    if asked.mcc:
        yield Change.WITHOUT_CATEGORY, "", asked._replace(mcc="")
    if asked.channel in STATEMENT_CHANNELS:
        if not sells_software(asked.mcc):
            yield Change.SOFTWARE_CATEGORY, _SOFTWARE_STORE, asked._replace(mcc=_SOFTWARE_STORE)
        if not sells_no_software(asked.mcc):
            yield Change.RESTAURANT_CATEGORY, _RESTAURANT, asked._replace(mcc=_RESTAURANT)
    if asked.host:
        yield Change.WITHOUT_HOST, "", asked._replace(host="")
    if asked.channel in _APPS:
        if domain and asked.host != domain:
            yield Change.DOMAIN, domain, asked._replace(host=domain)
        return
    if domain and domain not in asked.form:
        yield Change.DOMAIN, domain, asked._replace(form=f"{asked.form} {domain}")
    if "subscription" not in asked.form:
        yield Change.SUBSCRIPTION, "", asked._replace(form=f"{asked.form} subscription")
