"""What a name is worth in the name of an app, as identity providers and consent screens show it."""

from __future__ import annotations

from dataclasses import replace

from vendors.matching.beside import Evidence, companions_of, rarity_of, says_so_beside, support_of
from vendors.matching.candidates import Candidate, How
from vendors.matching.catalog import Strength
from vendors.matching.counter import by_chance
from vendors.matching.grammar import Reading, integration_of, only_a_department, only_decoration, words_of
from vendors.matching.lexicon import (
    CLOUDS,
    MODULES,
    PAGE,
    SIDE_APP,
    SIGNING_IN,
    SUBJECT,
    TOOL,
    WORKS_WITH,
    Rarity,
    against,
    weakly_against,
)
from vendors.matching.weighed import BOOK, Tool, Weighed

#: Worth of a tool's name in the name of an app that only works with the tool, it seems.
_DOUBTED = 0.6
#: The same where the app calls itself a page about it.
_ABOUT_IT = 0.4


def weigh_app(tool: Tool, c: Candidate, evidence: Evidence) -> Weighed:
    weighed = _by_its_place(tool, c, evidence)
    if cloud := _cloud_before(c, evidence):
        why = f"“{cloud}” before it may serve the model, and is then what is used"
        return replace(weighed, score=_DOUBTED, against=why)
    if weighed.score >= BOOK and (word := _of_a_page(c, evidence.reading)):
        score = _ABOUT_IT if is_a_page(evidence.reading) else _DOUBTED
        return replace(weighed, score=score, against=f"“{word}” says that it is about the tool")
    if weighed.score >= BOOK and (why := _of_another_app(c, evidence)):
        return replace(weighed, score=_DOUBTED, against=why)
    return weighed


def _by_its_place(tool: Tool, c: Candidate, evidence: Evidence) -> Weighed:
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
    if c.how == How.DISPLAY:
        return Weighed(tool, 0.6, c, (f"the app is called exactly “{name}”, which is an everyday word",))
    if exact:
        return Weighed(tool, 0.97, c, (f"the app is called exactly “{name}”",))
    if c.how == How.PARTS:
        return Weighed(tool, 0.86, c, (f"the words of “{name}” stand apart in the app's name",))
    if c.start > 0 and _names_the_app(evidence):
        return Weighed(tool, 0.4, c, (f"“{name}” stands in the app's name, behind the name of another tool",))
    if distinctive:
        if whole:
            return Weighed(tool, 0.96, c, (f"the app's name begins with “{name}” and a mark behind it",))
        if by_chance(c, evidence):
            return Weighed(tool, 0.6, c, (f"the letters of “{name}” stand apart in the app's name",))
        if word := against(reading.words[c.stop : min(c.stop + 2, mark)]):
            return Weighed(tool, 0.4, c, (f"“{name}” stands in the app's name",), f"“{word}” follows it")
        return Weighed(tool, 0.94, c, (f"the name “{name}” stands in the app's name",))
    ground = f"“{name}” stands in the app's name, which is also a common word or name"
    rare = rarity_of(c)
    reach = mark if rare < Rarity.EVERYDAY or says_so_beside(c, evidence) else len(reading.words)
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
    if c.start == 0 and c.stop in reading.breaks and only_a_department(reading.words[c.stop :]):
        return Weighed(tool, 0.85, c, (ground, "what follows a mark only says who in the company has it"))
    if whole and rare < Rarity.EVERYDAY:
        return Weighed(tool, 0.88, c, (ground, "a mark ends the name, and it is a rare word"))
    parts = reading.words[c.stop : next_mark]
    if c.start == 0 and len(parts) == 1 and parts[0] in MODULES:
        return Weighed(tool, 0.55, c, (ground, f"“{parts[0]}” may be a part of the tool"))
    if reading.words[c.stop : c.stop + 1] == ["by"] and c.start == 0:
        return Weighed(tool, 0.55, c, (ground, "what follows says whose it is"))
    if whole or decorated or (c.start == 0 and rare < Rarity.EVERYDAY):
        return Weighed(tool, 0.6, c, (ground, "the app's name begins with it"))
    return Weighed(tool, 0.3, c, (ground,))


def _of_another_app(c: Candidate, evidence: Evidence) -> str:
    """Why a tool's name may only say what somebody else's app works with, or ""."""
    reading = evidence.reading
    before = reading.words[: c.start]
    beside = [o for o in evidence.candidates if o.how == How.NAME and not c.start < o.stop <= c.stop]
    if _says_nobody(before) or any(_is_its_maker(o, c) for o in beside):
        return ""
    if any(o.identifier.product and o.start and o.identifier.vendor != c.identifier.vendor for o in beside):
        return "tools of several makers stand in it, as in the names of apps that work with all of them"
    if before[-1] in WORKS_WITH and not _says_nobody(before[:-1]):
        return f"“{before[-1]}” before it says what the app works with"
    mark = max((b for b in reading.breaks if b <= c.start), default=0)
    if mark and not _says_nobody(reading.words[:mark]):
        behind = " ".join(reading.words[c.stop : reading.part_of(c.stop, c.stop)[1]])
        if found := TOOL.search(behind) or SIDE_APP.search(behind):
            return f"“{found.group()}” behind it says what another app is, whose name stands before it"
    return ""


def _is_its_maker(other: Candidate, c: Candidate) -> bool:
    """Whether a name before it is its maker's, or its own."""
    one, it = other.identifier, c.identifier
    return other.stop <= c.start and one.vendor == it.vendor and one.product in (None, it.product)


def _of_a_page(c: Candidate, reading: Reading) -> str:
    """The word beside a tool's name that makes the app a page about it, or ""."""
    beside = (" ".join(reading.words[: c.start]), " ".join(reading.words[c.stop :]))
    found = (pattern.search(words) for pattern in (PAGE, SUBJECT) for words in beside)
    return next((one.group() for one in found if one), "")


def is_a_page(reading: Reading) -> bool:
    """Whether an app's name begins or ends with what it is, and that is a page, a form or a list."""
    words = reading.words[: min(reading.breaks, default=None)]
    return bool(words) and any(PAGE.fullmatch(word) for word in (words[0], words[-1], " ".join(words[-2:])))


def _cloud_before(c: Candidate, evidence: Evidence) -> str:
    """The cloud whose name stands before a model's or its maker's, or "": "Azure OpenAI", "AWS Claude"."""
    names = (o for o in evidence.candidates if o.how == How.NAME and o.stop == c.start)
    clouds = (o.identifier.value for o in names if o.identifier.vendor != c.identifier.vendor)
    return next((name for name in clouds if name.lower() in CLOUDS), "")


def _says_nobody(words: list[str]) -> bool:
    """Whether no word may be an app's name: "Sign in with"."""
    return all(word in SIGNING_IN or only_decoration([word]) for word in words)


def _names_the_app(evidence: Evidence) -> bool:
    """Whether a tool's name is all that stands before the first mark: "Sider: ChatGPT and Claude"."""
    reading = evidence.reading
    return any(
        c.start == 0 and c.stop in reading.breaks and c.identifier.product is not None
        for c in evidence.candidates
    )
