"""From weighed candidates to one answer: book, ask a person, or say that it is none.

What is decided here is what no candidate can know alone: whether two of them are rivals, whether
the vendor is certain where the product is not, and on whose account a model is booked that a
cloud serves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vendors.matching.answers import Decision
from vendors.matching.candidates import How
from vendors.matching.grammar import JOINERS, Reading
from vendors.matching.weighed import BOOK, CONSIDER, Tool, Weighed

#: Products under which clouds serve models of other makers: such a model is booked on the cloud.
_SERVES_MODELS = re.compile(r"\b(?:bedrock|vertex|azure|cortex|mosaic|watsonx|sagemaker)\b", re.IGNORECASE)
_EQUAL = 0.03


@dataclass(frozen=True, slots=True)
class Choice:
    """The answer's core; the rest is words."""

    decision: Decision
    tool: Tool
    best: Weighed
    model_vendor: str | None = None
    doubt: str = ""


def choose(weighed: list[Weighed], reading: Reading) -> Choice | None:
    """The answer that the candidates give, or None where none of them is worth a person's look."""
    best = weighed[0]
    if best.score < CONSIDER:
        return None
    if best.score < BOOK:
        return _for_review(weighed)
    strong = [w for w in weighed if w.score >= BOOK]
    if cloud := next((w for w in strong if _is_cloud(w)), None):
        maker = next((w.tool.vendor for w in weighed if _is_maker(w, cloud)), None)
        return Choice(Decision.MATCH, cloud.tool, cloud, model_vendor=maker)
    strong = _without_bare_vendors(strong)
    best = strong[0]
    rivals = [w for w in strong[1:] if w.score >= best.score - 0.1]
    same_vendor = [w for w in rivals if w.tool.vendor == best.tool.vendor]
    others = [w for w in rivals if w.tool.vendor != best.tool.vendor and not _same_words_less(w, best)]
    if others:
        return _between_vendors([best, *rivals], reading)
    if any(w.score >= best.score - _EQUAL for w in same_vendor):
        doubt = f"it fits {len(same_vendor) + 1} products of the vendor equally"
        return Choice(Decision.MATCH, Tool(None, best.tool.vendor), best, doubt=doubt)
    return Choice(Decision.MATCH, best.tool, best)


def _for_review(weighed: list[Weighed]) -> Choice:
    best = weighed[0]
    return Choice(Decision.REVIEW, best.tool, best)


def _without_bare_vendors(strong: list[Weighed]) -> list[Weighed]:
    """A vendor's own name is no rival of a product: "Wordtune.com AI21", "Anthropic Claude"."""
    return [w for w in strong if w.tool.product is not None] or strong


def _between_vendors(strong: list[Weighed], reading: Reading) -> Choice:
    """The tool named first where the text joins the others to it, else a person decides."""
    by_domain = [w for w in strong if w.candidate.how == How.DOMAIN]
    if len({w.tool for w in by_domain}) == 1:
        return Choice(Decision.MATCH, by_domain[0].tool, by_domain[0])
    first, *rest = sorted(strong, key=lambda w: (w.candidate.start, -w.score))
    same_words = any(w.candidate.start < first.candidate.stop for w in rest)
    if not same_words and all(_joined(w, reading) for w in rest):
        return Choice(Decision.MATCH, first.tool, first)
    return Choice(Decision.REVIEW, first.tool, first, doubt="the text names tools of several vendors")


def _same_words_less(w: Weighed, best: Weighed) -> bool:
    """Whether both are read from the same words and the other has more for it: "Copilot of GitHub"."""
    same = (w.candidate.start, w.candidate.stop) == (best.candidate.start, best.candidate.stop)
    return same and w.candidate.how == best.candidate.how and w.score < best.score - _EQUAL


def _joined(w: Weighed, reading: Reading) -> bool:
    """Whether a second tool is what the first connects to, or where it came from."""
    start = w.candidate.start
    return start > 0 and reading.words[start - 1] in JOINERS


def _is_cloud(w: Weighed) -> bool:
    return w.tool.product is not None and bool(_SERVES_MODELS.search(w.candidate.identifier.value))


def _is_maker(w: Weighed, cloud: Weighed) -> bool:
    return w.tool.vendor != cloud.tool.vendor and w.score >= BOOK
