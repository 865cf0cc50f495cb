"""A rule about tools that do the same job side by side."""

from __future__ import annotations

from inventory.flags.facts import JobFacts
from inventory.flags.rule import Finding, Rule, Severity
from inventory.flags.words import gettext_noop, ngettext_lazy

#: So many people of a department use a tool before it is one of the department's (judgement).
SEVERAL = 2


class SeveralInDepartment(Rule):
    """People of a department use several tools for one capability.

    Where one of them is approved, the flag stands on those that are not. Prohibited and retired ones do
    not count: about them it is decided already.
    """

    id = "overlap.in-department"
    title = gettext_noop("Several tools for one capability in one department")
    severity = Severity.LOW
    advice = gettext_noop("Agree on one of them, or accept the overlap as intended.")

    about = (JobFacts,)

    def check(self, tool: JobFacts) -> Finding | None:
        if not tool.counts or tool.accepted:
            return None
        own = {name for name, people in tool.departments.items() if people >= SEVERAL}
        rivals = [rival for rival in tool.rivals if rival.department in own and rival.people >= SEVERAL]
        if tool.approved and not all(rival.approved for rival in rivals):
            rivals = [rival for rival in rivals if rival.approved]
        if not rivals:
            return None
        departments = sorted({rival.department for rival in rivals})
        keys = sorted({rival.key for rival in rivals})
        names = sorted({rival.name for rival in rivals}, key=str.casefold)
        detail = ngettext_lazy(
            "%(count)s other tool for the same job (%(capability)s) in %(departments)s: %(tools)s.",
            "%(count)s other tools for the same job (%(capability)s) in %(departments)s: %(tools)s.",
            len(keys),
            count=len(keys),
            capability=tool.capability,
            departments=", ".join(departments),
            tools=", ".join(names),
        )
        return self.found(tool, tool.first_seen or tool.today, detail, *keys, *departments)
