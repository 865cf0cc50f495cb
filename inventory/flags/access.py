"""Rules about what tools and apps may reach."""

from __future__ import annotations

from inventory.flags.facts import AppFacts, ToolFacts
from inventory.flags.rule import Finding, Rule, Severity
from inventory.flags.words import People, gettext_noop, ngettext_lazy
from vendors.matching.scopes import only_identity, reach_of


class WideScopes(Rule):
    """An app that nobody approved reaches mail, files, calendars, code or administration.

    Also said of an app that nobody could recognise, AI or not. What was granted before a tool was
    approved is part of the approval.
    """

    id = "access.wide-scopes"
    title = gettext_noop("Reaches mail, files, calendars, code or administration")
    severity = Severity.HIGH
    advice = gettext_noop("Take the grants back, or approve the tool with this access.")
    about = (ToolFacts, AppFacts)

    def check(self, facts: ToolFacts | AppFacts) -> Finding | None:
        if isinstance(facts, ToolFacts) and facts.approved:
            return None
        wide = [(reach, granted) for granted in facts.granted if (reach := reach_of(granted.scope))]
        if not wide:
            return None
        reaches = sorted({reach.value for reach, _ in wide})
        people = max(granted.people for _, granted in wide)
        detail = ngettext_lazy(
            "Reaches %(reaches)s; at least %(people)s person granted it.",
            "Reaches %(reaches)s; at least %(people)s people granted it.",
            people,
            reaches=", ".join(reaches),
            people=People(people),
        )
        since = min(granted.first for _, granted in wide)
        return self.found(facts, since, detail, *sorted({granted.scope for _, granted in wide}))


class ScopesGrown(Rule):
    """An approved tool has been granted scopes that it did not have when it was approved."""

    id = "access.scopes-grown"
    title = gettext_noop("Scopes grown since approval")
    severity = Severity.HIGH
    advice = gettext_noop("Look at what it may reach now, and confirm or take back.")

    def check(self, tool: ToolFacts) -> Finding | None:
        approved = tool.status_since
        if not tool.approved or approved is None:
            return None
        grown = [g for g in tool.granted if g.first > approved and not only_identity(g.scope)]
        if not grown:
            return None
        scopes = sorted(granted.scope for granted in grown)
        detail = ngettext_lazy(
            "%(count)s scope more than on %(day)s: %(scopes)s.",
            "%(count)s scopes more than on %(day)s: %(scopes)s.",
            len(scopes),
            count=len(scopes),
            day=approved.isoformat(),
            scopes=", ".join(scopes),
        )
        return self.found(tool, min(granted.first for granted in grown), detail, *scopes)
