"""Which plan of a product a text names: "ChatGPT Enterprise" is ChatGPT on plan enterprise."""

from __future__ import annotations

from vendors.matching.candidates import Candidate, How
from vendors.matching.grammar import Reading, words_of
from vendors.matching.lexicon import PLAN_NAME
from vendors.matching.normalise import normal_form

_BY_WORDS = (How.NAME, How.APART, How.TYPO)
_ONE_NAME = {"teams": "team", "プロ": "pro", "プラス": "plus"}


def plan_of(candidate: Candidate, reading: Reading, product_name: str) -> str | None:
    """The plan's name that ends the candidate's words or follows them; None where none does.

    A word of the product's own name is no plan: Gemini Enterprise is a product.
    """
    if candidate.how not in _BY_WORDS:
        return None
    own = set(words_of(normal_form(product_name)))
    for word in (reading.words[candidate.stop - 1], *reading.words[candidate.stop : candidate.stop + 1]):
        if word not in own and PLAN_NAME.fullmatch(word):
            return _ONE_NAME.get(word, word)
    return None
