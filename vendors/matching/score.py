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
from vendors.matching.carriers import Serves
from vendors.matching.catalog import IdentifierKind, Scope, Strength
from vendors.matching.categories import is_a_profession, sells_no_software, sells_software
from vendors.matching.grammar import (
    JOINERS,
    STATEMENT_CHANNELS,
    TAIL,
    Reading,
    integration_of,
    only_decoration,
    words_of,
)
from vendors.matching.lexicon import (
    ABOUT,
    AI_WORD,
    BILLING,
    MORE_PLANS,
    ORDER,
    PERIOD,
    PLAN_NAME,
    SUBJECT,
    SUBSCRIPTION,
    TASK,
    TYPED_AI_WORD,
    Rarity,
    against,
    namesake,
    rarity,
    weakly_against,
)
from vendors.matching.normalise import normal_form

BOOK = 0.8
CONSIDER = 0.5
_BILLED = 0.85
_PERHAPS_BILLED = 0.6
_SOFTWARE_HOUSE = frozenset(("software", "systems", "technologies", "technology", "company", "co"))
_A_SUBJECT = "what stands beside it makes it a subject"

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
    words = evidence.reading.words
    if c.how != How.PARTS and c.stop <= len(words) and (other := namesake(words, c.start, c.stop)):
        ground = f"“{identifier.value}” stands in the text"
        return Weighed(tool, 0.15, c, (ground,), f"“{other}” is the name of something else")
    if c.how in (How.TYPO, How.CUT):
        return _weigh_approximate(tool, c, evidence)
    if evidence.channel in _APP_CHANNELS:
        return _weigh_app(tool, c, evidence)
    if c.how == How.PARTS:
        ground = f"the words of “{identifier.value}” stand apart in the text"
        body = evidence.reading.body
        if (found := SUBJECT.search(body)) and not SUBSCRIPTION.search(body):
            return Weighed(tool, 0.65, c, (ground,), f"{_A_SUBJECT}: “{found.group()}”")
        return Weighed(tool, 0.86, c, (ground,))
    if identifier.strength == Strength.DISTINCTIVE:
        return _weigh_distinctive(tool, c, evidence)
    return _weigh_common(tool, c, evidence)


def _weigh_domain(tool: Tool, c: Candidate, evidence: Evidence) -> Weighed:
    ground = f"the domain {c.identifier.value} is its own"
    mcc = evidence.descriptor.mcc
    if evidence.channel in STATEMENT_CHANNELS and sells_no_software(mcc) and not is_a_profession(mcc):
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
    perhaps_subject = counter.startswith(_A_SUBJECT) and c.start <= reading.lead
    if support or perhaps_subject or _alone(c, reading):
        return Weighed(tool, 0.65, c, (ground, *support), counter)
    return Weighed(tool, 0.25, c, (ground,), counter)


def _by_chance(c: Candidate, evidence: Evidence) -> bool:
    """Whether a name written apart may be words of another name: "Photo Room Studio"."""
    if c.how != How.APART or _alone(c, evidence.reading):
        return False
    last = evidence.reading.words[c.stop - 1]
    if (last == "ai" and c.stop - c.start == 2) or PLAN_NAME.fullmatch(
        last
    ):  # "Open AI", "Language Tool Premium"
        return False
    if evidence.channel in _TYPED_CHANNELS and MORE_PLANS.match(_after(c, evidence.reading)):
        return False
    if _leads(c, evidence) and _ends_the_name(c.stop, evidence.reading):
        return False
    return not (_support(c, evidence) or _billed(c, evidence))


