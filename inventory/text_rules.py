"""Rules for texts as pages show them: what each says, what it moved, and what a new one would move.

Reading only; what people ask for is written down by ``discovery.asked_rules`` and followed by a worker.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from discovery.asked_rules import Version, history_of
from discovery.models import AskedRule, Decision, Descriptor, Record, SealOpening
from discovery.own_rules import NOT_AI, HeldRule, OwnWords, held_rule, own_words
from discovery.playback import REVIEW, SEALED, Move, Playback
from inventory import head_counts
from inventory.money_totals import reporting_first
from inventory.naming import names_of
from inventory.recognitions import CHANNEL_NAMES, Decided, decided, near, search
from vendors.matching.patterns import Fits, Pattern, pattern
from vendors.models import Identifier, Product, Vendor

State = AskedRule.State
#: Answers in which a rule waits for somebody or something.
_UNDER_WAY = (State.ASKED, State.PLAYED, State.ACCEPTED)

FITS_NAMES = {
    Fits.WORDS: _("has all these words, in any order"),
    Fits.BEGINNING: _("begins with these words"),
    Fits.HOST: _("comes from this host, or one below it"),
    Fits.CLIENT_ID: _("has this client id"),
}


# --- words ------------------------------------------------------------------------------------------


def pattern_in_words(pattern: Pattern) -> str:
    """The pattern as a sentence's part."""
    said = _("%(fits)s: “%(words)s”") % {"fits": FITS_NAMES[pattern.fits], "words": pattern.shown}
    if not pattern.channel:
        return said
    return _("%(said)s, in the channel %(channel)s") % {
        "said": said,
        "channel": CHANNEL_NAMES.get(pattern.channel, pattern.channel),
    }


def answers_in_words(answers: Iterable[str]) -> dict[str, str]:
    """Product or vendor key, or what else a text can stand for → its name. Two queries."""
    known = {
        NOT_AI: str(_("not AI")),
        REVIEW: str(_("waits for a person")),
        SEALED: str(_("sealed, not AI")),
        "": str(_("nothing")),
    }
    keys = {key for key in answers if key not in known}
    named = names_of({key: key.partition("/")[0] for key in keys}) if keys else {}
    return known | {key: name.title for key, name in named.items()}


def answer_named(name: str) -> tuple[str, list[object]]:
    """(key of the one tool or maker that is called so, else "", what else it may be).

    A key is taken as it is. Where nothing is called so, it may be what is spelt nearly so.
    """
    name = name.strip()
    if Product.objects.filter(key=name).exists() or Vendor.objects.filter(key=name).exists():
        return name, []
    found, number = search(name)
    if not found:
        return "", list(near(name))
    if number == 1:
        return found[0].key, []
    exact = [one for one in found if one.title.casefold() == name.casefold() and "/" in one.key]
    return (exact[0].key, []) if len(exact) == 1 else ("", list(found))


# --- what each moved --------------------------------------------------------------------------------


@dataclass
class Moved:
    """Texts that a rule decides about now, with what hangs on them."""

    texts: int = 0
    sealed: int = 0
    records: int = 0
    spend: dict[str, int] = field(default_factory=dict)


def moved_by(rules: Iterable[str]) -> dict[str, Moved]:
    """Name of a rule → what it decides about. Three queries. Of sealed texts only their number is known."""
    names = list(rules)
    found: dict[str, Moved] = defaultdict(Moved)
    texts = Descriptor.objects.filter(decided_by__in=names).values("decided_by", "state")
    for row in texts.annotate(count=Count("pk")).order_by():
        one = found[row["decided_by"]]
        one.texts += row["count"]
        one.sealed += row["count"] if row["state"] == Descriptor.State.SEALED else 0
    records = Record.objects.filter(current=True, descriptor__decided_by__in=names)
    for row in records.values("descriptor__decided_by").annotate(count=Count("pk")).order_by():
        found[row["descriptor__decided_by"]].records = row["count"]
    money = records.filter(purchase__booked=True).values_list(
        "descriptor__decided_by", "purchase_id", "purchase__currency", "purchase__amount"
    )
    for name, _purchase, currency, amount in money.distinct().order_by():
        sums = found[name].spend
        sums[currency] = sums.get(currency, 0) + amount
    return found


@dataclass(frozen=True)
class Line:
    """A rule in the list. ``held`` is None where it holds no longer, or not yet."""

    number: int
    held: HeldRule | None
    words: str
    answer: str
    newest: AskedRule
    versions: int
    moved: Moved
    waits: bool  # for the privacy officer


