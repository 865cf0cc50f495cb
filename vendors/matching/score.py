"""What each candidate is worth: discrete grounds for and against, not a distance between strings.

A distinctive identifier is enough by itself; a common word or name needs corroboration; what
stands beside it may speak against. The numbers put the grounds in an order around two marks,
``BOOK`` (decided without a person) and ``CONSIDER`` (a person decides). They are judgement, not
probabilities.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

from vendors.matching.answers import Channel, Descriptor
from vendors.matching.candidates import Candidate, How
from vendors.matching.catalog import IdentifierKind, Scope, Strength
from vendors.matching.categories import sells_no_software, sells_software
from vendors.matching.grammar import (
    JOINERS,
    STATEMENT_CHANNELS,
    TAIL,
    Reading,
    Serves,
    integration_of,
    words_of,
)
from vendors.matching.lexicon import (
    ABOUT,
    AI_WORD,
    BILLING,
    PERIOD,
    PLAN_NAME,
    SUBSCRIPTION,
    TASK,
    TYPED_AI_WORD,
    against,
    weakly_against,
)

BOOK = 0.8
CONSIDER = 0.5
_BILLED = 0.85
_PERHAPS_BILLED = 0.6

_APP_CHANNELS = (Channel.SSO_APP, Channel.OAUTH)
_TYPED_CHANNELS = (Channel.EXPENSE, Channel.PROCUREMENT)


class Tool(NamedTuple):
    product: str | None
    vendor: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with its worth and the sentences that explain it."""

    tool: Tool
    score: float
    candidate: Candidate
    grounds: tuple[str, ...]
    against: str = ""


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


def weigh(evidence: Evidence) -> list[Weighed]:
    """Each tool once, at its strongest; the best first."""
    best: dict[Tool, Weighed] = {}
    for candidate in evidence.candidates:
        weighed = _weigh(candidate, evidence)
        known = best.get(weighed.tool)
        if known is None or weighed.score > known.score:
            best[weighed.tool] = weighed
    return sorted(
        best.values(), key=lambda w: (-w.score, w.tool.product is None, w.tool.product or "", w.tool.vendor)
    )


def _weigh(c: Candidate, evidence: Evidence) -> Weighed:
    identifier = c.identifier
    tool = Tool(identifier.product, identifier.vendor)
    if c.how == How.CLIENT_ID:
        return Weighed(tool, 0.99, c, ("the client id is registered for it",))
    if identifier.scope == Scope.SHARED and identifier.product is None:
        return Weighed(tool, 0.1, c, (f"“{identifier.value}” also sells what is not AI",))
    if identifier.scope == Scope.SHARED and c.how == How.DOMAIN:
        return Weighed(tool, 0.3, c, (f"the domain {identifier.value} also serves what is not AI",))
    if c.how == How.DOMAIN:
        return _weigh_domain(tool, c, evidence)
    if c.how in (How.TYPO, How.CUT):
        return _weigh_approximate(tool, c, evidence)
    if evidence.channel in _APP_CHANNELS:
        return _weigh_app(tool, c, evidence)
    if c.how == How.PARTS:
        return Weighed(tool, 0.86, c, (f"the words of “{identifier.value}” stand apart in the text",))
    if identifier.strength == Strength.DISTINCTIVE:
        return _weigh_distinctive(tool, c, evidence)
    return _weigh_common(tool, c, evidence)


def _weigh_domain(tool: Tool, c: Candidate, evidence: Evidence) -> Weighed:
    ground = f"the domain {c.identifier.value} is its own"
    mcc = evidence.descriptor.mcc
    if evidence.channel in STATEMENT_CHANNELS and sells_no_software(mcc):
        return Weighed(tool, 0.7, c, (ground,), f"merchant category {mcc} does not sell software")
    if evidence.channel in _TYPED_CHANNELS and (word := against(evidence.reading.words[: c.start])):
        return Weighed(tool, 0.6, c, (ground,), f"“{word}” before it names another kind of thing")
    return Weighed(tool, 0.97, c, (ground,))


# --- distinctive names -------------------------------------------------------------------------


def _weigh_distinctive(tool: Tool, c: Candidate, evidence: Evidence) -> Weighed:
    kind = {
        IdentifierKind.LEGAL_ENTITY: "legal entity",
        IdentifierKind.FORMER_NAME: "former name",
        IdentifierKind.DESCRIPTOR: "statement text",
    }.get(c.identifier.kind, "name")
    ground = f"the {kind} “{c.identifier.value}” stands in the text"
    reading = evidence.reading
    counter = _against_distinctive(c, evidence)
    if not counter and not _by_chance(c, evidence):
        return Weighed(tool, 0.98 if _alone(c, reading) else 0.95, c, (ground,))
    support = _support(c, evidence)
    if not counter:
        return Weighed(tool, 0.6, c, (ground, *support, "its letters may stand so by chance"))
    if support or _alone(c, reading):
        return Weighed(tool, 0.65, c, (ground, *support), counter)
    return Weighed(tool, 0.25, c, (ground,), counter)


