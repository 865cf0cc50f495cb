"""Why a text was recognised, in sentences a reviewer understands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vendors.matching.answers import Alternative, Considered
from vendors.matching.carriers import Carrier
from vendors.matching.decide import Choice
from vendors.matching.weighed import Tool, Weighed

_MOST_ALTERNATIVES = 5


def reasons(choice: Choice, names: Mapping[str, str], carrier: Carrier | None) -> tuple[str, ...]:
    """The grounds of an answer in the order in which a reader would weigh them."""
    best = choice.best
    said = [sentence(ground) for ground in best.grounds]
    if choice.doubt:
        said.append(sentence(choice.doubt))
    if choice.tool.product is None:
        vendor = names.get(choice.tool.vendor, choice.tool.vendor)
        said.append(f"The text tells the vendor, {vendor}, and not which product.")
    if best.against:
        said.append(sentence(f"against it: {best.against}"))
    if choice.model_vendor:
        maker = names.get(choice.model_vendor, choice.model_vendor)
        said.append(f"The model is {maker}'s; it is booked on the service that serves it.")
    if carrier is not None:
        said.append(f"{carrier.name} collected the charge; what follows its prefix was read.")
    return tuple(said)


def alternatives(weighed: Iterable[Weighed], chosen: Tool) -> tuple[Alternative, ...]:
    """Other products the text may mean, the likeliest first."""
    found = [
        Alternative(w.tool.product, round(w.score, 2)) for w in weighed if w.tool.product and w.tool != chosen
    ]
    return tuple(found[:_MOST_ALTERNATIVES])


def considered(weighed: Iterable[Weighed]) -> tuple[Considered, ...]:
    """Every tool that was weighed, the likeliest first, for who decides."""
    return tuple(
        Considered(
            w.tool.product,
            w.tool.vendor,
            round(w.score, 2),
            tuple(map(sentence, w.grounds)),
            sentence(w.against) if w.against else "",
        )
        for w in weighed
    )


def sentence(ground: str) -> str:
    return f"{ground[0].upper()}{ground[1:]}."
