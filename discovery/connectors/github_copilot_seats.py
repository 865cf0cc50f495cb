"""GitHub Copilot: who has a seat, and when they last used it.

API:  https://docs.github.com/rest/copilot/copilot-user-management
Page: https://docs.github.com/copilot/reference/metrics-data (the activity report, a CSV)

The API's seats, pages behind each other, bare arrays, JSON lines, tables of its fields, and the report.
GitHub names people by their login alone. The answer of ``copilot/billing`` says how many seats are paid for.
"""

from __future__ import annotations

from datetime import date

from discovery.connectors import github_api
from discovery.connectors.api_objects import ApiObjects, Fields, day_in
from discovery.connectors.base import Kind
from discovery.connectors.moments import stated_instant
from discovery.connectors.stated_values import ACCOUNT, PERSON, address_of, count_of, id_of
from discovery.records import Licence, Rejected, Switch, Who

_SHOWN = ("created_at", "plan_type", "pending_cancellation_date")


class GithubCopilotSeats(ApiObjects):
    name = "github_copilot_seats"
    kind = Kind.LICENCE
    title = "GitHub Copilot seats (JSON, CSV)"
    reads = ("file", "api")
    api = github_api.SEATS
    lists = frozenset({"seats"})

    def is_one(self, found: Fields) -> bool:
        seat = bool(found.text("assignee.login")) and any(
            found(name) is not None for name in ("plan_type", "created_at", "last_activity_at")
        )
        report = bool(found.text("login")) and any(
            found(name) is not None for name in ("last_surface_used", "last_activity_editor")
        )
        return seat or report or found("seat_breakdown.total") is not None

    def row(self, found: Fields) -> Licence | Rejected:
        if found("seat_breakdown.total") is not None:
            return _bought(found)
        login = found.text("assignee.login", "login", limit=254)
        if not login:
            return Rejected(
                "the seat names nobody; export it with the assignee's login", found.shown(*_SHOWN)
            )
        account = found.text("organization.login", "organization", "owner", limit=ACCOUNT)
        plan = found.text("plan_type", "plan", limit=120)
        return Licence(
            account=account,
            own_id=id_of(*filter(None, (account, login.lower()))),
            app="GitHub Copilot",
            who=Who(
                email=address_of(found.text("assignee.email", "email")),
                login=login,
                name=found.text("assignee.name", "name", limit=PERSON),
            ),
            plan="" if plan.lower() == "unknown" else plan,
            state=Switch.ON,  # a seat that is given up works until the end of the billing period
            since=day_in(found("created_at")),
            last_active=_day(found, "last_activity_at"),
            date=_day(found, "report_time"),
            stated_at=stated_instant(found.text("report_time")),
        )


def _bought(found: Fields) -> Licence:
    """What an organisation's billing says: so many seats are paid for, all of them given to somebody."""
    account = found.text("organization.login", "organization", "owner", limit=ACCOUNT)
    return Licence(
        account=account,
        own_id="billing",
        app="GitHub Copilot",
        plan=found.text("plan_type", limit=120),
        state=Switch.ON,
        seats=count_of(found("seat_breakdown.total")),
    )


def _day(found: Fields, name: str) -> date | None:
    """The day in UTC of an instant, that of the text where it is none."""
    return day_in(stated_instant(found.text(name))[:10]) or day_in(found(name))
