"""What each candidate is worth: discrete grounds for and against, not a distance between strings.

A distinctive identifier is enough by itself; a common word or name needs corroboration; what
stands beside it may speak against. The numbers put the grounds in an order around two marks,
``BOOK`` (decided without a person) and ``CONSIDER`` (a person decides). They are judgement, not
probabilities.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

from vendors.matching.beside import (
    APP_CHANNELS,
    TYPED_CHANNELS,
    Evidence,
    begins_the_text,
    companions_of,
    ends_the_name,
    may_stand_before_a_place,
    named_beside,
    rarity_of,
    says_so_beside,
    sold_by_software_carrier,
    stands_alone,
    support_of,
    text_behind,
    worth_of_billing,
)
from vendors.matching.candidates import Candidate, How
from vendors.matching.carriers import Serves
from vendors.matching.catalog import IdentifierKind, Scope, Strength
from vendors.matching.categories import is_a_profession, sells_no_software, sells_software
from vendors.matching.grammar import (
    JOINERS,
    STATEMENT_CHANNELS,
    Reading,
    integration_of,
    only_decoration,
    words_of,
)
from vendors.matching.lexicon import (
    ABOUT,
    BILLING,
    HOUSES,
    MORE_PLANS,
    PLAN_NAME,
    SUBJECT,
    SUBSCRIPTION,
    TASK,
    Rarity,
    against,
    namesake,
    weakly_against,
)

BOOK = 0.8
CONSIDER = 0.5
_A_SUBJECT = "what stands beside it makes it a subject"


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
    if evidence.channel in APP_CHANNELS:
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
    if evidence.channel in TYPED_CHANNELS and (word := against(evidence.reading.words[: c.start])):
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
    if not counter and _borrows_the_carrier(c, reading):
        doubt = "the maker's name before it may be only who collected the charge"
        return Weighed(tool, 0.6, c, (ground,), doubt)
    if not counter and not _by_chance(c, evidence):
        return Weighed(tool, 0.98 if stands_alone(c, reading) else 0.95, c, (ground,))
    support = support_of(c, evidence)
    if not counter:
        return Weighed(tool, 0.6, c, (ground, *support, "its letters may stand so by chance"))
    perhaps_subject = counter.startswith(_A_SUBJECT) and c.start <= reading.lead
    if support or perhaps_subject or stands_alone(c, reading):
        return Weighed(tool, 0.65, c, (ground, *support), counter)
    return Weighed(tool, 0.25, c, (ground,), counter)


def _borrows_the_carrier(c: Candidate, reading: Reading) -> bool:
    """Whether a maker's name before the tool's is its carrier's: "Google *Opal Wealth"."""
    rest = reading.words[c.stop : reading.end]
    return c.start < reading.lead and any(len(w) > 3 for w in rest) and not ends_the_name(c.stop, reading)


def _by_chance(c: Candidate, evidence: Evidence) -> bool:
    """Whether a name written apart may be words of another name: "Photo Room Studio"."""
    if c.how != How.APART or stands_alone(c, evidence.reading):
        return False
    last = evidence.reading.words[c.stop - 1]
    if last == "ai" and c.stop - c.start == 2:  # "Open AI"
        return False
    if PLAN_NAME.fullmatch(last):  # "Language Tool Premium"
        return False
    if evidence.channel in TYPED_CHANNELS and MORE_PLANS.match(text_behind(c, evidence.reading)):
        return False
    if begins_the_text(c, evidence) and ends_the_name(c.stop, evidence.reading):
        return False
    return not (support_of(c, evidence) or worth_of_billing(c, evidence))


