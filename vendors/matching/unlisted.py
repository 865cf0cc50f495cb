"""What becomes of a text that names no tool of the catalog surely: a possible AI tool, or none, and why."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from vendors.matching.answers import Asks, Decision, Descriptor, NoneBecause, Recognition
from vendors.matching.app_names import is_a_page
from vendors.matching.beside import APP_CHANNELS
from vendors.matching.candidates import Candidate, How
from vendors.matching.carriers import Carrier, Serves
from vendors.matching.catalog import Scope
from vendors.matching.categories import sells_no_software
from vendors.matching.explain import sentence
from vendors.matching.grammar import STATEMENT_CHANNELS, Reading, names_nobody, words_of
from vendors.matching.lexicon import (
    AI_ELSEWHERE,
    DOES_LIKE_AI,
    NO_SOFTWARE,
    OTHER_AGENT,
    SUBJECT,
    against,
    weakly_against,
)
from vendors.matching.scopes import says_why
from vendors.matching.signs import sign_of_ai

_MAY = {
    Asks.ASSISTANT: "be an assistant or use a maker's models",
    Asks.MEETINGS: "read what was said in meetings",
    Asks.MAIL: "read all of somebody's mail",
    Asks.MESSAGES: "read messages in chats and channels",
    Asks.FILES: "read all of somebody's files",
}


def unlisted(
    descriptor: Descriptor,
    reading: Reading,
    candidates: list[Candidate],
    only_product: Callable[[str], str],
    spoken_against: bool = False,
) -> Recognition:
    """A possible AI tool that the catalog lacks, or nothing known.

    ``only_product`` tells the one product of a maker, or "" where it has several or none. Where something
    has ``spoken_against`` a name of the catalog in the text, any such word behind the sign denies it.
    """
    channel, mcc = descriptor.channel, descriptor.mcc
    suites = [c for c in candidates if c.identifier.scope == Scope.SHARED and c.how != How.CUT]
    sign = sign_of_ai(descriptor, reading)
    # "Google Chat": of a suite that the catalog knows it has what is AI by name.
    if DOES_LIKE_AI.fullmatch(sign) and any(c.start == 0 for c in suites):
        sign = ""
    carrier = reading.carrier
    name = carrier.name if carrier else None
    if not sign:
        if descriptor.asks and not candidates:
            return _by_what_it_may_do(descriptor.asks, reading)
        return _without_a_sign(mcc, reading, channel, candidates)
    if channel in APP_CHANNELS and is_a_page(reading):
        return none(NoneBecause.NOT_AI, "its name says that it is a page, a form or a list", name)
    if OTHER_AGENT.search(reading.body) or AI_ELSEWHERE.search(reading.body):
        return none(NoneBecause.UNKNOWN, f"“{sign}” means something else here", name)
    if channel in STATEMENT_CHANNELS and sells_no_software(mcc):
        return none(NoneBecause.NOT_AI, f"merchant category {mcc} does not sell software", name)
    if word := against(_words_that_may_deny(channel, reading, sign)):
        return none(NoneBecause.NOT_AI, f"“{word}” names another kind of thing", name)
    if spoken_against and (word := weakly_against(_words_behind(reading, sign))):
        return none(NoneBecause.NOT_AI, f"“{word}” names another kind of thing", name)
    if found := SUBJECT.search(reading.body) or NO_SOFTWARE.search(reading.body):
        return none(NoneBecause.NOT_AI, f"“{found.group()}” names another kind of thing", name)
    if carrier is not None and carrier.serves == Serves.SHOPS:
        return none(NoneBecause.NOT_AI, f"{carrier.name} collects for shops and restaurants", name)
    first = next((c for c in suites if reading.lead <= c.start and c.start <= reading.lead), None)
    if first is not None and (product := only_product(first.identifier.vendor)):
        return perhaps_its_only_one(sign, product, first.identifier.vendor, first.identifier.value, name)
    suite = next((c for c in suites if reading.words[c.stop : c.stop + 1] == ["ai"]), None)
    return possibly(sign, suite.identifier.vendor if suite else None, name)


def nothing_known(mcc: str, reading: Reading, channel: str) -> Recognition:
    """The answer to a text in which nothing is known."""
    if reading.carrier is not None and names_nobody(reading):
        return behind_carrier(reading.carrier)
    if mcc and sells_no_software(mcc) and channel in STATEMENT_CHANNELS:
        return none(NoneBecause.NOT_AI, f"merchant category {mcc} does not sell software")
    return NOTHING_KNOWN


def _without_a_sign(mcc: str, reading: Reading, channel: str, candidates: list[Candidate]) -> Recognition:
    name = reading.carrier.name if reading.carrier else None
    for c in candidates:
        if c.identifier.scope == Scope.SHARED:
            return none(NoneBecause.UNKNOWN, f"“{c.identifier.value}” also sells what is not AI", name)
    answer = nothing_known(mcc, reading, channel)
    if answer is NOTHING_KNOWN and (named := next((c for c in candidates if c.how == How.NAME), None)):
        said = f"“{named.identifier.value}” is also a common word or name"
        return none(NoneBecause.UNKNOWN, f"{said}, and nothing says that the tool is meant", name)
    return answer


def _by_what_it_may_do(asks: str, reading: Reading) -> Recognition:
    """What an app is whose name says nothing, and whose permissions do."""
    if word := against(reading.words):
        return none(NoneBecause.NOT_AI, f"“{word}” names another kind of thing")
    if says_why(asks, reading.body):
        return none(NoneBecause.UNKNOWN, f"its name says why it may {_MAY[Asks(asks)]}")
    said = f"it may {_MAY[Asks(asks)]}: possibly an AI tool that the catalog does not have"
    return Recognition(Decision.REVIEW, score=0.5, reasons=(sentence(said),))


def _words_that_may_deny(channel: str, reading: Reading, sign: str) -> list[str]:
    """Words that may say what else it is; of an app those behind the sign: "Tandem Health Scribe" is one."""
    if channel not in APP_CHANNELS:
        return reading.words
    last = words_of(sign)[-1]
    behind = reading.words.index(last) + 1 if last in reading.words else 0
    if behind in reading.breaks:  # "SchoolAI - District 112"
        return []
    return reading.words[behind : behind + 1] if behind else reading.words


def _words_behind(reading: Reading, sign: str) -> list[str]:
    last = words_of(sign)[-1]
    behind = reading.words.index(last) + 1 if last in reading.words else 0
    return reading.words[behind : reading.part_of(behind, behind)[1]]


def possibly(sign: str, vendor: str | None = None, carrier: str | None = None) -> Recognition:
    """A possible AI tool that the catalog lacks; of a vendor whose other things it knows."""
    said = f"“{sign}” is a sign of AI: possibly an AI tool that the catalog does not have"
    return Recognition(Decision.REVIEW, vendor=vendor, score=0.5, carrier=carrier, reasons=(sentence(said),))


def perhaps_its_only_one(
    sign: str, product: str, vendor: str, maker: str, carrier: str | None = None
) -> Recognition:
    """The one AI product of a maker that sells other things too, where something says AI."""
    said = f"“{sign}” is a sign of AI, and the catalog has one AI product of “{maker}”"
    return Recognition(
        Decision.REVIEW, product, vendor, score=0.55, carrier=carrier, reasons=(sentence(said),)
    )


def behind_carrier(carrier: Carrier) -> Recognition:
    """The answer to a charge of which only the collector is known."""
    return none(
        NoneBecause.CARRIER,
        f"{carrier.name} collected the charge and the text does not say for whom",
        carrier.name,
    )


@lru_cache(maxsize=2_000)  # a few sentences answer nearly every text
def none(because: NoneBecause, reason: str, carrier: str | None = None) -> Recognition:
    """No AI tool, with the reason as a sentence."""
    return Recognition(Decision.NONE, none_because=because, reasons=(sentence(reason),), carrier=carrier)


NOTHING_KNOWN = none(NoneBecause.UNKNOWN, "nothing in the text is known to the catalog")