def _by_chance(c: Candidate, evidence: Evidence) -> bool:
    """Whether a name written apart may be words of another name: "Photo Room Studio"."""
    if c.how != How.APART or _alone(c, evidence.reading):
        return False
    if _leads(c, evidence) and _ends_the_name(evidence.reading.words[c.stop :]):
        return False
    return not (_support(c, evidence) or _billed(c, evidence))


def _against_distinctive(c: Candidate, evidence: Evidence) -> str:
    """What says that another business has this name."""
    words = evidence.reading.words
    mcc = evidence.descriptor.mcc
    if evidence.channel in STATEMENT_CHANNELS:
        word = against(_named(c, evidence.reading))
        if word and words[c.stop : c.stop + 1] != ["ai"]:
            return f"“{word}” beside it names another kind of business"
        if sells_no_software(mcc):
            return f"merchant category {mcc} does not sell software"
        carrier = evidence.reading.carrier
        if carrier and carrier.serves == Serves.SHOPS:
            return f"{carrier.name} collects for shops and restaurants"
        return ""
    # "Midjourney Hostel" is another business, "ChatGPT for the restaurant's menu" is not.
    # What was bought comes first: "lunch with OpenAI".
    following = list(takewhile(lambda word: word not in JOINERS, words[c.stop : c.stop + 3]))
    if word := against(words[: c.start] + following):
        return f"“{word}” beside it names another kind of thing"
    if evidence.channel in _TYPED_CHANNELS and following:
        # "AI" may belong to the noun behind it: "Beautiful AI art print".
        weak = weakly_against(following) if c.matched.endswith(" ai") else ""
        if weak and not TASK.match(" ".join(following)):
            return f"“{weak}” beside it names another kind of thing"
        if following[0] in ABOUT:
            return f"“{following[0]}” behind it makes it a subject, not what was bought"
    return ""


# --- common words and names --------------------------------------------------------------------


def _weigh_common(tool: Tool, c: Candidate, evidence: Evidence) -> Weighed:
    name = c.identifier.value
    ground = f"“{name}” stands in the text, which is also a common word or name"
    counter = _against_common(c, evidence)
    support = _support(c, evidence)
    if counter:
        firm = any(other.how == How.DOMAIN for other in _companions(c, evidence))
        return Weighed(tool, 0.6 if firm else 0.2, c, (ground, *support), counter)
    leads = _leads(c, evidence)
    if support:
        firm = bool(_companions(c, evidence)) or (leads and _says_so_beside(c, evidence))
        return Weighed(tool, 0.9 if firm else 0.6, c, (ground, *support))
    if not leads:
        return Weighed(tool, 0.3, c, (ground,))
    reading = evidence.reading
    mcc = evidence.descriptor.mcc
    if billed := _billed(c, evidence):
        return Weighed(tool, billed, c, (ground, "the text speaks of a software subscription"))
    bare = _alone(c, reading)
    if sells_software(mcc) and (bare or _maybe_place(c, reading)):
        return Weighed(tool, 0.88, c, (ground, f"merchant category {mcc} sells software"))
    if reading.carrier and _sold_by_software_carrier(evidence) and bare:
        return Weighed(tool, 0.86, c, (ground, f"{reading.carrier.name} sells software only"))
    if sells_software(mcc) or bare:
        return Weighed(tool, 0.55, c, (ground, "nothing beside it says whether the tool is meant"))
    return Weighed(tool, 0.3, c, (ground,))


def _against_common(c: Candidate, evidence: Evidence) -> str:
    if word := weakly_against(_named(c, evidence.reading)):
        return f"“{word}” beside it names another kind of thing"
    mcc = evidence.descriptor.mcc
    if evidence.channel in STATEMENT_CHANNELS and sells_no_software(mcc):
        return f"merchant category {mcc} does not sell software"
    carrier = evidence.reading.carrier
    if carrier and carrier.serves == Serves.SHOPS:
        return f"{carrier.name} collects for shops and restaurants"
    own = c.matched.partition(" ")[0]  # a domain with a typo is no stranger to the name read from it
    foreign = [h for h in evidence.foreign_hosts if c.how != How.TYPO or own not in h]
    if foreign and not _companions(c, evidence):
        return f"the domain {foreign[0]} beside it is somebody else's"
    return ""


