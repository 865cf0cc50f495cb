"""A notice as a person reads it, in the language that is active."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.declaration_models import Outcome
from inventory.flags import RULE_BY_ID
from inventory.freshness import State
from inventory.models import ToolStatus
from inventory.notice_models import Notice, NoticeKind

#: Tools that a sentence names; the rest it counts.
_NAMED = 3


def sentence(notice: Notice, *, tools: Iterable[str], with_flags: bool) -> str:
    """One sentence. ``tools`` are those that the reader may see; ``with_flags``: whether flags, too."""
    facts = notice.facts
    tool = _tools(notice, list(tools))
    match notice.kind:
        case NoticeKind.FLAG_OPENED:
            return _("%(subject)s: %(flag)s") % {"subject": facts["name"], "flag": _flag(facts["rule"])}
        case NoticeKind.FLAG_CLOSED:
            return _("%(subject)s: no longer “%(flag)s”") % {
                "subject": facts["name"],
                "flag": _flag(facts["rule"]),
            }
        case NoticeKind.TOOL_SEEN:
            return _("%(tool)s is used here; nobody had seen it before") % {"tool": tool}
        case NoticeKind.TOOL_DECIDED:
            return _decided(notice, tool)
        case NoticeKind.REVIEW_NEAR:
            return _("%(tool)s is to be reviewed by %(day)s") % {"tool": tool, "day": facts["review_due"]}
        case NoticeKind.OWNER_ASKED:
            return _("You are asked to be the owner of %(tool)s") % {"tool": tool}
        case NoticeKind.DECLARATION_ANSWERED:
            return _("Your declaration of %(tool)s: %(outcome)s") % {
                "tool": facts["name"],
                "outcome": Outcome(facts["outcome"]).label,
            }
        case NoticeKind.SOURCE_FIRST_READ:
            return _("%(source)s was read for the first time") % {"source": facts["source"]}
        case NoticeKind.SOURCE_SILENT:
            return _silent(facts)
        case _:
            return _summary(notice, with_flags)


def _silent(facts: Mapping[str, Any]) -> str:
    days = facts["days"]
    if days is None:
        return _("%(source)s was never read, and is stopped") % {"source": facts["source"]}
    if facts.get("state") == State.EMPTY:
        words = ngettext(
            "%(source)s is read on time, but has brought no record for %(days)s day",
            "%(source)s is read on time, but has brought no record for %(days)s days",
            days,
        )
    else:
        words = ngettext(
            "%(source)s is silent: read %(days)s day ago, usually more often",
            "%(source)s is silent: read %(days)s days ago, usually more often",
            days,
        )
    return words % {"source": facts["source"], "days": days}


def _flag(rule: str) -> str:
    return _(RULE_BY_ID[rule].title) if rule in RULE_BY_ID else rule


def _tools(notice: Notice, keys: list[str]) -> str:
    names = notice.facts.get("names", {})
    named = ", ".join(names.get(key, key) for key in keys[:_NAMED])
    if (more := len(keys) - _NAMED) > 0:
        words = ngettext("%(tools)s and %(more)s more", "%(tools)s and %(more)s more", more)
        return words % {"tools": named, "more": more}
    return named


def _decided(notice: Notice, tool: str) -> str:
    statuses = [_(ToolStatus(s).label) for s in notice.facts["statuses"] if s in ToolStatus.values]
    if notice.facts.get("undone"):
        return _("A decision about %(tool)s was undone") % {"tool": tool}
    if statuses:
        return _("Decided about %(tool)s: %(status)s") % {"tool": tool, "status": ", ".join(statuses)}
    return _("Something was decided about %(tool)s") % {"tool": tool}


def _summary(notice: Notice, with_flags: bool) -> str:
    counts = notice.facts["counts"]
    tools = counts.get(NoticeKind.TOOL_SEEN, 0)
    said = [ngettext("%(n)s new tool", "%(n)s new tools", tools) % {"n": tools}]
    if with_flags:
        flags = counts.get(NoticeKind.FLAG_OPENED, 0)
        said.append(ngettext("%(n)s flag opened", "%(n)s flags opened", flags) % {"n": flags})
    if decisions := counts.get(NoticeKind.TOOL_DECIDED, 0):
        said.append(ngettext("%(n)s decision", "%(n)s decisions", decisions) % {"n": decisions})
    if sources := notice.facts["sources"]:
        words = _("First reading of %(sources)s: %(what)s")
        return words % {"sources": ", ".join(sources), "what": ", ".join(said)}
    return _("Much changed at once: %(what)s") % {"what": ", ".join(said)}
