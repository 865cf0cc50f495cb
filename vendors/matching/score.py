"""What each candidate is worth: discrete grounds for and against, not a distance between strings.

A distinctive identifier is enough by itself; a common word or name needs corroboration; what
stands beside it may speak against. The numbers put the grounds in an order around two marks,
``BOOK`` (decided without a person) and ``CONSIDER`` (a person decides). They are judgement, not
probabilities.
"""

from __future__ import annotations

from vendors.matching.app_names import weigh_app
from vendors.matching.approximate import is_easily_by_chance, weigh_apart, weigh_approximate
from vendors.matching.beside import (
    APP_CHANNELS,
    TYPED_CHANNELS,
    Evidence,
    begins_the_text,
    companions_of,
    may_stand_before_a_place,
    rarity_of,
    says_no_more,
    says_so_beside,
    sold_by_software_carrier,
    stands_alone,
    support_of,
    worth_of_billing,
)
from vendors.matching.candidates import Candidate, How
from vendors.matching.catalog import IdentifierKind, Scope, Strength
from vendors.matching.categories import is_a_profession, sells_no_software, sells_software
from vendors.matching.counter import (
    A_SUBJECT,
    against_common,
    against_distinctive,
    borrows_the_carrier,
    by_chance,
    is_sold_by_anybody,
)
from vendors.matching.grammar import (
    STATEMENT_CHANNELS,
    Reading,
    Tail,
    tail_of,
)
from vendors.matching.lexicon import (
    FOR,
    HOUSES,
    SUBJECT,
    SUBSCRIPTION,
    Rarity,
    against,
    namesake,
)
from vendors.matching.weighed import Tool, Weighed


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
    if c.how in (How.TYPO, How.CUT, How.SHORTENED):
        return weigh_approximate(tool, c, evidence)
    if c.how == How.APART and is_easily_by_chance(c):
        return weigh_apart(tool, c, evidence)
    if evidence.channel in APP_CHANNELS:
        return weigh_app(tool, c, evidence)
    if c.how == How.PARTS:
        ground = f"the words of “{identifier.value}” stand apart in the text"
        body = evidence.reading.body
        if (found := SUBJECT.search(body)) and not SUBSCRIPTION.search(body):
            return Weighed(tool, 0.65, c, (ground,), f"{A_SUBJECT}: “{found.group()}”")
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
    counter = against_distinctive(c, evidence)
    if not counter and borrows_the_carrier(c, reading):
        doubt = "the maker's name before it may be only who collected the charge"
        return Weighed(tool, 0.6, c, (ground,), doubt)
    if not counter and is_sold_by_anybody(c, reading):
        doubt = "what follows it may be something that somebody made about it"
        return Weighed(tool, 0.6, c, (ground,), doubt)
    if not counter and not by_chance(c, evidence):
        return Weighed(tool, 0.98 if stands_alone(c, reading) else 0.95, c, (ground,))
    support = support_of(c, evidence)
    if not counter:
        return Weighed(tool, 0.6, c, (ground, *support, "its letters may stand so by chance"))
    perhaps_subject = counter.startswith(A_SUBJECT) and c.start <= reading.lead
    if support or perhaps_subject or stands_alone(c, reading):
        return Weighed(tool, 0.65, c, (ground, *support), counter)
    return Weighed(tool, 0.25, c, (ground,), counter)


# --- common words and names --------------------------------------------------------------------


def _weigh_common(tool: Tool, c: Candidate, evidence: Evidence) -> Weighed:
    name = c.identifier.value
    ground = f"“{name}” stands in the text, which is also a common word or name"
    counter = against_common(c, evidence)
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
    reading = evidence.reading
    if not leads:
        if c.start in reading.breaks and evidence.channel in TYPED_CHANNELS and worth_of_billing(c, evidence):
            return Weighed(tool, 0.6, c, (ground, "the text speaks of a software subscription"))
        return Weighed(tool, 0.55 if rare == Rarity.COINED else 0.3, c, (ground,))
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
    served = evidence.channel in TYPED_CHANNELS and (
        not FOR.isdisjoint(reading.words[c.stop : c.stop + 1]) or says_no_more(c, reading)
    )
    company = evidence.channel in STATEMENT_CHANNELS and _ends_in_a_legal_form(c, reading, rare)
    if sells_software(mcc) or bare or rare == Rarity.COINED or subscribed or served or company:
        return Weighed(tool, 0.55, c, (ground, "nothing beside it says whether the tool is meant"))
    return Weighed(tool, 0.3, c, (ground,))


def _ends_in_a_legal_form(c: Candidate, reading: Reading, rare: Rarity) -> bool:
    """Whether a legal form ends the name, or a trade and a legal form a rare one: "Haptik Infotech Pvt Ltd".

    What stands behind the form is the bank's. Such companies are no more than asked about: any may be
    called so.
    """
    behind = reading.words[c.stop : c.stop + 2]
    if rare < Rarity.EVERYDAY and behind and behind[0] in HOUSES:
        behind = behind[1:]
    return bool(behind) and tail_of(behind[0]) == Tail.LEGAL_FORM


def _of_another_kind(c: Candidate, reading: Reading) -> bool:
    """Whether a company of this name calls itself a software house: it may be any ("Argil Software Ltd")."""
    return not HOUSES.isdisjoint(reading.words[c.stop :])