def listed() -> list[Line]:
    """Every rule that holds or is under way, the newest first; then those that hold no longer."""
    own = {rule.number: rule for rule in own_words().rules}
    newest: dict[int, AskedRule] = {}
    for asked in AskedRule.objects.exclude(state=State.DROPPED).order_by("pk"):
        newest[asked.number] = asked
    versions: dict[int, int] = defaultdict(int)
    last_said: dict[int, Decision] = {}
    for decision in Decision.objects.filter(kind=Decision.Kind.RULE).order_by("pk"):
        versions[decision.subject["rule"]] += 1
        if decision.after:
            last_said[decision.subject["rule"]] = decision
    moved = moved_by(rule.name for rule in own.values())
    waiting = set(SealOpening.objects.filter(state="waiting").values_list("rule", flat=True))
    said = {number: own.get(number) or _said(number, newest, last_said) for number in newest}
    names = answers_in_words(rule.answer for rule in said.values())
    lines = [
        Line(
            number,
            own.get(number),
            pattern_in_words(said[number].pattern),
            names[said[number].answer],
            newest[number],
            versions[number],
            moved.get(f"rule {number}", Moved()),
            number in waiting,
        )
        for number in newest
    ]
    return sorted(
        lines, key=lambda line: (line.held is None and line.newest.state not in _UNDER_WAY, -line.number)
    )


def _said(number: int, newest: dict[int, AskedRule], last_said: dict[int, Decision]) -> HeldRule:
    """What a rule that does not hold said last, or would say."""
    if number in last_said:
        return held_rule(last_said[number])
    return as_asked(newest[number])


def as_asked(asked: AskedRule) -> HeldRule:
    """A rule as somebody wrote it."""
    said = pattern(asked.fits, asked.text, asked.channel)
    return HeldRule(asked.number, 0, said, asked.answer, asked.actor, asked.reason, asked.made_at)


# --- one rule -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Would:
    """What a rule would move, as a page tells it."""

    playback: Playback
    moves: list[tuple[str, str, Move, list[str]]]  # before, after in words; texts that are readable now
    spend: dict[str, int]
    opens: str
    contradicts: list[Decided]


def would_move(asked: AskedRule) -> Would | None:
    """What came of playing a rule back; None while it has not been."""
    if not asked.would:
        return None
    played = Playback.restored(asked.would)
    names = answers_in_words({key for move in played.moves for key in (move.before, move.after)})
    numbers = [number for move in played.moves for number in move.examples]
    texts = dict(
        Descriptor.objects.filter(pk__in=numbers)
        .exclude(state=Descriptor.State.SEALED)
        .values_list("pk", "form")
    )
    decisions = Decision.objects.filter(pk__in=played.contradicts).order_by("-pk")
    return Would(
        played,
        [
            (names[move.before], names[move.after], move, [texts[n] for n in move.examples if texts.get(n)])
            for move in played.moves
        ],
        reporting_first(played.spend),
        head_counts.shown(played.opens_records, exact=False),
        decided(decisions),
    )


@dataclass(frozen=True)
class Told:
    """A version of a rule or its undoing, in words."""

    version: Version
    words: str
    answer: str


@dataclass(frozen=True)
class RulePage:
    """One rule with its versions."""

    number: int
    held: HeldRule | None
    words: str
    answer: str
    moved: Moved
    newest: AskedRule
    would: Would | None
    history: list[Told]
    openings: list[SealOpening]


def rule_page(first: AskedRule) -> RulePage:
    """Everything about the rule whose first version this is."""
    number = first.pk
    newest = AskedRule.objects.filter(of=first).order_by("-pk").first() or first
    held = own_words().rule(number)
    history = history_of(number)
    said = held or (as_asked(newest) if newest.fits else as_asked(first))
    names = answers_in_words([said.answer, *(version.answer for version in history)])
    return RulePage(
        number,
        held,
        pattern_in_words(said.pattern),
        names[said.answer],
        moved_by([said.name]).get(said.name, Moved()),
        newest,
        would_move(newest),
        [
            Told(one, pattern_in_words(one.pattern) if one.pattern else "", names[one.answer])
            for one in history
        ],
        list(SealOpening.objects.filter(rule=number).order_by("-pk")),
    )


# --- what waits for the privacy officer ----------------------------------------------------------------


@dataclass(frozen=True)
class OpeningLine:
    """An opening with what asks for it, in words."""

    opening: SealOpening
    words: str
    answer: str


def opening_lines(openings: Iterable[SealOpening]) -> list[OpeningLine]:
    """Openings in words. A rule is told as it holds now, or as it held last; a tool by its identifiers."""
    openings = list(openings)
    own: OwnWords = own_words()
    by_key = {rule.key: rule for rule in own.rules}
    last = {
        decision.subject["rule"]: held_rule(decision)
        for decision in Decision.objects.filter(kind=Decision.Kind.RULE).order_by("pk")
        if decision.after
    }
    names = answers_in_words(
        [rule.answer for rule in last.values()] + [one.product for one in openings if one.product]
    )
    known_by: dict[str, list[str]] = defaultdict(list)
    products = {one.product for one in openings if one.product}
    for product, value in (
        Identifier.objects.filter(product__key__in=products)
        .order_by("kind", "value")
        .values_list("product__key", "value")
    ):
        known_by[product].append(value)
    lines = []
    for opening in openings:
        if opening.rule is None:
            words = _("a tool that was added here, known by %(names)s") % {
                "names": ", ".join(f"“{value}”" for value in known_by[opening.product]) or "–"
            }
            lines.append(OpeningLine(opening, words, names[opening.product]))
            continue
        rule = by_key.get(opening.key) or last[opening.rule]
        lines.append(OpeningLine(opening, pattern_in_words(rule.pattern), names[rule.answer]))
    return lines
