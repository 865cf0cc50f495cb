"""How statements, app lists and expense lines are written around the name that matters.

A card line is ``[bank's words] [processor's prefix] MERCHANT [*product] [place, country]``. This
module takes such a text apart: what the bank put before it, who collected the charge, which
words may name the merchant, and which at the end only say where it sits.

Sources for the prefixes are the processors' own help pages: Stripe
(docs.stripe.com/get-started/account/statement-descriptors), PayPal and Braintree
(developer.paypal.com/braintree/articles/br/transactions/descriptors), Paddle
(paddle.com/help, "What will customers see on their statement"), FastSpring, Lemon Squeezy, Square,
Toast, Shopify, 2Checkout, Digital River, Google Play and Apple. The banks' wordings were seen in
public statement samples. Which processors serve shops and which serve software is judgement.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from vendors.matching.answers import Channel


class Serves(StrEnum):
    """Whose charges a carrier collects."""

    SOFTWARE = "software"  # merchants of record that sell software and nothing else
    SHOPS = "shops"  # tills, restaurants, shops of goods
    ANYONE = "anyone"


class Tail(StrEnum):
    """What a word behind a merchant's name is."""

    PLACE = "place"
    LEGAL_FORM = "legal_form"
    BANK = "bank"


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
    (r"gumroad(?:\.com)? ?\*?", Carrier("Gumroad", _ANY)),
    (r"stripe ?\*", Carrier("Stripe", _ANY)),
    (r"link\.com ?\*", Carrier("Link", _ANY)),
    (r"paypal europe s\S* et cie,? s\S*|paypal(?: inst xfer)? ?\*?|pp ?\*", Carrier("PayPal", _ANY)),
    (r"klarna ?\*", Carrier("Klarna", _ANY)),
    (r"mollie ?\*", Carrier("Mollie", _ANY)),
    (r"cko ?\*", Carrier("Checkout.com", _ANY)),
    (r"payu ?\*", Carrier("PayU", _ANY)),
    (r"raz ?\*|razorpay ?\*", Carrier("Razorpay", _ANY)),
    (r"mercado ?pago ?\*|mp ?\*", Carrier("Mercado Pago", _ANY)),
    (r"ebn ?\*", Carrier("EBANX", _ANY)),
    (r"crv ?\*", Carrier("Curve", _ANY)),
    (r"ccv ?\*", Carrier("CCV", _SHOPS)),
    (r"sq ?\*|square ?\*", Carrier("Square", _SHOPS)),
    (r"tst ?\*", Carrier("Toast", _SHOPS)),
    (r"sumup ?\*", Carrier("SumUp", _SHOPS)),
    (r"zettle_? ?\*|iz ?\*", Carrier("Zettle", _SHOPS)),
    (r"sp ?\*|sp (?=\S)", Carrier("Shopify", _SHOPS)),
    (r"apple\.com/bill|itunes\.com/bill", Carrier("Apple", _ANY)),
    (r"google ?\*", Carrier("Google", _ANY)),
    (r"amzn mktp(?: [a-z]{2})? ?\*?|amz ?\*", Carrier("Amazon", _SHOPS)),
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

