"""What a pack would do, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from discovery.playback import REVIEW, SEALED
from inventory.flags import RULE_BY_ID
from inventory.pack_preview import PackEffect, changed_products

#: More of a kind are counted; ``--json`` has them all.
_SHOWN = 25


def lines_of(effect: PackEffect) -> Iterator[str]:
    """The whole effect, what is long cut to a count."""
    yield (
        f"Edition {effect.edition}, signed by {effect.signed_by}. "
        f"Loaded is {f'edition {effect.loaded}' if effect.loaded else 'a catalog without an edition'}."
    )
    yield from _catalog(effect)
    yield from _recognitions(effect)
    yield from _tools(effect)
    yield "Nothing was changed. manage.py catalog apply PACK --reason WHY applies it."


def _catalog(effect: PackEffect) -> Iterator[str]:
    changes = effect.catalog.changes
    changed = changed_products(changes)
    yield (
        f"Products: {len(changes.added):,} added, {len(changed):,} changed, "
        f"{len(changes.withdrawn):,} removed."
    )
    yield from _some(f"  added: {key}" for key in changes.added)
    yield from _some(f"  removed: {key}" for key in changes.withdrawn)
    details = [f"  {key}: {line}" for key in changed for line in effect.catalog.details.get(key, ())]
    makers = sorted({*changes.vendors, *(key for key in changes.facts if "/" not in key)})
    details += [f"  {key}: {line}" for key in makers for line in effect.catalog.details.get(key, ())]
    yield from _some(details)
    yield from _some(
        f"  {own} was added here and stays; {theirs} may be the same (see /catalog/joins/)"
        for own, theirs in effect.joinable
    )


def _recognitions(effect: PackEffect) -> Iterator[str]:
    texts = effect.texts
    yield (
        f"Texts here: {texts.asked:,} asked about, {texts.sealed:,} of them sealed; "
        f"{texts.descriptors:,} readable ones would stand for something else."
    )
    yield from _some(
        f"  {_texts(move.descriptors)}: {_words(move.before)} → {_words(move.after)}{_money(move.spend)}"
        for move in texts.moves
    )
    yield from _some(
        f"  {_texts(number)} sealed here would {'wait for a person' if tool == REVIEW else f'open as {tool}'}"
        for tool, number in texts.opens.items()
    )
    if texts.opens:
        yield (
            f"  They stand in {texts.opens_records:,} sealed records; what is spent behind them shows when "
            "they are opened."
        )
    if texts.contradicts:
        yield f"  Spoken against, and staying as they are: {len(texts.contradicts):,} decisions of people."


def _words(stands_for: str) -> str:
    return {REVIEW: "waits for a person", SEALED: "no tool; they are sealed"}.get(stands_for, stands_for)


def _tools(effect: PackEffect) -> Iterator[str]:
    yield from _some(f"New in the inventory: {key}" for key in effect.new_tools)
    yield from _some(f"No text stands for it any more: {key}" for key in effect.gone_tools)
    if effect.flags:
        yield "Flags, by the facts of the catalog alone:"
        yield from _some(
            f"  {tool}: {RULE_BY_ID[rule].title}: {now or 'none'} → {then or 'none'}"
            for tool, rule, now, then in effect.flags
        )
    else:
        yield "Flags: no other by the facts of the catalog alone."
    if effect.flags_of_moving:
        yield (
            f"  Open on tools whose texts change: {effect.flags_of_moving}; they are worked out when the "
            "records have moved."
        )
    yield from _some(
        f"Risk of {tool}: {now[0]}–{now[1]} → {then[0]}–{then[1]}" for tool, now, then in effect.risks
    )


def _some(lines: Iterable[str]) -> Iterator[str]:
    all_lines: Sequence[str] = list(lines)
    yield from all_lines[:_SHOWN]
    if len(all_lines) > _SHOWN:
        yield f"  and {len(all_lines) - _SHOWN:,} more (--json has them all)"


def _texts(number: int) -> str:
    return f"{number:,} text{'' if number == 1 else 's'}"


def _money(spend: Mapping[str, int]) -> str:
    said = ", ".join(f"{currency} {amount / 1_000_000:,.2f}" for currency, amount in spend.items())
    return f" ({said} of purchases)" if said else ""