def _against_distinctive(c: Candidate, evidence: Evidence) -> str:
    """What says that another business has this name."""
    words = evidence.reading.words
    mcc = evidence.descriptor.mcc
    if evidence.channel in STATEMENT_CHANNELS:
        beside = TASK.sub(" ", " ".join(_named(c, evidence))).split()
        word = against([w for w in beside if w != "spa"])  # S.p.A. behind a name, more often than a bath
        if word and words[c.stop : c.stop + 1] != ["ai"]:
            return f"“{word}” beside it names another kind of business"
        if found := SUBJECT.search(" ".join(beside)):
            return f"“{found.group()}” beside it makes it a subject, not what was bought"
        if sells_no_software(mcc) and not (is_a_profession(mcc) and c.stop - c.start > 1):
            return f"merchant category {mcc} does not sell software"
        carrier = evidence.reading.carrier
        if carrier and carrier.serves == Serves.SHOPS:
            return f"{carrier.name} collects for shops and restaurants"
        return ""
    # "Midjourney Hostel" is another business, "ChatGPT for the restaurant's menu" is not.
    # What was bought comes first: "lunch with OpenAI".
    first, last = evidence.reading.part_of(c.start, c.stop)
    # A name of several words says more: only what follows it at once makes another name of it.
    reach = c.stop + (3 if c.stop - c.start == 1 else 1)
    following = list(takewhile(lambda word: word not in JOINERS, words[c.stop : min(reach, last)]))
    if c.start <= evidence.reading.lead and SUBSCRIPTION.search(" ".join(words[c.stop : last])):
        following = []  # "MagicSchool AI district licence"
    preceding = words[first if evidence.channel in _APP_CHANNELS else 0 : c.start]
    if word := against(preceding + following):
        return f"“{word}” beside it names another kind of thing"
    if evidence.channel in _TYPED_CHANNELS and (subject := _subject(c, evidence.reading)):
        return f"{_A_SUBJECT}: “{subject}”"
    if evidence.channel in _TYPED_CHANNELS and following:
        # "AI" may belong to the noun behind it: "Beautiful AI art print".
        weak = weakly_against(following) if c.matched.endswith(" ai") else ""
        if weak and not TASK.match(" ".join(following)):
            return f"“{weak}” beside it names another kind of thing"
        if following[0] in ABOUT:
            return f"“{following[0]}” behind it makes it a subject, not what was bought"
    return ""


def _subject(c: Candidate, reading: Reading) -> str:
    """The word that makes a tool what a lesson, a book or an evening was about; "" where a plan is named."""
    if PLAN_NAME.match(_after(c, reading)) or SUBSCRIPTION.search(reading.body):
        return ""
    words = reading.words
    before, after = " ".join(words[: c.start]), " ".join(words[c.stop : c.stop + 4])
    found = SUBJECT.search(before) or SUBJECT.search(after)
    return found.group() if found else ""


# --- common words and names --------------------------------------------------------------------


def _weigh_common(tool: Tool, c: Candidate, evidence: Evidence) -> Weighed:
    name = c.identifier.value
    ground = f"“{name}” stands in the text, which is also a common word or name"
    counter = _against_common(c, evidence)
    support = _support(c, evidence)
    if counter:
        firm = any(other.how == How.DOMAIN for other in _companions(c, evidence))
        perhaps = firm or (_rarity(c) < Rarity.EVERYDAY and bool(support) and _leads(c, evidence))
        return Weighed(tool, 0.6 if perhaps else 0.2, c, (ground, *support), counter)
    leads = _leads(c, evidence)
    rare = _rarity(c)
    if support:
        said = _says_so_beside(c, evidence) or rare < Rarity.EVERYDAY
        firm = bool(_companions(c, evidence)) or (leads and said)
        return Weighed(tool, 0.9 if firm else 0.6, c, (ground, *support))
    if not leads:
        return Weighed(tool, 0.55 if rare == Rarity.COINED else 0.3, c, (ground,))
    reading = evidence.reading
    mcc = evidence.descriptor.mcc
    if billed := _billed(c, evidence):
        return Weighed(tool, billed, c, (ground, "the text speaks of a software subscription"))
    bare = _alone(c, reading)
    if sells_software(mcc) and (bare or _maybe_place(c, reading)):
        return Weighed(tool, 0.88, c, (ground, f"merchant category {mcc} sells software"))
    if rare == Rarity.COINED and (bare or sells_software(mcc)) and not _of_another_kind(c, reading):
        return Weighed(tool, 0.85, c, (ground, "hardly anything else is called so"))
    if reading.carrier and _sold_by_software_carrier(evidence) and bare:
        return Weighed(tool, 0.86, c, (ground, f"{reading.carrier.name} sells software only"))
    subscribed = rare == Rarity.UNCOMMON and SUBSCRIPTION.search(reading.body)
    if sells_software(mcc) or bare or rare == Rarity.COINED or subscribed:
        return Weighed(tool, 0.55, c, (ground, "nothing beside it says whether the tool is meant"))
    return Weighed(tool, 0.3, c, (ground,))


def _of_another_kind(c: Candidate, reading: Reading) -> bool:
    """Whether a company of this name calls itself a software house: it may be any ("Argil Software Ltd")."""
    return not _SOFTWARE_HOUSE.isdisjoint(reading.words[c.stop :])