# --- names with a typo, or cut off -------------------------------------------------------------


def _weigh_approximate(tool: Tool, c: Candidate, evidence: Evidence) -> Weighed:
    name = c.identifier.value
    if evidence.channel in _APP_CHANNELS:
        return Weighed(tool, 0.3, c, (f"“{c.matched}” resembles “{name}”",))
    if counter := _against_common(c, evidence):
        return Weighed(tool, 0.1, c, (f"“{c.matched}” resembles “{name}”",), counter)
    if c.how == How.CUT:
        ground = f"“{c.matched}” is the beginning of “{name}”, cut off by the statement"
        sure = len(c.matched) >= 8 or sells_software(evidence.descriptor.mcc)
        return Weighed(tool, 0.82 if sure else 0.55, c, (ground,))
    ground = f"“{c.matched}” is “{name}” with one letter wrong"
    support = list(_support(c, evidence))
    if " " in c.matched:
        support.append("the rest of the name is spelled right")
    after = _after(c, evidence.reading)
    if not support and (PLAN_NAME.match(after) or BILLING.search(evidence.reading.body)):
        support.append("the text speaks of a software subscription")
    if not support:
        return Weighed(tool, 0.3, c, (ground,))
    typed = evidence.channel in _TYPED_CHANNELS
    distinctive = c.identifier.strength == Strength.DISTINCTIVE
    return Weighed(tool, 0.83 if typed and distinctive else 0.6, c, (ground, *support))


# --- apps ----------------------------------------------------------------------------------------


def _weigh_app(tool: Tool, c: Candidate, evidence: Evidence) -> Weighed:
    name, reading = c.identifier.value, evidence.reading
    exact = c.stop - c.start == len(reading.words)
    if evidence.foreign_hosts and not any(o.how == How.DOMAIN for o in _companions(c, evidence)):
        counter = f"the domain {evidence.foreign_hosts[0]} is not known to be its own"
        common = c.identifier.strength == Strength.COMMON and not exact
        return Weighed(tool, 0.2 if common else 0.6, c, (f"the app's name is “{name}”",), counter)
    if exact:
        return Weighed(tool, 0.97, c, (f"the app is called exactly “{name}”",))
    if c.how == How.PARTS:
        return Weighed(tool, 0.86, c, (f"the words of “{name}” stand apart in the app's name",))
    if c.identifier.strength == Strength.DISTINCTIVE:
        if _by_chance(c, evidence):
            return Weighed(tool, 0.6, c, (f"the letters of “{name}” stand apart in the app's name",))
        if word := against(reading.words[c.stop : c.stop + 2]):
            return Weighed(tool, 0.4, c, (f"“{name}” stands in the app's name",), f"“{word}” follows it")
        return Weighed(tool, 0.94, c, (f"the name “{name}” stands in the app's name",))
    ground = f"“{name}” stands in the app's name, which is also a common word or name"
    if word := weakly_against(reading.words):
        return Weighed(tool, 0.2, c, (ground,), f"“{word}” beside it names another kind of thing")
    if support := _support(c, evidence):
        firm = bool(_companions(c, evidence)) or (c.start == 0 and _says_so_beside(c, evidence))
        # "AI Email Writer" is some tool that writes, not the tool called Writer.
        return Weighed(tool, 0.9 if firm else 0.45, c, (ground, *support))
    if words_of(integration_of(reading.body)) == reading.words[c.start : c.stop]:
        return Weighed(tool, 0.6, c, (ground, "what follows only says what it connects to"))
    return Weighed(tool, 0.3, c, (ground,))


# --- what stands beside a name ---------------------------------------------------------------------


def _support(c: Candidate, evidence: Evidence) -> tuple[str, ...]:
    """Grounds beside the name itself that say AI, or name its maker."""
    grounds = []
    rest = _beside(c, evidence.reading)
    ai_word = TYPED_AI_WORD if evidence.channel in _TYPED_CHANNELS else AI_WORD
    if found := ai_word.search(rest):
        grounds.append(f"“{found.group()}” beside it says AI")
    elif found := TASK.search(rest):
        grounds.append(f"“{found.group()}” beside it is what AI tools do")
    companions = _companions(c, evidence)
    if any(other.how == How.DOMAIN for other in companions):
        grounds.append("its domain stands beside it")
    elif companions:
        grounds.append(f"“{companions[0].identifier.value}” beside it is its maker's")
    return tuple(grounds)


