"""Rules about who is responsible for a tool, and about people who left."""

from __future__ import annotations

from inventory.flags.facts import Status, ToolFacts
from inventory.flags.rule import Finding, Rule, Severity
from inventory.flags.words import People, gettext_noop, ngettext_lazy


class NoOwner(Rule):
    """Nobody answers for a tool in use."""

    id = "owner.none"
    title = gettext_noop("No owner")
    severity = Severity.LOW
    advice = gettext_noop("Ask one of the suggested owners, or name one.")
    under = ("decision.prohibited-in-use", "decision.undecided")

    def check(self, tool: ToolFacts) -> Finding | None:
        if tool.owner is not None or not tool.in_use or tool.unowned_since is None:
            return None
        if tool.status in (Status.PROHIBITED, Status.RETIRED):
            return None
        since = tool.unowned_since
        detail = ngettext_lazy(
            "Nobody has owned it since %(day)s; %(people)s person used it lately.",
            "Nobody has owned it since %(day)s; %(people)s people used it lately.",
            len(tool.uses),
            day=since.isoformat(),
            people=People(len(tool.uses)),
        )
        return self.found(tool, since, detail, since.isoformat())


class OwnerLeft(Rule):
    """A named owner has left the company."""

    id = "owner.left"
    title = gettext_noop("Owner left")
    severity = Severity.MEDIUM
    advice = gettext_noop("Hand the tool on to somebody who is here.")

    def check(self, tool: ToolFacts) -> Finding | None:
        if tool.status == Status.RETIRED:
            return None
        named = (("business", tool.owner), ("technical", tool.technical_owner))
        gone = [(role, owner) for role, owner in named if owner is not None and owner.active is False]
        if not gone:
            return None
        roles = [role for role, _ in gone]
        if len(gone) == 2:
            text = gettext_noop("Both its business owner and its technical owner have left.")
        elif roles == ["business"]:
            text = gettext_noop("Its business owner has left.")
        else:
            text = gettext_noop("Its technical owner has left.")
        days = [owner.left for _, owner in gone if owner.left is not None]
        since = min(days, default=tool.first_seen or tool.today)
        return self.found(tool, since, ngettext_lazy(text, text, 1), *roles)


class Leavers(Rule):
    """People who have left still pay for a tool or sign in to it.

    Evidence counts from the day after they left; where that day is not known nothing is said.
    """

    id = "people.leavers"
    title = gettext_noop("Leavers still pay or sign in")
    severity = Severity.HIGH
    advice = gettext_noop("Close their accounts at the tool and stop the card, or correct the directory.")

    def check(self, tool: ToolFacts) -> Finding | None:
        gone = [use for use in tool.uses if not use.active and use.left is not None]
        paying = [use for use in gone if use.paid and use.left and use.paid > use.left]
        signing_in = [use for use in gone if use.signed_in and use.left and use.signed_in > use.left]
        people = {use.person: use.left for use in (*paying, *signing_in) if use.left}
        if not people:
            return None
        detail = ngettext_lazy(
            "%(people)s leaver: after leaving, %(paying)s paid and %(signing_in)s signed in.",
            "%(people)s leavers: after leaving, %(paying)s paid and %(signing_in)s signed in.",
            len(people),
            people=People(len(people)),
            paying=People(len(paying)),
            signing_in=People(len(signing_in)),
        )
        return self.found(tool, min(people.values()), detail, *sorted(people))