def _against_distinctive(c: Candidate, evidence: Evidence) -> str:
    """What says that another business has this name."""
    words = evidence.reading.words
    mcc = evidence.descriptor.mcc
    if evidence.channel in STATEMENT_CHANNELS:
        beside = TASK.sub(" ", " ".join(named_beside(c, evidence))).split()
        word = against([w for w in beside if w != "spa"])  # S.p.A. behind a name, more often than a bath
        if word and words[c.stop : c.stop + 1] != ["ai"]:
            return f"“{word}” beside it names another kind of business"
        if found := SUBJECT.search(" ".join(beside)):
            return _not_bought(found.group())
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
    preceding = words[first if evidence.channel in APP_CHANNELS else 0 : c.start]
    if word := against(preceding + following):
        return f"“{word}” beside it names another kind of thing"
    if evidence.channel in TYPED_CHANNELS and (subject := _subject(c, evidence.reading)):
        return f"{_A_SUBJECT}: “{subject}”"
    if evidence.channel in TYPED_CHANNELS and following:
        # "AI" may belong to the noun behind it: "Beautiful AI art print".
        weak = weakly_against(following) if c.matched.endswith(" ai") else ""
        if weak and not TASK.match(" ".join(following)):
            return f"“{weak}” beside it names another kind of thing"
        if following[0] in ABOUT:
            return f"“{following[0]}” behind it makes it a subject, not what was bought"
    return ""


def _not_bought(word: str) -> str:
    return f"“{word}” beside it makes it a subject, not what was bought"


def _subject(c: Candidate, reading: Reading) -> str:
    """The word that makes a tool what a lesson, a book or an evening was about; "" where a plan is named."""
    if PLAN_NAME.match(text_behind(c, reading)) or SUBSCRIPTION.search(reading.body):
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
    support = support_of(c, evidence)
    if counter:
        firm = any(other.how == How.DOMAIN for other in companions_of(c, evidence))
        perhaps = firm or (rarity_of(c) < Rarity.EVERYDAY and bool(support) and begins_the_text(c, evidence))
        return Weighed(tool, 0.6 if perhaps else 0.2, c, (ground, *support), counter)
    leads = begins_the_text(c, evidence)
    rare = rarity_of(c)
    if support:
        said = says_so_beside(c, evidence) or rare < Rarity.EVERYDAY
        firm = bool(companions_of(c, evidence)) or (leads and said)
        return Weighed(tool, 0.9 if firm else 0.6, c, (ground, *support))
    if not leads:
        return Weighed(tool, 0.55 if rare == Rarity.COINED else 0.3, c, (ground,))
    reading = evidence.reading
    mcc = evidence.descriptor.mcc
    if billed := worth_of_billing(c, evidence):
        return Weighed(tool, billed, c, (ground, "the text speaks of a software subscription"))
    bare = stands_alone(c, reading)
    house = rare == Rarity.EVERYDAY and _of_another_kind(c, reading)
    if sells_software(mcc) and not house and (bare or may_stand_before_a_place(c, reading)):
        return Weighed(tool, 0.88, c, (ground, f"merchant category {mcc} sells software"))
    if rare == Rarity.COINED and (bare or sells_software(mcc)) and not _of_another_kind(c, reading):
        return Weighed(tool, 0.85, c, (ground, "hardly anything else is called so"))
    if reading.carrier and sold_by_software_carrier(evidence) and bare:
        return Weighed(tool, 0.86, c, (ground, f"{reading.carrier.name} sells software only"))
    subscribed = rare == Rarity.UNCOMMON and SUBSCRIPTION.search(reading.body)
    if sells_software(mcc) or bare or rare == Rarity.COINED or subscribed:
        return Weighed(tool, 0.55, c, (ground, "nothing beside it says whether the tool is meant"))
    return Weighed(tool, 0.3, c, (ground,))


def _of_another_kind(c: Candidate, reading: Reading) -> bool:
    """Whether a company of this name calls itself a software house: it may be any ("Argil Software Ltd")."""
    return not HOUSES.isdisjoint(reading.words[c.stop :])


