"""What a pack of the catalog would do to this installation. Looks only; changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, NamedTuple

from discovery.foresight import NOT_A_TOOL, WAITS, Foreseen, foresee
from discovery.models import Record
from inventory.flags.keep import would_stand
from inventory.models import Flag, FlagSubject, Tool
from inventory.weighing import weigh
from vendors.applied_packs import loaded_edition
from vendors.catalog_files import Catalog
from vendors.joining import offers
from vendors.load import Changes
from vendors.matching import Matcher
from vendors.pack_changes import Rehearsed, rehearse
from vendors.pack_files import Pack

_ROWS = 500


class _Standing(NamedTuple):
    """What hangs on the catalog's facts: (rule, tool) → state of its flag, and tool → range of its risk."""

    flags: dict[tuple[str, str], str]
    risks: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Move:
    """Texts that would stand for something else. ``spend``: currency → 10⁻⁶ of the purchases behind them."""

    now: str
    then: str
    texts: int
    spend: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PackEffect:
    """``sealed``: what it opens → texts, as counts alone. ``flags_of_moving``: open ones of tools whose texts
    change: they are worked out when records have moved."""

    edition: str
    loaded: str
    signed_by: str
    catalog: Rehearsed
    asked: int
    asked_sealed: int
    lost: int
    moves: tuple[Move, ...]
    sealed: Mapping[str, int]
    new_tools: tuple[str, ...]
    gone_tools: tuple[str, ...]
    flags: tuple[tuple[str, str, str, str], ...]  # tool, rule, state now, state then; "" for none
    flags_of_moving: int
    risks: tuple[tuple[str, tuple[int, int], tuple[int, int]], ...]  # tool, range now, range then
    joinable: tuple[tuple[str, str], ...]  # own product, product of the catalog that it may be

    def told(self) -> dict[str, Any]:
        """As one JSON object."""
        changes = self.catalog.changes
        return {
            "edition": self.edition,
            "loaded": self.loaded,
            "signed_by": self.signed_by,
            "products": {
                "added": list(changes.added),
                "changed": {key: self.catalog.details.get(key, []) for key in changed_products(changes)},
                "removed": list(changes.withdrawn),
                "kept_local": list(changes.kept_local),
            },
            "vendors": {
                key: self.catalog.details.get(key, [])
                for key in sorted({*changes.vendors, *(key for key in changes.facts if "/" not in key)})
            },
            "capabilities": list(changes.capabilities),
            "recognitions": {
                "asked": self.asked,
                "sealed": self.asked_sealed,
                "unreadable_for_good": self.lost,
                "moves": [asdict(move) | {"spend": dict(move.spend)} for move in self.moves],
                "sealed_opening": dict(self.sealed),
            },
            "tools": {"new": list(self.new_tools), "gone": list(self.gone_tools)},
            "flags": {
                "changing": [
                    {"tool": tool, "rule": rule, "now": now or None, "then": then or None}
                    for tool, rule, now, then in self.flags
                ],
                "open_on_moving_tools": self.flags_of_moving,
            },
            "joinable": [{"own": own, "catalog": catalog} for own, catalog in self.joinable],
            "risks": [{"tool": tool, "now": list(now), "then": list(then)} for tool, now, then in self.risks],
        }


def changed_products(changes: Changes) -> list[str]:
    """Products of which anything else would be said, facts and prices too, without those that are new."""
    facts = {key for key in changes.facts if "/" in key}
    return sorted((facts | {*changes.changed}) - {*changes.added} - {*changes.withdrawn})


def effect_of(
    pack: Pack, catalog: Catalog, today: date, progress: Callable[[int], None] = lambda asked: None
) -> PackEffect:
    """What applying a pack would do to recognitions, spend, flags and risk here."""
    loaded = loaded_edition()
    rehearsed, (tools, then, joinable) = rehearse(catalog, lambda changes: _with(changes, today))
    now = _standing(tools, today)
    foreseen = foresee(Matcher(rehearsed.entries), progress)
    known = set(Tool.objects.values_list("key", flat=True))
    gone = {key for key in foreseen.before if key in known and not foreseen.after[key]}
    return PackEffect(
        edition=pack.edition,
        loaded=loaded,
        signed_by=pack.signed_by,
        catalog=rehearsed,
        asked=foreseen.texts,
        asked_sealed=foreseen.sealed,
        lost=foreseen.lost,
        moves=_moves(foreseen),
        sealed=dict(sorted(foreseen.opening.items())),
        new_tools=tuple(sorted(foreseen.after.keys() - known)),
        gone_tools=tuple(sorted(gone)),
        flags=tuple(
            (tool, rule, now.flags.get((rule, tool), ""), then.flags.get((rule, tool), ""))
            for rule, tool in sorted(now.flags.keys() | then.flags.keys(), key=lambda place: place[::-1])
            if now.flags.get((rule, tool)) != then.flags.get((rule, tool))
        ),
        flags_of_moving=_open_flags({key for pair in foreseen.moves for key in pair} - {WAITS, NOT_A_TOOL}),
        risks=tuple(
            (tool, now.risks[tool], then.risks[tool])
            for tool in sorted(now.risks.keys() & then.risks.keys())
            if now.risks[tool] != then.risks[tool]
        ),
        joinable=joinable,
    )


def _with(changes: Changes, today: date) -> tuple[set[str], _Standing, tuple[tuple[str, str], ...]]:
    """The tools of which the catalog would say something else, how they would stand, and own products that
    could be joined. Called while it says so."""
    keys = {*changes.changed, *changes.facts, *changes.withdrawn, *changes.vendors}
    tools = {
        key for key, vendor in Tool.objects.values_list("key", "vendor") if key in keys or vendor in keys
    }
    joinable = {(offer.local, offer.catalog) for offer in offers()}
    joinable |= {(key, key) for key in changes.kept_local}
    return tools, _standing(tools, today), tuple(sorted(joinable))


def _standing(tools: Collection[str], today: date) -> _Standing:
    if not tools:
        return _Standing({}, {})
    return _Standing(
        flags=would_stand(set(tools), today),
        risks={one.key: (one.risk.low, one.risk.high) for one in weigh() if one.key in tools},
    )


def _moves(foreseen: Foreseen) -> tuple[Move, ...]:
    return tuple(
        Move(now, then, len(texts), _spend_of(texts)) for (now, then), texts in sorted(foreseen.moves.items())
    )


def _spend_of(texts: list[int]) -> dict[str, int]:
    """Currency → what the purchases behind these texts come to, each counted once."""
    amounts: dict[int, tuple[str, int]] = {}
    for start in range(0, len(texts), _ROWS):
        rows = Record.objects.filter(
            descriptor__in=texts[start : start + _ROWS], current=True, purchase__isnull=False
        )
        for purchase, currency, amount in rows.values_list(
            "purchase", "purchase__currency", "purchase__amount"
        ):
            amounts[purchase] = (currency, amount)
    found: dict[str, int] = defaultdict(int)
    for currency, amount in amounts.values():
        found[currency] += amount
    return dict(sorted(found.items()))


def _open_flags(tools: Collection[str]) -> int:
    flags = Flag.objects.filter(about=FlagSubject.TOOL, state=Flag.State.OPEN)
    return sum(subject in tools for subject in flags.values_list("subject", flat=True))