#: What banks put before the merchant.
_WRAPPER = re.compile(
    r"[\"'“ ]*(?:(?:recurring|recr|card|contactless|online|pos|ach|visa|mastercard|debit|credit|corp|misc\w*|"
    r"checkcard|check card|dbt crd|purchase|payment|withdrawal|pmt|trx|authorized|on|at|of|from|with|"
    r"direct debit|bacs|chaps|faster payment|standing order|debitcard|pago|compra|compras|carte|"
    r"cb|paiement|achat|prlv|sepa|kartenzahlung|lastschrift|"
    r"basislastschrift|kartenumsatz|auslagenerstattung|betaalautomaat/internet|betaalautomaat|incasso|bea|"
    r"apple pay|google pay|dop\. mc|platnosc karta|vts|pagamento|addebito|pagto|iof de|kortkop|покупка)"
    r"(?:$|[ ,:\"]+))+"
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Words at the end that say where a merchant sits, or that belong to the bank: not its name.
_PLACES = _words(
    """
    amsterdam atlanta austin barcelona berlin boston bangalore bellevue berkeley brooklyn burlingame
    cambridge chicago copenhagen cork cupertino dallas delaware denver dublin geneva hangzhou
    helsinki houston kirkland lewes lisbon london luxembourg madrid miami milan montreal munich muenchen
    munchen newark oakland oslo ottawa paris pleasanton portland prague redmond seattle seoul shanghai
    shenzhen singapore somerville stockholm sunnyvale sydney tallinn tokyo toronto vancouver vienna vilnius
    warsaw washington wien wilmington beijing zurich zuerich ireland usa germany france netherlands
    """
)
_PLACES_OF_TWO = frozenset(
    (
        ("foster", "city"), ("los", "angeles"), ("menlo", "park"), ("mountain", "view"), ("new", "york"),
        ("palo", "alto"), ("redwood", "city"), ("san", "fra"), ("san", "francisco"), ("san", "jose"),
        ("san", "mateo"), ("santa", "clara"), ("santa", "monica"), ("south", "san"), ("tel", "aviv"),
        ("united", "kingdom"), ("united", "states"), ("walnut", "creek"), ("york", "city"),
    )
)  # fmt: skip
_LEGAL_FORMS = _words(
    "inc incorporated llc ltd limited gmbh ag sa sas sarl sl slu bv nv oy ab as aps srl plc pbc pty corp "
    "corporation co company kg se ug kk pte lp opco labs technologies technology software systems"
)
_COUNTRIES_STATES = _words(
    """
    al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh
    ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc on qc bc ab ns mb sk nsw vic qld gb uk us ie de fr nl be
    lu ch at it es pt pl cz sk hu ro bg gr se no dk fi ee lv lt il ae sa in sg hk cn jp kr au nz br mx ar cl
    tr ua cy mt is hr si usa gbr irl deu fra nld lux sgp che aut isr can aus est ind swe esp jpn
    """
)
_BANK_WORDS = _words(
    """
    usd eur gbp chf cad aud jpy sek nok dkk pln inr ref card xfer web ccd ppd tarjeta comision debitk cb
    carte frgn vrate fee pasnr nr date value www http https com net io app inv invoice help bill cc
    s0 wisselkoers kaufumsatz commission exchange rate trn
    """
)
TAIL = _PLACES | _LEGAL_FORMS | _COUNTRIES_STATES | _BANK_WORDS
#: Help pages that processors and suites print beside whatever was bought.
HELP_HOSTS = ("g.co", "msbill.info", "fsprg.com", "fastspring.com", "paddle.net", "paddle.com", "amzn.com")
#: Behind a carrier these words name nobody.
_NOBODY = TAIL | _words(
    "payment payments services service subscription purchase store order g helppay msbill info fastspring "
    "fsprg lemonsqueezy paypal paddle ihr einkauf bei pp"
)

#: Words that join a name to what it is for, or with.
JOINERS = _words("for with by from via to in on von fur pour para de now formerly")

#: What identity providers, consent screens and administrators add to an app's name.
_DECORATION = re.compile(
    r"\s*(?:[\[(](?:saml|oidc|sso|oauth|scim|swa|prod|production|test|staging|dev|iam identity center)"
    r"[^)\]]*[)\]]|"
    r" for (?:work|business|enterprise|teams|education|government)$|"
    r"[-–—|:]?\s*(?:sso|saml(?: 2\.0)?|oidc|scim)?\s*(?:production|prod|staging|sso|saml|oidc|scim))$"
)
#: A connection to something else: the name before it is the app's.
_INTEGRATION = re.compile(
    r"\s+(?:for|[-–—|:])\s+(?:google|gmail|slack|zoom|outlook|microsoft|office|teams|chrome|drive|meet|docs|"
    r"sheets|calendar|notion|jira|github|salesforce|hubspot)\b.*$"
    r"|\s+(?:chrome )?(?:extension|add-?on|plugin|plug-in|connector)\b.*$"
)

_ASCII_WORD = re.compile(r"[a-z0-9]+")
_WORD = re.compile(r"[゠-ヿ]+|[぀-ゟ]+|[一-鿿々]+|[가-힣]+|[^\W_゠-ヿ぀-ゟ一-鿿々가-힣]+")
_APP_CHANNELS = (Channel.SSO_APP, Channel.OAUTH)
STATEMENT_CHANNELS = (Channel.CARD, Channel.BANK)


class Reading(NamedTuple):
    """A text taken apart."""

    body: str  # without what banks and identity providers add; carriers still before it
    words: list[str]  # of the body
    lead: int  # how many of them belong to the carriers' prefixes
    end: int  # the words from here on only say where the merchant sits
    carrier: Carrier | None = None  # the last of them
    plain_name: bool = False  # an app's name was followed by decoration alone, or by nothing


def words_of(text: str) -> list[str]:
    """Words as identifiers are looked up by; where writing has no spaces, runs of one script."""
    return _ASCII_WORD.findall(text) if text.isascii() else _WORD.findall(text)


def read(channel: str, form: str) -> Reading:
    """Take a normal form apart."""
    if channel in _APP_CHANNELS:
        return _read_app(form)
    if channel not in STATEMENT_CHANNELS:
        words = words_of(form)
        return Reading(form, words, 0, _end(words, 0))
    if channel == Channel.BANK and (wrapped := _WRAPPER.match(form)) and wrapped.end() < len(form):
        form = form[wrapped.end() :]
    rest, carrier = form, None
    if form.startswith(_CARRIER_STARTS):
        while rest and (found := _CARRIER.match(rest)):
            carrier = _CARRIERS[int(str(found.lastgroup)[1:])][1]
            rest = rest[found.end() :].lstrip(" *-,.")
    words = words_of(form)
    lead = len(words) - len(words_of(rest)) if carrier else 0
    end = _end(words, lead)
    if carrier is None and "," in form:
        end = min(end, _before_comma(form, words))
    return Reading(form, words, lead, end, carrier)


def tail_of(word: str) -> Tail | None:
    """What a word means where it stands behind the name; None for one that never stands there alone."""
    if word in _LEGAL_FORMS:
        return Tail.LEGAL_FORM
    if word in _PLACES or word in _COUNTRIES_STATES:
        return Tail.PLACE
    return Tail.BANK if word in _BANK_WORDS else None


def names_nobody(reading: Reading) -> bool:
    """Whether nothing behind the carrier names a merchant."""
    return all(w in _NOBODY or w.isdigit() or len(w) == 1 for w in reading.words[reading.lead :])


def end_of_names(reading: Reading) -> int:
    """After the last word that may belong to a name."""
    end = len(reading.words)
    while end > reading.lead + 1 and (reading.words[end - 1] in _NOBODY or len(reading.words[end - 1]) == 1):
        end -= 1
    return end


def integration_of(body: str) -> str:
    """An app's name without the thing it connects to ("QuillBot for Slack" → "quillbot")."""
    return _INTEGRATION.sub("", body)


def _read_app(form: str) -> Reading:
    body = form
    while (shorter := _DECORATION.sub("", body)) != body and shorter:
        body = shorter
    words = words_of(body)
    return Reading(body, words, 0, len(words), None, plain_name=True)


def _end(words: list[str], lead: int) -> int:
    end = len(words)
    while end > lead + 1:
        if words[end - 1] in TAIL:
            end -= 1
        elif end > lead + 2 and (words[end - 2], words[end - 1]) in _PLACES_OF_TWO:
            end -= 2
        else:
            break
    return end


def _before_comma(form: str, words: list[str]) -> int:
    """Where the last comma begins a place: "Gamma.app, San Francisco"; the end where it does not."""
    before, _, after = form.rpartition(",")
    place = words_of(after)
    if 1 <= len(place) <= 3 and "." not in after and not _SPEAKS_OF_PRODUCT.search(after):
        return max(len(words_of(before)), 1)
    return len(words)


_SPEAKS_OF_PRODUCT = re.compile(
    r"(?<![^\W_])(?:ai|ide|app|pro|plan|chatgpt|gpt|copilot|subscr\w*|inc|llc)(?![^\W_])"
)