def _against_common(c: Candidate, evidence: Evidence) -> str:
    beside = _named(c, evidence)
    if evidence.channel in _TYPED_CHANNELS:  # behind a mark stands what it is for
        _, last = evidence.reading.part_of(c.start, c.stop)
        beside = evidence.reading.words[: c.start] + evidence.reading.words[c.stop : last]
    if word := weakly_against(beside):
        return f"“{word}” beside it names another kind of thing"
    if found := SUBJECT.search(" ".join(beside)):
        return f"“{found.group()}” beside it makes it a subject, not what was bought"
    mcc = evidence.descriptor.mcc
    if evidence.channel in STATEMENT_CHANNELS and sells_no_software(mcc):
        return f"merchant category {mcc} does not sell software"
    carrier = evidence.reading.carrier
    if carrier and carrier.serves == Serves.SHOPS:
        return f"{carrier.name} collects for shops and restaurants"
    own = c.matched.partition(" ")[0]
    foreign = [h for h in evidence.foreign_hosts if not _may_be_its_own(h, own, c.how)]
    if foreign and not _companions(c, evidence):
        return f"the domain {foreign[0]} beside it is somebody else's"
    return ""


def _may_be_its_own(host: str, name: str, how: How) -> bool:
    """Whether a domain that the catalog does not have is called as the tool, or was read as its name."""
    return host.split(".")[-2] == name or (how == How.TYPO and name in host)


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
    sure = c.identifier.strength == Strength.DISTINCTIVE or _rarity(c) < Rarity.EVERYDAY
    return Weighed(tool, 0.83 if typed and sure else 0.6, c, (ground, *support))


# --- apps ----------------------------------------------------------------------------------------


def _weigh_app(tool: Tool, c: Candidate, evidence: Evidence) -> Weighed:
    name, reading = c.identifier.value, evidence.reading
    exact = c.stop - c.start == len(reading.words)
    # The name, then a mark, then the rest; or the name with the mark inside: "Lavender – AI Email Coach".
    _, mark = reading.part_of(c.start, c.stop)
    whole = c.start == 0 and (exact or any(c.start < b <= c.stop for b in reading.breaks))
    if c.start == 0 and not whole and mark < len(reading.words):  # "Cursor Teams - WorkOS"
        whole = only_decoration(reading.words[c.stop : mark])
    distinctive = c.identifier.strength == Strength.DISTINCTIVE
    if evidence.foreign_hosts and not any(o.how == How.DOMAIN for o in _companions(c, evidence)):
        counter = f"the domain {evidence.foreign_hosts[0]} is not known to be its own"
        common = not distinctive and not exact
        return Weighed(tool, 0.2 if common else 0.6, c, (f"the app's name is “{name}”",), counter)
    if exact:
        return Weighed(tool, 0.97, c, (f"the app is called exactly “{name}”",))
    if c.how == How.PARTS:
        return Weighed(tool, 0.86, c, (f"the words of “{name}” stand apart in the app's name",))
    if c.start > 0 and _names_the_app(evidence):
        return Weighed(tool, 0.4, c, (f"“{name}” stands in the app's name, behind the name of another tool",))
    if distinctive:
        if whole:
            return Weighed(tool, 0.96, c, (f"the app's name begins with “{name}” and a mark behind it",))
        if _by_chance(c, evidence):
            return Weighed(tool, 0.6, c, (f"the letters of “{name}” stand apart in the app's name",))
        _, last = reading.part_of(c.start, c.stop)
        if word := against(reading.words[c.stop : min(c.stop + 2, last)]):
            return Weighed(tool, 0.4, c, (f"“{name}” stands in the app's name",), f"“{word}” follows it")
        return Weighed(tool, 0.94, c, (f"the name “{name}” stands in the app's name",))
    ground = f"“{name}” stands in the app's name, which is also a common word or name"
    rare = _rarity(c)
    reach = mark if rare < Rarity.EVERYDAY else len(reading.words)
    if word := weakly_against(reading.words[: c.start] + reading.words[c.stop : reach]):
        perhaps = c.start == 0 and rare < Rarity.EVERYDAY
        counter = f"“{word}” beside it names another kind of thing"
        return Weighed(tool, 0.55 if perhaps else 0.2, c, (ground,), counter)
    if support := _support(c, evidence):
        firm = bool(_companions(c, evidence)) or (c.start == 0 and (whole or _says_so_beside(c, evidence)))
        # "AI Email Writer" is some tool that writes, not the tool called Writer.
        return Weighed(
            tool, 0.9 if firm or (c.start == 0 and rare < Rarity.EVERYDAY) else 0.45, c, (ground, *support)
        )
    if words_of(integration_of(reading.body)) == reading.words[c.start : c.stop]:
        return Weighed(
            tool,
            0.85 if rare < Rarity.EVERYDAY else 0.6,
            c,
            (ground, "what follows only says what it connects to"),
        )
    _, next_mark = reading.part_of(c.stop, c.stop + 1)
    if (
        c.start == 0
        and only_decoration(reading.words[c.stop : next_mark])
        and (whole or rare < Rarity.EVERYDAY)
    ):
        return Weighed(tool, 0.88, c, (ground, "what follows only says which installation it is"))
    if whole and rare < Rarity.EVERYDAY:
        return Weighed(tool, 0.88, c, (ground, "a mark ends the name, and it is a rare word"))
    if whole or (c.start == 0 and rare < Rarity.EVERYDAY):
        return Weighed(tool, 0.6, c, (ground, "the app's name begins with it"))
    return Weighed(tool, 0.3, c, (ground,))


