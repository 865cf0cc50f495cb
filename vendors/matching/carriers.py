"""Who collects charges for somebody else, by what their lines on a statement begin with.

Sources for the prefixes are the processors' own help pages: Stripe
(docs.stripe.com/get-started/account/statement-descriptors), PayPal and Braintree
(developer.paypal.com/braintree/articles/br/transactions/descriptors), Paddle
(paddle.com/help, "What will customers see on their statement"), FastSpring, Lemon Squeezy, Square,
Toast, Shopify, 2Checkout, Digital River, Google Play and Apple. The
regional services are general knowledge; which serve shops and which serve software is judgement.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple


class Serves(StrEnum):
    """Whose charges a carrier collects."""

    SOFTWARE = "software"  # merchants of record that sell software and nothing else
    SHOPS = "shops"  # tills, restaurants, shops of goods
    ANYONE = "anyone"


class Carrier(NamedTuple):
    name: str
    serves: Serves


_ANY, _SOFTWARE, _SHOPS = Serves.ANYONE, Serves.SOFTWARE, Serves.SHOPS

#: What the text begins with → who collected the charge. The longer prefix first.
_CARRIERS: tuple[tuple[str, Carrier], ...] = (
    (r"paddle\.(?:net|com) ?\*?|padl ?\*", Carrier("Paddle", _SOFTWARE)),
    (r"lemsqzy ?\*?|lemonsqueezy(?:\.com)? ?\*?|lmsqy ?\*", Carrier("Lemon Squeezy", _SOFTWARE)),
    (r"fs ?\*|fsprg(?:\.com)? ?\*?|fastspring ?\*?", Carrier("FastSpring", _SOFTWARE)),
    (r"2co\.com ?\*?|2checkout(?:\.com)? ?\*?", Carrier("2Checkout", _SOFTWARE)),
    (r"dri ?\*|digital ?river ?\*", Carrier("Digital River", _SOFTWARE)),
    (r"gumroad(?:\.com)? ?\*?|gumrd\.com(?:/[a-z]*)? ?\*?", Carrier("Gumroad", _ANY)),
    (r"stripe ?\*", Carrier("Stripe", _ANY)),
    (r"link\.com ?\*", Carrier("Link", _ANY)),
    (r"paypal europe s\S* et cie,? s\S*|paypal(?: inst xfer)? ?\*?|pp ?\*", Carrier("PayPal", _ANY)),
    (r"klarna ?\*", Carrier("Klarna", _ANY)),
    (r"mollie ?\*", Carrier("Mollie", _ANY)),
    (r"cko ?\*", Carrier("Checkout.com", _ANY)),
    (r"raz ?\*|razorpay ?\*", Carrier("Razorpay", _ANY)),
    (r"mercado ?pago ?\*|mp ?\*", Carrier("Mercado Pago", _ANY)),
    (r"ebn ?\*", Carrier("EBANX", _ANY)),
    (r"crv ?\*", Carrier("Curve", _ANY)),
    (r"cleverbridge ?\*?|clvrbrdg\S* ?\*?|cbi ?\*", Carrier("Cleverbridge", _SOFTWARE)),
    (r"appsumo(?:\.com)? ?\*?", Carrier("AppSumo", _SOFTWARE)),
    (r"xsolla ?\*?", Carrier("Xsolla", _ANY)),
    (r"clickbank ?\*?|clkbank ?\*", Carrier("ClickBank", _ANY)),
    (r"alipay ?\*?", Carrier("Alipay", _ANY)),
    (r"tenpay ?\*|wechat ?(?:pay)? ?\*|weixin ?\*", Carrier("WeChat Pay", _ANY)),
    (r"yoomoney ?\*|yandex ?pay ?\*|ym ?\*", Carrier("YooMoney", _ANY)),
    (r"kcp ?\*|nhn ?kcp ?\*?|inicis ?\*?|toss ?\*|nicepay ?\*?", Carrier("a Korean payment service", _ANY)),
    (r"p24 ?\*|przelewy24 ?\*?|payu ?\*|tpay ?\*|blik ?\*", Carrier("PayU or another Polish service", _ANY)),
    (r"dlo ?\*|dlocal ?\*|ebanx ?\*|pagbrasil ?\*", Carrier("dLocal or EBANX", _ANY)),
    (r"iyzico ?[*/]?|paytr ?\*|param ?\*", Carrier("a Turkish payment service", _ANY)),
    (
        r"paytm ?\*|phonepe ?\*|bharatpe ?\*|ccavenue ?\*|billdesk ?\*|upi/[\w.-]*?/?",
        Carrier("an Indian payment service", _ANY),
    ),
    (r"bill\.com ?\*?|billdotcom ?\*?", Carrier("Bill.com", _ANY)),
    (r"adyen ?\*|worldpay ?\*|wpy ?\*|nuvei ?\*|2c2p ?\*|omise ?\*", Carrier("a payment service", _ANY)),
    (r"ccv ?\*", Carrier("CCV", _SHOPS)),
    (r"sq ?\*|square ?\*", Carrier("Square", _SHOPS)),
    (r"tst ?\*", Carrier("Toast", _SHOPS)),
    (r"sumup ?\*", Carrier("SumUp", _SHOPS)),
    (r"zettle_? ?\*|iz ?\*", Carrier("Zettle", _SHOPS)),
    (r"sp ?\*|sp (?=\S)", Carrier("Shopify", _SHOPS)),
    (r"apple\.com/bill|itunes\.com/bill", Carrier("Apple", _ANY)),
    (r"google ?\*", Carrier("Google", _ANY)),
    (
        r"amzn (?:mktp|digital|prime)?(?: [a-z]{2})? ?\*?|amz ?\*|kindle (?:svcs|unltd) ?\*?",
        Carrier("Amazon", _SHOPS),
    ),
)  # fmt: skip
_CARRIER = re.compile("|".join(f"(?P<c{i}>{prefix})" for i, (prefix, _) in enumerate(_CARRIERS)))
#: Letters that a carrier's prefix can begin with: most texts are done after one look.
_CARRIER_STARTS = tuple(
    sorted(
        {
            found.group()
            for prefix, _ in _CARRIERS
            for alternative in prefix.split("|")
            if (found := re.match("[a-z0-9]+", alternative))
        }
    )
)


def without_carriers(text: str) -> tuple[str, Carrier | None]:
    """(what stands behind the carriers' prefixes, the last of them): two can stack, as in PayPal *Paddle."""
    rest, carrier = text, None
    if text.startswith(_CARRIER_STARTS):
        while rest and (found := _CARRIER.match(rest)):
            carrier = _CARRIERS[int(str(found.lastgroup)[1:])][1]
            rest = rest[found.end() :].lstrip(" *-,.")
    return rest, carrier
