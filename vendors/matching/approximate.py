"""What a name is worth that is not written as the catalog has it: misspelt, cut off, shortened, or apart."""

from __future__ import annotations

from vendors.matching.beside import (
    APP_CHANNELS,
    TYPED_CHANNELS,
    Evidence,
    begins_the_text,
    rarity_of,
    sold_by_software_carrier,
    stands_alone,
    support_of,
    text_behind,
    worth_of_billing,
)
from vendors.matching.candidates import TOGETHER_LENGTH, Candidate, How
from vendors.matching.catalog import IdentifierKind, Strength
from vendors.matching.categories import sells_software
from vendors.matching.counter import against_common
from vendors.matching.grammar import words_of
from vendors.matching.lexicon import BILLING, MORE_PLANS, PLAN_NAME, SUBSCRIPTION, Rarity, weakly_against
from vendors.matching.normalise import normal_form
from vendors.matching.weighed import Tool, Weighed

_LONG_ENOUGH = 8  # letters of a name that is not spelled in full
_SHARE_LEFT = 0.7  # of a name that a statement cut off


def weigh_approximate(tool: Tool, c: Candidate, evidence: Evidence) -> Weighed:
    name = c.identifier.value
    if evidence.channel in APP_CHANNELS:
        return Weighed(tool, 0.3, c, (f"“{c.matched}” resembles “{name}”",))
    if counter := against_common(c, evidence):
        # "replitt core hackathon": where a plan stands beside it, what it was for is a person's to weigh.
        planned = begins_the_text(c, evidence) and _says_a_plan(c, evidence)
        return Weighed(tool, 0.55 if planned else 0.1, c, (f"“{c.matched}” resembles “{name}”",), counter)
    if c.how == How.CUT:
        return _weigh_cut(tool, c, evidence)
    if c.how == How.SHORTENED:
        ground = f"“{c.matched}” is how “{name}” begins, and people shorten names so"
        said = "the text speaks of a software subscription"
        billed = worth_of_billing(c, evidence) and begins_the_text(c, evidence)
        return Weighed(tool, 0.55 if billed else 0.2, c, (ground, said) if billed else (ground,))
    return _weigh_typo(tool, c, evidence)


def _says_a_plan(c: Candidate, evidence: Evidence) -> bool:
    """Whether a plan's name ends the words that resemble a name, or follows them."""
    said = (c.matched.split(" ")[-1], *evidence.reading.words[c.stop : c.stop + 1])
    return any(PLAN_NAME.fullmatch(word) or MORE_PLANS.fullmatch(word) for word in said)


def _weigh_cut(tool: Tool, c: Candidate, evidence: Evidence) -> Weighed:
    ground = f"“{c.matched}” is the beginning of “{c.identifier.value}”, cut off by the statement"
    sold = sells_software(evidence.descriptor.mcc)
    if c.identifier.kind == IdentifierKind.DOMAIN:  # or the end of a sentence
        return Weighed(tool, 0.82 if sold else 0.55, c, (ground,))
    if c.identifier.strength == Strength.COMMON:
        sold = sold or sold_by_software_carrier(evidence) or bool(SUBSCRIPTION.search(evidence.reading.body))
        return Weighed(tool, 0.55 if sold else 0.3, c, (ground,))
    left = len(c.matched) / _length(c.identifier.value)
    sure = left >= _SHARE_LEFT and (sold or len(c.matched) >= _LONG_ENOUGH)
    return Weighed(tool, 0.82 if sure else 0.55, c, (ground,))


def _weigh_typo(tool: Tool, c: Candidate, evidence: Evidence) -> Weighed:
    name = c.identifier.value
    ground = f"“{c.matched}” is “{name}” with one letter wrong"
    support = list(support_of(c, evidence))
    if " " in c.matched and " " in name:  # not where the name is one word and stands as two
        support.append("the rest of the name is spelled right")
    after = text_behind(c, evidence.reading)
    if not support and (PLAN_NAME.match(after) or BILLING.search(evidence.reading.body)):
        support.append("the text speaks of a software subscription")
    typed = evidence.channel in TYPED_CHANNELS
    distinctive = c.identifier.strength == Strength.DISTINCTIVE
    if not support:
        known = distinctive or rarity_of(c) == Rarity.COINED
        alone = typed and known and len(c.matched) >= _LONG_ENOUGH - 1
        worth = 0.55 if alone and stands_alone(c, evidence.reading) else 0.3
        return Weighed(tool, worth, c, (ground,))
    sure = (distinctive or rarity_of(c) < Rarity.EVERYDAY) and _meant(c) >= TOGETHER_LENGTH
    return Weighed(tool, 0.83 if typed and sure else 0.6, c, (ground, *support))


def _meant(c: Candidate) -> int:
    """How long the shortest word of a name is that stands in the text with a letter wrong: of short ones too
    many words are a letter away ("lexis" from "laxis")."""
    written = set(c.matched.split(" "))
    meant = words_of(normal_form(c.identifier.value))
    wrong = [word for word in meant if word not in written]
    return min(map(len, wrong if len(meant) == len(written) else ["".join(meant)]), default=0)


def _length(name: str) -> int:
    return len("".join(words_of(normal_form(name))))


def is_easily_by_chance(c: Candidate) -> bool:
    """Whether two words that are a name when written together are mostly two words: "night cafe"."""
    common = c.identifier.strength == Strength.COMMON
    return common or len(c.matched.replace(" ", "")) < TOGETHER_LENGTH


def weigh_apart(tool: Tool, c: Candidate, evidence: Evidence) -> Weighed:
    """Such a name is never booked; a person sees it where software was sold or nothing else is said."""
    ground = f"“{c.matched}” written together is “{c.identifier.value}”"
    counter = against_common(c, evidence)
    unsold = not sells_software(evidence.descriptor.mcc)
    if not counter and unsold and (word := weakly_against(c.matched.split(" "))):
        counter = f"“{word}” is also a kind of thing"
    support = support_of(c, evidence)
    leads = begins_the_text(c, evidence)
    sold = sells_software(evidence.descriptor.mcc) or sold_by_software_carrier(evidence)
    sold = sold or bool(worth_of_billing(c, evidence))
    alone = stands_alone(c, evidence.reading) and (
        evidence.channel in APP_CHANNELS or c.identifier.strength == Strength.DISTINCTIVE
    )
    if leads and (support or sold) and not counter:
        return Weighed(tool, 0.6, c, (ground, *support))
    if leads and alone and not counter:
        return Weighed(tool, 0.55, c, (ground,))
    return Weighed(tool, 0.2, c, (ground,), counter)