def _against_common(c: Candidate, evidence: Evidence) -> str:
    beside = named_beside(c, evidence)
    if evidence.channel in TYPED_CHANNELS:  # behind a mark stands what it is for
        _, last = evidence.reading.part_of(c.start, c.stop)
        beside = evidence.reading.words[: c.start] + evidence.reading.words[c.stop : last]
    if word := weakly_against(beside):
        return f"“{word}” beside it names another kind of thing"
    if found := SUBJECT.search(" ".join(beside)):
        return _not_bought(found.group())
    mcc = evidence.descriptor.mcc
    if evidence.channel in STATEMENT_CHANNELS and sells_no_software(mcc):
        return f"merchant category {mcc} does not sell software"
    carrier = evidence.reading.carrier
    if carrier and carrier.serves == Serves.SHOPS:
        return f"{carrier.name} collects for shops and restaurants"
    own = c.matched.partition(" ")[0]
    foreign = [h for h in evidence.foreign_hosts if not _may_be_its_own(h, own, c.how)]
    if foreign and not companions_of(c, evidence):
        return f"the domain {foreign[0]} beside it is somebody else's"
    return ""


def _may_be_its_own(host: str, name: str, how: How) -> bool:
    """Whether a domain that the catalog does not have is called as the tool, or was read as its name."""
    return host.split(".")[-2] == name or (how == How.TYPO and name in host)


# --- names with a typo, or cut off -------------------------------------------------------------


def _weigh_approximate(tool: Tool, c: Candidate, evidence: Evidence) -> Weighed:
    name = c.identifier.value
    if evidence.channel in APP_CHANNELS:
        return Weighed(tool, 0.3, c, (f"“{c.matched}” resembles “{name}”",))
    if counter := _against_common(c, evidence):
        return Weighed(tool, 0.1, c, (f"“{c.matched}” resembles “{name}”",), counter)
    if c.how == How.CUT:
        ground = f"“{c.matched}” is the beginning of “{name}”, cut off by the statement"
        sure = len(c.matched) >= 8 or sells_software(evidence.descriptor.mcc)
        return Weighed(tool, 0.82 if sure else 0.55, c, (ground,))
    ground = f"“{c.matched}” is “{name}” with one letter wrong"
    support = list(support_of(c, evidence))
    if " " in c.matched and " " in name:  # not where the name is one word and stands as two
        support.append("the rest of the name is spelled right")
    after = text_behind(c, evidence.reading)
    if not support and (PLAN_NAME.match(after) or BILLING.search(evidence.reading.body)):
        support.append("the text speaks of a software subscription")
    if not support:
        return Weighed(tool, 0.3, c, (ground,))
    typed = evidence.channel in TYPED_CHANNELS
    sure = c.identifier.strength == Strength.DISTINCTIVE or rarity_of(c) < Rarity.EVERYDAY
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
    if evidence.foreign_hosts and not any(o.how == How.DOMAIN for o in companions_of(c, evidence)):
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
        if word := against(reading.words[c.stop : min(c.stop + 2, mark)]):
            return Weighed(tool, 0.4, c, (f"“{name}” stands in the app's name",), f"“{word}” follows it")
        return Weighed(tool, 0.94, c, (f"the name “{name}” stands in the app's name",))
    ground = f"“{name}” stands in the app's name, which is also a common word or name"
    rare = rarity_of(c)
    reach = mark if rare < Rarity.EVERYDAY else len(reading.words)
    if word := weakly_against(reading.words[: c.start] + reading.words[c.stop : reach]):
        perhaps = c.start == 0 and rare < Rarity.EVERYDAY
        counter = f"“{word}” beside it names another kind of thing"
        return Weighed(tool, 0.55 if perhaps else 0.2, c, (ground,), counter)
    if support := support_of(c, evidence):
        # "AI Email Writer" is some tool that writes, not the tool called Writer.
        begins = c.start == 0 and (whole or rare < Rarity.EVERYDAY or says_so_beside(c, evidence))
        firm = begins or bool(companions_of(c, evidence))
        return Weighed(tool, 0.9 if firm else 0.45, c, (ground, *support))
    if words_of(integration_of(reading.body)) == reading.words[c.start : c.stop]:
        connects = "what follows only says what it connects to"
        return Weighed(tool, 0.85 if rare < Rarity.EVERYDAY else 0.6, c, (ground, connects))
    _, next_mark = reading.part_of(c.stop, c.stop + 1)
    decorated = c.start == 0 and only_decoration(reading.words[c.stop : next_mark])
    if decorated and (whole or rare < Rarity.EVERYDAY):
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
