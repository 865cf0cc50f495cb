"""What stands beside a name in a text: grounds for it, words that end it, and where it begins.

Nothing is decided here; ``score`` weighs what these functions find.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import dropwhile

from vendors.matching.answers import Channel, Descriptor
from vendors.matching.candidates import Candidate, How
from vendors.matching.carriers import Serves
from vendors.matching.catalog import IdentifierKind, Strength
from vendors.matching.categories import sells_software
from vendors.matching.grammar import JOINERS, TAIL, Reading, Tail, tail_of, words_of
from vendors.matching.lexicon import (
    AI_WORD,
    BILLING,
    HOUSES,
    MORE_PLANS,
    ORDER,
    PAID_FOR,
    PERIOD,
    PLAN_NAME,
    ROLLED_OUT,
    SOLD_BY,
    SUBSCRIPTION,
    TASK,
    TOOL,
    TYPED_AI_WORD,
    Rarity,
    rarity,
)
from vendors.matching.normalise import normal_form

APP_CHANNELS = (Channel.SSO_APP, Channel.OAUTH)
TYPED_CHANNELS = (Channel.EXPENSE, Channel.PROCUREMENT)
BILLED = 0.85
PERHAPS_BILLED = 0.6


@dataclass(slots=True)
class Evidence:
    """What a text and what came with it say, beside the candidates themselves."""

    descriptor: Descriptor
    reading: Reading
    candidates: list[Candidate]
    foreign_hosts: list[str] = field(default_factory=list)  # domains that nobody in the catalog has

    @property
    def channel(self) -> str:
        return self.descriptor.channel


def support_of(c: Candidate, evidence: Evidence) -> tuple[str, ...]:
    """Grounds beside the name itself that say AI, or name its maker."""
    grounds = []
    rest = text_beside(c, evidence.reading)
    ai_word = TYPED_AI_WORD if evidence.channel in TYPED_CHANNELS else AI_WORD
    if found := ai_word.search(rest):
        grounds.append(f"“{found.group()}” beside it says AI")
    elif found := TASK.search(rest):
        grounds.append(f"“{found.group()}” beside it is what AI tools do")
    companions = companions_of(c, evidence)
    if any(other.how == How.DOMAIN for other in companions):
        grounds.append("its domain stands beside it")
    elif companions:
        grounds.append(f"“{companions[0].identifier.value}” beside it is its maker's")
    return tuple(grounds)


def says_so_beside(c: Candidate, evidence: Evidence) -> bool:
    """Whether the word that says AI follows the name; people who type may put it anywhere."""
    if evidence.channel in TYPED_CHANNELS:
        return True
    words = evidence.reading.words[c.stop :]
    while words and (words[0] in TAIL or words[0] == "by"):
        words = words[1:]
    after = " ".join(words)
    if c.stop in evidence.reading.breaks:  # a store's title: the name, a mark, and what it is
        return bool(AI_WORD.search(after) or TASK.search(after))
    return bool(AI_WORD.match(after) or TASK.match(after))


def worth_of_billing(c: Candidate, evidence: Evidence) -> float:
    """What words of a software subscription beside the name are worth; 0 where there are none.

    They follow the name, or lead up to it where people type. A plan's name must end what names
    the merchant or the thing bought: "Gamma Pro Audio" is another business.
    """
    reading = evidence.reading
    words = reading.words
    following = words[c.stop :]
    after = " ".join(following)
    typed = evidence.channel in TYPED_CHANNELS
    if SUBSCRIPTION.match(after) or (typed and BILLING.match(after)):
        return BILLED
    if PLAN_NAME.match(after) or (typed and MORE_PLANS.match(after)):
        rest = following[1:]
        if not ends_the_name(c.stop + 1, reading):
            if not PLAN_NAME.match(after):
                return 0.0
            return BILLED if typed and rarity_of(c) < Rarity.EVERYDAY else PERHAPS_BILLED
        sold = bool(SUBSCRIPTION.search(" ".join(rest))) or sells_software(evidence.descriptor.mcc)
        return BILLED if typed or sold or sold_by_software_carrier(evidence) else PERHAPS_BILLED
    if typed and BILLING.search(" ".join(words[: c.start] + words[c.stop : c.stop + 3])):
        # "Comet Backup licence" may be another name that begins with this one.
        goes_on = not ends_the_name(c.stop, reading) and rarity_of(c) == Rarity.EVERYDAY
        return PERHAPS_BILLED if goes_on and c.identifier.strength == Strength.COMMON else BILLED
    if typed and stands_alone(c, reading) and BILLING.search(reading.body):
        return BILLED
    if typed and TOOL.match(after):  # "Feather Wand plugin"
        return BILLED if rarity_of(c) < Rarity.EVERYDAY else PERHAPS_BILLED
    if BILLING.match(after) or SUBSCRIPTION.match(" ".join(_behind_papers(following))):
        return PERHAPS_BILLED
    return 0.0


def _behind_papers(words: list[str]) -> list[str]:
    """Without the words of an invoice and a month that stand before what was sold: "Rechnung Mai Abo"."""
    return list(dropwhile(lambda word: word in PERIOD or ORDER.fullmatch(word) is not None, words))


def says_no_more(c: Candidate, reading: Reading) -> bool:
    """Whether all that follows a name up to a mark is of papers, a time, or what is done with software."""
    _, mark = reading.part_of(c.start, c.stop)
    return all(
        word in PERIOD or word in ROLLED_OUT or word in TAIL or len(word) == 1 or ORDER.fullmatch(word)
        for word in reading.words[c.stop : mark]
    )


def ends_the_name(at: int, reading: Reading) -> bool:
    """Whether what follows from a word on only says how, when or for whom it was sold."""
    words = reading.words[at:]
    if not words or at in reading.breaks or words[0] in JOINERS or words[0] in ("and", "und", "et", "y"):
        return True
    spoken = BILLING.match(words[0]) or PLAN_NAME.match(words[0]) or AI_WORD.match(words[0])
    return bool(spoken) or words[0] in PERIOD or words[0] in TAIL or len(words[0]) == 1


def sold_by_software_carrier(evidence: Evidence) -> bool:
    carrier = evidence.reading.carrier
    return carrier is not None and carrier.serves == Serves.SOFTWARE


def companions_of(c: Candidate, evidence: Evidence) -> list[Candidate]:
    """Other distinctive identifiers of the same vendor, elsewhere in the text or beside it.

    A carrier's name is its maker's only where the name follows at once: "Google *Gemini".
    """
    lead = evidence.reading.lead
    return [
        other
        for other in evidence.candidates
        if other.identifier.vendor == c.identifier.vendor
        and other.identifier.product in (None, c.identifier.product)
        and (other.stop <= c.start or other.start >= c.stop or other.how == How.DOMAIN)
        and (
            other.identifier.strength == Strength.DISTINCTIVE
            or other.how == How.DOMAIN
            or other.identifier.kind == IdentifierKind.LEGAL_ENTITY  # "Permutation Labs Dust"
        )
        and other.how != How.PARTS
        and not (0 < other.stop <= lead < c.start)
    ]


def text_beside(c: Candidate, reading: Reading) -> str:
    """The text without the words that the candidate covers."""
    first = c.matched.split(" ", 1)[0]
    before, found, after = reading.body.partition(first)
    for word in c.matched.split(" ")[1:]:
        after = after.replace(word, " ", 1)
    return f"{before} {after}" if found else reading.body


def named_beside(c: Candidate, evidence: Evidence) -> list[str]:
    """The words beside the candidate that may name the merchant.

    Without those that only say where it sits, and those of its maker's other names ("Khan Academy").
    """
    reading = evidence.reading
    own = _covered(o for o in evidence.candidates if o.identifier.vendor == c.identifier.vendor)
    return [
        word
        for at, word in enumerate(reading.words[: max(reading.end, c.stop)])
        if not c.start <= at < c.stop and at not in own
    ]


def _covered(candidates: Iterable[Candidate]) -> set[int]:
    """The places of the words that these candidates' names stand in."""
    return {at for c in candidates if c.how == How.NAME for at in range(c.start, c.stop)}