def _says_so_beside(c: Candidate, evidence: Evidence) -> bool:
    """Whether the word that says AI follows the name; people who type may put it anywhere."""
    if evidence.channel in _TYPED_CHANNELS:
        return True
    words = evidence.reading.words[c.stop :]
    while words and (words[0] in TAIL or words[0] == "by"):
        words = words[1:]
    after = " ".join(words)
    return bool(AI_WORD.match(after) or TASK.match(after))


def _billed(c: Candidate, evidence: Evidence) -> float:
    """What words of a software subscription beside the name are worth; 0 where there are none.

    They follow the name, or lead up to it where people type. A plan's name must end what names
    the merchant or the thing bought: "Gamma Pro Audio" is another business.
    """
    words = evidence.reading.words
    following = words[c.stop :]
    after = " ".join(following)
    typed = evidence.channel in _TYPED_CHANNELS
    if SUBSCRIPTION.match(after) or (typed and BILLING.match(after)):
        return _BILLED
    if PLAN_NAME.match(after):
        rest = following[1:]
        if not _ends_the_name(rest):
            return _PERHAPS_BILLED
        sold = bool(SUBSCRIPTION.search(" ".join(rest))) or sells_software(evidence.descriptor.mcc)
        return _BILLED if typed or sold or _sold_by_software_carrier(evidence) else _PERHAPS_BILLED
    if typed and BILLING.search(" ".join(words[: c.start] + words[c.stop : c.stop + 3])):
        return _BILLED
    return _PERHAPS_BILLED if BILLING.match(after) else 0.0


def _ends_the_name(words: list[str]) -> bool:
    """Whether what follows a plan's name only says how, when or for whom it was sold."""
    if not words or words[0] in JOINERS or words[0] in ("and", "und", "et", "y"):
        return True
    spoken = BILLING.match(words[0]) or PLAN_NAME.match(words[0]) or AI_WORD.match(words[0])
    return bool(spoken) or words[0] in PERIOD or words[0] in TAIL or len(words[0]) == 1


def _sold_by_software_carrier(evidence: Evidence) -> bool:
    carrier = evidence.reading.carrier
    return carrier is not None and carrier.serves == Serves.SOFTWARE


def _companions(c: Candidate, evidence: Evidence) -> list[Candidate]:
    """Other distinctive identifiers of the same vendor, elsewhere in the text or beside it."""
    return [
        other
        for other in evidence.candidates
        if other.identifier.vendor == c.identifier.vendor
        and other.identifier.product in (None, c.identifier.product)
        and (other.stop <= c.start or other.start >= c.stop or other.how == How.DOMAIN)
        and (other.identifier.strength == Strength.DISTINCTIVE or other.how == How.DOMAIN)
        and other.how != How.PARTS
    ]


def _beside(c: Candidate, reading: Reading) -> str:
    """The text without the words that the candidate covers."""
    first = c.matched.split(" ", 1)[0]
    before, found, after = reading.body.partition(first)
    for word in c.matched.split(" ")[1:]:
        after = after.replace(word, " ", 1)
    return f"{before} {after}" if found else reading.body


def _named(c: Candidate, reading: Reading) -> list[str]:
    """The words beside the candidate that may name the merchant: without those that only say where."""
    return reading.words[: c.start] + reading.words[c.stop : max(reading.end, c.stop)]


def _after(c: Candidate, reading: Reading) -> str:
    return " ".join(reading.words[c.stop :])


def _alone(c: Candidate, reading: Reading) -> bool:
    """Whether nothing but the carrier and the place stands beside the name."""
    return c.start <= reading.lead and c.stop >= reading.end


def _maybe_place(c: Candidate, reading: Reading) -> bool:
    """Whether one unknown word before a country or state code may be a town: "lovable dover de"."""
    return c.start <= reading.lead and reading.end - c.stop == 1 and reading.end < len(reading.words)


def _leads(c: Candidate, evidence: Evidence) -> bool:
    """Whether the name begins what names the merchant or the thing bought."""
    reading = evidence.reading
    if c.start <= reading.lead:
        return True
    skipped = reading.words[reading.lead : c.start]
    if all(word in TAIL for word in skipped):
        return True
    # People begin with what they did: "subscription Claude", "AI note taker Otter".
    if evidence.channel not in _TYPED_CHANNELS:
        return False
    before = " ".join(skipped)
    for spoken in (TASK, TYPED_AI_WORD, BILLING, PLAN_NAME):
        before = spoken.sub(" ", before)
    return all(word in TAIL or len(word) <= 2 for word in before.split())
