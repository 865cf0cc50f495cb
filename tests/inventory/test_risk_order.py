"""Pairs of tools in the order in which a triager would look at them, each with the reason.

Made-up tools, each like one that companies meet. The order is our judgement, as the points are.
"""

from __future__ import annotations

import pytest

from inventory.flags.facts import PlanKind
from inventory.risk import risk_of
from inventory.weighing import rank_of

COMPANY, ALONE = PlanKind.COMPANY, PlanKind.INDIVIDUAL

#: A well-behaved tool: every fact is known and good.
GOOD = {
    "training.default": "never",
    "retention.default": "up-to-30-days",
    "human-review": "abuse-only",
    "content-licence": "service-only",
    "acts": "drafts",
    "records-third-parties": "no",
    "cert.soc2": "type-2",
    "cert.iso27001": "yes",
}
_SHORT = {
    "training": "training.default",
    "retention": "retention.default",
    "review": "human-review",
    "licence": "content-licence",
    "acts": "acts",
    "records": "records-third-parties",
    "soc2": "cert.soc2",
    "iso": "cert.iso27001",
}


def tool(
    *without, people=20, access=(), doors=("grant",), plan=COMPANY, owned=True, product=True, **facts
) -> float:
    """The rank of a good tool but for what is said; ``without`` names facts that nobody knows, or "all"."""
    known = {key: frozenset({value}) for key, value in GOOD.items()}
    for short, value in facts.items():
        known[_SHORT[short]] = frozenset(value) if isinstance(value, tuple) else frozenset({value})
    for short in without:
        if short == "all":
            known = {}
        else:
            known.pop(_SHORT[short])
    risk = risk_of(access=access, doors=doors, plan=plan, owned=owned, product=product, facts=known)
    return rank_of(risk, people, access)


CONSUMER_CHAT = {"plan": ALONE, "training": "opt-out-user", "retention": "until-deleted", "review": "yes"}
MEETING_BOT = {"records": "yes", "retention": "until-deleted"}
BROWSER_AGENT = {"acts": "browses spends-money"}

#: (why the first comes before the second, first, second)
PAIRS = (
    # What happens to what people enter.
    ("training cannot be switched off", tool(training="always"), tool(training="opt-out-user")),
    ("each person must remember the switch", tool(training="opt-out-user"), tool(training="opt-out-admin")),
    ("one switch is still to be found", tool(training="opt-out-admin"), tool(training="opt-in")),
    ("somebody may allow it", tool(training="opt-in"), tool(training="never")),
    ("training cannot be undone, kept text deleted", tool(training="always"), tool(retention="longer")),
    ("longer kept, longer to be lost", tool(retention="longer"), tool(retention="up-to-30-days")),
    ("nobody deletes by hand", tool(retention="until-deleted"), tool(retention="up-to-30-days")),
    ("strangers read it", tool(review="yes"), tool(review="abuse-only")),
    ("training reads it for ever", tool(training="opt-out-user"), tool(review="yes")),
    ("rights in content outlive the contract", tool(licence="broad"), tool(licence="service-only")),
    ("the free plan trains, the company's does not", tool(**CONSUMER_CHAT), tool()),
    ("no plan is known, and some train", tool(training=("never", "opt-out-user")), tool(training="never")),
    # What it can do.
    ("it spends money", tool(acts="spends-money"), tool(acts="drafts")),
    ("it acts as the person on any page", tool(acts="browses"), tool(acts="writes-in-apps")),
    ("it runs code", tool(acts="runs-code"), tool(acts="drafts")),
    ("it writes where others read", tool(acts="writes-in-apps"), tool(acts="drafts")),
    ("the worst of what it does counts", tool(acts="drafts browses"), tool(acts="drafts runs-code")),
    ("it records who did not ask for it", tool(**MEETING_BOT), tool(retention="until-deleted")),
    ("an agent in the browser, a bot in the meeting", tool(**BROWSER_AGENT), tool(records="yes")),
    # What it may reach.
    ("it reads all mail", tool(access=["mail"]), tool(access=["calendar"])),
    ("it reads all files", tool(access=["files"]), tool(access=["calendar"])),
    ("it administers accounts", tool(access=["administration"]), tool(access=["mail"])),
    ("mail and files, not mail alone", tool(access=["mail", "files"]), tool(access=["mail"])),
    ("it reads mail, the other only trains", tool(access=["mail"]), tool(training="always")),
    ("it reads mail and trains", tool(access=["mail"], training="opt-out-user"), tool(access=["mail"])),
    ("code that it may change, code that it drafts", tool(access=["code"]), tool(acts="runs-code")),
    # Who answers for it, and who looked.
    ("nobody looked", tool(soc2="none", iso="no"), tool()),
    ("looked at once, not over time", tool(soc2="type-1", iso="no"), tool(soc2="type-2", iso="no")),
    ("nobody answers for it", tool(owned=False), tool()),
    ("everybody alone on a plan for one", tool(plan=ALONE), tool()),
    ("a free plan that trains, a tool without an owner", tool(**CONSUMER_CHAT), tool(owned=False)),
    # What is not known.
    ("nothing known is not good", tool("all"), tool()),
    ("nothing known may be all of it", tool("all"), tool(training="always")),
    ("a maker that is silent about training", tool("training"), tool(training="opt-in")),
    ("a maker that is silent about what it does", tool("acts"), tool(acts="writes-in-apps")),
    ("only the maker is known", tool("all", product=False), tool("all")),
    ("no plan is known", tool(plan=None), tool()),
    ("what it reaches is not known", tool(doors=("corporate_card",)), tool()),
    ("silent about all, but good access", tool("all"), tool(access=["calendar"])),
    ("more is unknown", tool("training", "acts"), tool("training")),
    # How many people.
    ("many people, the same tool", tool(training="always", people=400), tool(training="always", people=5)),
    ("a little worse for hundreds", tool(training="opt-in", people=500), tool(training="opt-in", people=20)),
    ("one person's agent, nobody's drafts", tool(**BROWSER_AGENT, people=5), tool(people=20)),
    ("ten times the people do not make drafts mail", tool(access=["mail"], people=20), tool(people=200)),
)


def test_there_are_enough_pairs_and_each_says_why():
    assert len(PAIRS) >= 40
    assert len({why for why, _, _ in PAIRS}) == len(PAIRS)


@pytest.mark.parametrize(("first", "second"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS])
def test_the_first_comes_before_the_second(first, second):
    assert first > second
