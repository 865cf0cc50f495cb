"""Questions put at the command line: one line each, answered from catalog and decisions.

A line is ``channel<TAB>text`` or a JSON object; what the keys mean is in docs/catalog.md. Nothing
is stored. The keys of an answer are a promise to scripts: more may come, none goes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any, NamedTuple

from discovery.money import to_micro
from discovery.recognise import Recogniser
from vendors.catalog_index import Names
from vendors.matching import Channel, Descriptor, NoneBecause, Recognition, describe
from vendors.matching.answers import Decision
from vendors.matching.explain import sentence
from vendors.matching.prices import ListPrice, Paid, attribute
from vendors.matching.scopes import permissions_in

_CHANNELS = frozenset(channel.value for channel in Channel)
#: Keys of a question that recognition reads as text.
_TEXTS = ("text", "client_id", "url")

#: Characters, and digits: what is longer is no amount of money.
_LONGEST_AMOUNT = 24


class Question(NamedTuple):
    id: Any  # given back as it came
    descriptor: Descriptor
    text: str = ""
    amount: int | None = None  # 10⁻⁶, with its currency
    currency: str = ""


class UnreadableQuestion(ValueError):
    """A line that is no question; the message says how to mend it and holds nothing of the line.

    ``id`` is the question's own where it could be read.
    """

    def __init__(self, message: str, id: Any = None) -> None:
        super().__init__(message)
        self.id = id


def read_question(line: str) -> Question:
    """A question from its line. Raises UnreadableQuestion."""
    line = line.lstrip("\ufeff").rstrip("\r\n")
    if not line.strip():
        raise UnreadableQuestion("the line is empty; write channel<TAB>text or a JSON object")
    if line.lstrip().startswith("{"):
        return _from_object(_parse(line))
    channel, tab, text = line.partition("\t")
    if not tab:
        raise UnreadableQuestion("there is no tab in the line; write channel<TAB>text or a JSON object")
    return Question(None, describe(_channel(channel.strip(), None), text), text)


def _parse(line: str) -> dict[str, Any]:
    try:
        fields: dict[str, Any] = json.loads(line, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise UnreadableQuestion(f"not valid JSON: {error.msg} at column {error.colno}") from None
    except (ValueError, RecursionError):  # NaN, a number of thousands of digits, a thousand brackets
        raise UnreadableQuestion("not valid JSON: a value in it cannot be read") from None
    return fields


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _from_object(fields: dict[str, Any]) -> Question:
    id = fields.get("id")
    channel = _channel(fields.get("channel"), id)
    for key in _TEXTS:
        if not isinstance(fields.get(key), str | None):
            raise UnreadableQuestion(f"{key} is not a text; write it in quotation marks", id)
    if all(fields.get(key) is None for key in _TEXTS):
        raise UnreadableQuestion("nothing is asked; give a text, a client_id or a url", id)
    descriptor = describe(
        channel,
        fields.get("text") or "",
        mcc=_mcc(fields.get("mcc"), id),
        client_id=fields.get("client_id") or "",
        url=fields.get("url") or "",
        scopes=_scopes(fields.get("scopes"), id),
    )
    return Question(id, descriptor, fields.get("text") or "", *_amount(fields, id))


def _scopes(value: Any, id: Any) -> list[str]:
    """The permissions of an app: a list of their names, or one text with spaces or commas between them."""
    if value is None:
        return []
    if isinstance(value, str):
        return permissions_in(value)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise UnreadableQuestion('scopes is not a list of texts such as ["Mail.Read"]', id)
    return value


def _amount(fields: dict[str, Any], id: Any) -> tuple[int | None, str]:
    """(10⁻⁶ of the currency, its code); without a currency an amount says nothing."""
    amount, currency = fields.get("amount"), fields.get("currency")
    if not isinstance(currency, str | None):
        raise UnreadableQuestion("currency is not a code such as EUR; write it in quotation marks", id)
    if amount is None or amount == "" or not currency:
        return None, ""
    if isinstance(amount, bool) or not isinstance(amount, str | int | float):
        raise UnreadableQuestion("amount is not a number such as 20.00", id)
    try:
        stated = Decimal(str(amount)[:_LONGEST_AMOUNT])
        if not stated.is_finite() or abs(stated.adjusted()) > _LONGEST_AMOUNT:
            return None, ""
        return to_micro(stated), currency.strip().upper()
    except (ArithmeticError, ValueError):
        return None, ""  # it only informs the plan; the text is answered all the same


def _channel(value: Any, id: Any) -> str:
    if not isinstance(value, str) or value not in _CHANNELS:
        raise UnreadableQuestion(f"the channel is not one of {', '.join(Channel)}", id)
    return value


def _mcc(value: Any, id: Any) -> str:
    """The merchant category; spreadsheets make a number of it and lose the leading nought."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9999:
        return f"{value:04d}"
    raise UnreadableQuestion("mcc is not a merchant category of four digits", id)