def text_behind(c: Candidate, reading: Reading) -> str:
    return " ".join(reading.words[c.stop :])


def stands_alone(c: Candidate, reading: Reading) -> bool:
    """Whether nothing but the carrier and the place stands beside the name, or a mark ends it there."""
    return c.start <= reading.lead and (c.stop >= reading.end or c.stop in reading.breaks)


def rarity_of(c: Candidate) -> Rarity:
    """How rare the name is as it is written: "FISHAUDIO" is no word, "fish audio" are two."""
    words = words_of(normal_form(c.identifier.value))
    if len(words) > 1 and c.how == How.NAME and c.stop - c.start == 1:
        return Rarity.COINED
    if len(words) == 2 and PLAN_NAME.fullmatch(words[1]):  # "Gauth Plus" is as rare as "Gauth"
        return rarity(words[:1])
    return rarity(words)


def may_stand_before_a_place(c: Candidate, reading: Reading) -> bool:
    """Whether one unknown word before a country or state code may be a town: "lovable dover de"."""
    if not (c.start <= reading.lead and reading.end - c.stop == 1 and reading.end < len(reading.words)):
        return False
    return reading.words[c.stop] not in HOUSES and tail_of(reading.words[reading.end]) == Tail.PLACE


def begins_the_text(c: Candidate, evidence: Evidence) -> bool:
    """Whether the name begins what names the merchant or the thing bought."""
    reading = evidence.reading
    if c.start <= reading.lead:
        return True
    skipped = reading.words[reading.lead : c.start]
    if all(word in TAIL for word in skipped):
        return True
    # People begin with what they did: "subscription Claude", "AI note taker Otter".
    if evidence.channel not in TYPED_CHANNELS:
        return False
    makers = _covered(o for o in evidence.candidates if o.identifier.product is None)
    before = " ".join(reading.words[at] for at in range(reading.lead, c.start) if at not in makers)
    for spoken in (SOLD_BY, PAID_FOR, TASK, TYPED_AI_WORD, BILLING, PLAN_NAME, ORDER):
        before = spoken.sub(" ", before)
    return all(word in TAIL or len(word) <= 2 or not word.isascii() for word in before.split())