def _names_the_app(evidence: Evidence) -> bool:
    """Whether a tool's name is all that stands before the first mark: "Sider: ChatGPT and Claude"."""
    reading = evidence.reading
    return any(
        c.start == 0 and c.stop in reading.breaks and c.identifier.product is not None
        for c in evidence.candidates
    )


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
    reading = evidence.reading
    words = reading.words
    following = words[c.stop :]
    after = " ".join(following)
    typed = evidence.channel in _TYPED_CHANNELS
    if SUBSCRIPTION.match(after) or (typed and BILLING.match(after)):
        return _BILLED
    if PLAN_NAME.match(after) or (typed and MORE_PLANS.match(after)):
        rest = following[1:]
        if not _ends_the_name(c.stop + 1, reading):
            if not PLAN_NAME.match(after):
                return 0.0
            return _BILLED if typed and _rarity(c) < Rarity.EVERYDAY else _PERHAPS_BILLED
        sold = bool(SUBSCRIPTION.search(" ".join(rest))) or sells_software(evidence.descriptor.mcc)
        return _BILLED if typed or sold or _sold_by_software_carrier(evidence) else _PERHAPS_BILLED
    if typed and BILLING.search(" ".join(words[: c.start] + words[c.stop : c.stop + 3])):
        # "Comet Backup licence" may be another name that begins with this one.
        goes_on = not _ends_the_name(c.stop, reading) and _rarity(c) == Rarity.EVERYDAY
        return _PERHAPS_BILLED if goes_on and c.identifier.strength == Strength.COMMON else _BILLED
    if typed and _alone(c, reading) and BILLING.search(reading.body):
        return _BILLED
    return _PERHAPS_BILLED if BILLING.match(after) else 0.0


def _ends_the_name(at: int, reading: Reading) -> bool:
    """Whether what follows from a word on only says how, when or for whom it was sold."""
    words = reading.words[at:]
    if not words or at in reading.breaks or words[0] in JOINERS or words[0] in ("and", "und", "et", "y"):
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


def _named(c: Candidate, evidence: Evidence) -> list[str]:
    """The words beside the candidate that may name the merchant.

    Without those that only say where it sits, and those of its maker's other names ("Khan Academy").
    """
    reading = evidence.reading
    own = {
        at
        for other in evidence.candidates
        if other.identifier.vendor == c.identifier.vendor and other.how == How.NAME
        for at in range(other.start, other.stop)
    }
    return [
        word
        for at, word in enumerate(reading.words[: max(reading.end, c.stop)])
        if not c.start <= at < c.stop and at not in own
    ]


def _after(c: Candidate, reading: Reading) -> str:
    return " ".join(reading.words[c.stop :])


def _alone(c: Candidate, reading: Reading) -> bool:
    """Whether nothing but the carrier and the place stands beside the name, or a mark ends it there."""
    return c.start <= reading.lead and (c.stop >= reading.end or c.stop in reading.breaks)


def _rarity(c: Candidate) -> Rarity:
    """How rare the name is as it is written: "FISHAUDIO" is no word, "fish audio" are two."""
    words = words_of(normal_form(c.identifier.value))
    if len(words) > 1 and c.how == How.NAME and c.stop - c.start == 1:
        return Rarity.COINED
    return rarity(words)


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
    makers = {
        at
        for other in evidence.candidates
        if other.identifier.product is None and other.how == How.NAME
        for at in range(other.start, other.stop)
    }
    before = " ".join(reading.words[at] for at in range(reading.lead, c.start) if at not in makers)
    for spoken in (TASK, TYPED_AI_WORD, BILLING, PLAN_NAME, ORDER):
        before = spoken.sub(" ", before)
    return all(word in TAIL or len(word) <= 2 or not word.isascii() for word in before.split())