# --- answers --------------------------------------------------------------------------------------


def answer(
    question: Question,
    recogniser: Recogniser,
    names: Mapping[str, Names],
    prices: Mapping[str, Sequence[ListPrice]] | None = None,
) -> dict[str, Any]:
    """The answer as an object with the promised keys, in the promised order.

    ``prices``: by vendor, for the plan of an amount.
    """
    recognition, _ = recogniser.recognise(question.descriptor)
    recognition = _with_plan(question, recognition, prices or {})
    return _as_object(question.id, recognition, names)


def _with_plan(
    question: Question, recognition: Recognition, prices: Mapping[str, Sequence[ListPrice]]
) -> Recognition:
    """With the plan that the amount pays for where that is certain, and what else the amount tells."""
    if question.amount is None or recognition.decision != Decision.MATCH or not recognition.vendor:
        return recognition
    paid = Paid(question.amount, question.currency, plan=recognition.plan or "", texts=(question.text,))
    told = attribute(paid, prices.get(recognition.vendor, ()), recognition.product or "")
    likely = "" if told.certain or not told.plan else f"probably the plan {told.plan}: "
    if not recognition.product and told.product:
        likely = f"probably {told.product}: "
    reasons = [
        sentence(f"{likely}{reason}" if not number else reason) for number, reason in enumerate(told.reasons)
    ]
    return replace(
        recognition,
        plan=recognition.plan or (told.plan if told.certain else None) or None,
        reasons=(*recognition.reasons, *reasons),
    )


def no_answer(unreadable: UnreadableQuestion) -> dict[str, Any]:
    """What stands in a bad line's place, so that the nth answer is the nth line's."""
    return _as_object(
        unreadable.id,
        Recognition(
            Decision.NONE,
            none_because=NoneBecause.UNREADABLE,
            reasons=(f"The line is not a question: {unreadable}.",),
        ),
        {},
    )


def _as_object(id: Any, recognition: Recognition, names: Mapping[str, Names]) -> dict[str, Any]:
    product = names.get(recognition.product or "")
    vendor = names.get(recognition.vendor or "")
    return {
        "id": id,
        "decision": recognition.decision.value,
        "product": recognition.product,
        "product_name": product.product_name if product else None,
        "vendor": recognition.vendor,
        "vendor_name": vendor.vendor_name if vendor else None,
        "plan": recognition.plan,
        "domain": (product.domain or None) if product else None,
        "score": recognition.score,
        "carrier": recognition.carrier,
        "none_because": recognition.none_because.value if recognition.none_because else None,
        "reasons": list(recognition.reasons),
        "alternatives": [asdict(alternative) for alternative in recognition.alternatives],
        "model_vendor": recognition.model_vendor,
    }


def as_line(answer: Mapping[str, Any]) -> str:
    """An answer for reading: decision, what it is, score and reasons, with tabs between."""
    what = answer["product"] or answer["vendor"] or answer["none_because"] or "not in the catalog"
    return "\t".join([answer["decision"], what, f"{answer['score']:.2f}", " ".join(answer["reasons"])])
