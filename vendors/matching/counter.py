"""What speaks against a name of the catalog that stands in a text: that somebody else is called so.

Nothing is decided here; ``score`` weighs what these functions say, in words that a reviewer reads.
"""

from __future__ import annotations

from itertools import takewhile

from vendors.matching.beside import (
    APP_CHANNELS,
    TYPED_CHANNELS,
    Evidence,
    begins_the_text,
    companions_of,
    ends_the_name,
    may_stand_before_a_place,
    named_beside,
    stands_alone,
    support_of,
    text_behind,
    worth_of_billing,
)
from vendors.matching.candidates import Candidate, How
from vendors.matching.carriers import Serves
from vendors.matching.categories import is_a_profession, sells_no_software
from vendors.matching.grammar import JOINERS, STATEMENT_CHANNELS, Reading
from vendors.matching.lexicon import (
    ABOUT,
    EDITION,
    MORE_PLANS,
    PLAN_NAME,
    SOFTWARE_EDITION,
    SUBJECT,
    SUBSCRIPTION,
    TASK,
    against,
    weakly_against,
)

#: Where people sell courses, books and templates of their own.
_ANYBODYS = ("Gumroad", "ClickBank")
A_SUBJECT = "what stands beside it makes it a subject"


def against_distinctive(c: Candidate, evidence: Evidence) -> str:
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
    following = [
        w
        for w, then in zip(following, [*words[c.stop + 1 :], ""], strict=False)
        if not EDITION.fullmatch(then)
    ]
    if c.start <= evidence.reading.lead and SUBSCRIPTION.search(" ".join(words[c.stop : last])):
        following = []  # "MagicSchool AI district licence"
    preceding = words[first if evidence.channel in APP_CHANNELS else 0 : c.start]
    if word := against(preceding + following):
        return f"“{word}” beside it names another kind of thing"
    if evidence.channel in TYPED_CHANNELS and (subject := _subject(c, evidence.reading)):
        return f"{A_SUBJECT}: “{subject}”"
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


def against_common(c: Candidate, evidence: Evidence) -> str:
    beside = named_beside(c, evidence)
    if evidence.channel in TYPED_CHANNELS:  # behind a mark stands what it is for
        _, last = evidence.reading.part_of(c.start, c.stop)
        beside = evidence.reading.words[: c.start] + evidence.reading.words[c.stop : last]
    word = weakly_against(beside)
    behind = evidence.reading.words[c.stop : c.stop + 2]
    edition = len(behind) == 2 and word == behind[0] and SOFTWARE_EDITION.fullmatch(behind[1])
    if word and not edition:
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


def is_sold_by_anybody(c: Candidate, reading: Reading) -> bool:
    """Whether people sell what they made about a tool there: "Gumrd.com/charge* 1000 ChatGPT prompts"."""
    if reading.carrier is None or reading.carrier.name not in _ANYBODYS:
        return False
    return not (ends_the_name(c.stop, reading) or may_stand_before_a_place(c, reading))


def borrows_the_carrier(c: Candidate, reading: Reading) -> bool:
    """Whether a maker's name before the tool's is its carrier's: "Google *Opal Wealth"."""
    rest = reading.words[c.stop : reading.end]
    return c.start < reading.lead and any(len(w) > 3 for w in rest) and not ends_the_name(c.stop, reading)


def by_chance(c: Candidate, evidence: Evidence) -> bool:
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
