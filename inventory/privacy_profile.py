"""The privacy profile in force: what is collected here, how long it is kept, and who may open names.

Read from what decides it, so that it cannot say anything else: settings, sources and ``access``.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from discovery.connectors.base import Kind
from discovery.models import Record, Source
from discovery.network_logs import NetworkLogs, network_logs
from discovery.retention import REJECTED_DAYS, months_kept
from inventory.access import Action, Role, roles_that_may
from inventory.access_models import LONGEST_OPENING
from inventory.head_counts import FEW


@dataclass(frozen=True)
class Profile:
    """``collected``: (kind of source, whether any is read here). Months are whole ones."""

    collected: list[tuple[str, bool]]
    network: NetworkLogs
    months_of_sign_ins: int
    months_of_licences: int
    months_of_purchases: int
    months_sealed: int
    days_of_rejected_rows: int
    opening_names: list[Role]
    in_fives: list[Role]
    longest_opening: int
    few: int


def in_force() -> Profile:
    """One query."""
    read = set(Source.objects.order_by().values_list("kind", flat=True).distinct())
    opening = roles_that_may(Action.OPEN_NAMES)
    return Profile(
        collected=[(kind, kind in read) for kind in Kind],
        network=network_logs(),
        months_of_sign_ins=months_kept(Record.Kind.PRESENCE),
        months_of_licences=months_kept(Record.Kind.LICENCE),
        months_of_purchases=months_kept(Record.Kind.SPEND),
        months_sealed=settings.PENUMBRA["RETENTION_MONTHS"],
        days_of_rejected_rows=REJECTED_DAYS,
        opening_names=opening,
        in_fives=[role for role in roles_that_may(Action.SEE_TOOLS) if role not in opening],
        longest_opening=LONGEST_OPENING,
        few=FEW,
    )
