"""Rules about what was decided of a tool, or was not."""

from __future__ import annotations

from datetime import timedelta

from inventory.flags.facts import Status, ToolFacts
from inventory.flags.rule import Finding, Rule, Severity
from inventory.flags.words import People, gettext_noop, ngettext_lazy

#: So long a tool may be under review before it counts as not decided (judgement).
REVIEW_TAKES = timedelta(days=14)


class Undecided(Rule):
    """People use a tool about which nobody has decided."""

    id = "decision.undecided"
    title = gettext_noop("In use and not decided")
    severity = Severity.MEDIUM
    advice = gettext_noop("Sanction it, restrict it with conditions, or prohibit it.")
    under = ("access.wide-scopes", "data.trains")

    def check(self, tool: ToolFacts) -> Finding | None:
        if not tool.in_use or tool.first_seen is None:
            return None
        if tool.status == Status.UNDER_REVIEW:
            since = tool.status_since
            if since is None or tool.today - since <= REVIEW_TAKES:
                return None
        elif tool.status != Status.DISCOVERED:
            return None
        detail = ngettext_lazy(
            "In use since %(day)s, by %(people)s person lately.",
            "In use since %(day)s, by %(people)s people lately.",
            len(tool.uses),
            day=tool.first_seen.isoformat(),
            people=People(len(tool.uses)),
        )
        return self.found(tool, tool.first_seen, detail)


class ProhibitedInUse(Rule):
    """A prohibited tool was used after it was prohibited, by somebody who did not just declare it."""

    id = "decision.prohibited-in-use"
    title = gettext_noop("Prohibited and in use")
    severity = Severity.CRITICAL
    advice = gettext_noop("Ask what it is used for, offer a sanctioned tool, and take back grants.")

    def check(self, tool: ToolFacts) -> Finding | None:
        if tool.status != Status.PROHIBITED or not tool.in_use or tool.last_seen is None:
            return None
        since = tool.status_since
        if since is not None and tool.last_seen <= since:
            return None
        declared = [use for use in tool.used_since_decided() if use.person in tool.spared]
        used = [use for use in tool.used_since_decided() if use.person not in tool.spared]
        seen = tool.last_seen
        if declared and seen <= max(use.last for use in declared):
            if not used:
                return None  # what was seen last is of them, or of nobody who is known
            seen = max(use.last for use in used)
        detail = ngettext_lazy(
            "Seen again on %(day)s, with %(people)s person.",
            "Seen again on %(day)s, with %(people)s people.",
            len(used),
            day=seen.isoformat(),
            people=People(len(used)),
        )
        return self.found(tool, since or seen, detail, *sorted(use.person for use in used))


class OutsideConditions(Rule):
    """A tool that is restricted to some departments is used in others.

    What data people enter is not observed, so nothing is said about classes of data.
    """

    id = "decision.outside-conditions"
    title = gettext_noop("Used outside its conditions")
    severity = Severity.HIGH
    advice = gettext_noop("Widen the conditions, or offer these departments another tool.")

    def check(self, tool: ToolFacts) -> Finding | None:
        if tool.status != Status.RESTRICTED or not tool.allowed_departments or not tool.in_use:
            return None
        outside = [
            use
            for use in tool.used_since_decided()
            if use.department
            and use.department not in tool.allowed_departments
            and use.person not in tool.spared
        ]
        if not outside:
            return None
        departments = sorted({use.department for use in outside})
        detail = ngettext_lazy(
            "%(people)s person outside the departments it is allowed for: %(departments)s.",
            "%(people)s people outside the departments it is allowed for: %(departments)s.",
            len(outside),
            people=People(len(outside)),
            departments=", ".join(departments),
        )
        since = tool.status_since or min(use.last for use in outside)
        return self.found(tool, since, detail, *departments)


class ReviewDue(Rule):
    """A decision is past its review date. It still stands; the record is not rewritten."""

    id = "decision.review-due"
    title = gettext_noop("Decision past its review date")
    severity = Severity.MEDIUM
    advice = gettext_noop("Confirm the decision with a new review date, or decide anew.")

    def check(self, tool: ToolFacts) -> Finding | None:
        due = tool.review_due
        if due is None or due >= tool.today or tool.status == Status.RETIRED:
            return None
        detail = ngettext_lazy(
            "It was to be reviewed by %(day)s.", "It was to be reviewed by %(day)s.", 1, day=due.isoformat()
        )
        return self.found(tool, due, detail, due.isoformat())
