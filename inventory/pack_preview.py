"""What a pack of the catalog would do to this installation. Looks only; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from discovery.playback import NO_TOOL, Playback, play_back
from discovery.recognise import Recogniser
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


class _Standing(NamedTuple):
    """What hangs on the catalog's facts: (rule, tool) → state of its flag, and tool → range of its risk."""

    flags: dict[tuple[str, str], str]
    risks: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class PackEffect:
    """``texts``: what stored texts would stand for. ``flags_of_moving``: open ones of tools whose texts
    change: they are worked out when records have moved."""

    edition: str
    loaded: str
    signed_by: str
    catalog: Rehearsed
    texts: Playback
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
                "asked": self.texts.asked,
                "sealed": self.texts.sealed,
                "unreadable_for_good": self.texts.lost,
                "moves": [
                    {
                        "now": move.before,
                        "then": move.after,
                        "texts": move.descriptors,
                        "records": move.records,
                        "spend": move.spend,
                    }
                    for move in self.texts.moves
                ],
                "sealed_opening": self.texts.opens,
                "sealed_records_opening": self.texts.opens_records,
                "decisions_contradicted": self.texts.contradicts,
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
    texts = play_back(Recogniser(Matcher(rehearsed.entries)), progress=progress)
    known = set(Tool.objects.values_list("key", flat=True))
    return PackEffect(
        edition=pack.edition,
        loaded=loaded,
        signed_by=pack.signed_by,
        catalog=rehearsed,
        texts=texts,
        new_tools=tuple(key for key in texts.arriving if key not in known),
        gone_tools=tuple(key for key in texts.leaving if key in known),
        flags=tuple(
            (tool, rule, now.flags.get((rule, tool), ""), then.flags.get((rule, tool), ""))
            for rule, tool in sorted(now.flags.keys() | then.flags.keys(), key=lambda place: place[::-1])
            if now.flags.get((rule, tool)) != then.flags.get((rule, tool))
        ),
        flags_of_moving=_open_flags(
            {key for move in texts.moves for key in (move.before, move.after)} - NO_TOOL
        ),
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


def _open_flags(tools: Collection[str]) -> int:
    flags = Flag.objects.filter(about=FlagSubject.TOOL, state=Flag.State.OPEN)
    return sum(subject in tools for subject in flags.values_list("subject", flat=True))
