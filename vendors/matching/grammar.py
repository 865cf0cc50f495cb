"""How statements, app lists and expense lines are written around the name that matters.

A card line is ``[bank's words] [processor's prefix] MERCHANT [*product] [place, country]``. This
module takes such a text apart: what the bank put before it, who collected the charge, which
words may name the merchant, and which at the end only say where it sits.

The banks' wordings were seen in public statement samples, or are general knowledge.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from vendors.matching.answers import Channel
from vendors.matching.carriers import Carrier, without_carriers


class Tail(StrEnum):
    """What a word behind a merchant's name is."""

    PLACE = "place"
    LEGAL_FORM = "legal_form"
    BANK = "bank"


#: What banks put before the merchant.
_WRAPPER = re.compile(
    r"[\"'“ ]*(?:(?:recurring|recr|card|contactless|online|pos|ach|visa|mastercard|debit|credit|corp|misc\w*|"
    r"checkcard|check card|dbt crd|purchase|payment|withdrawal|pmt|trx|authorized|on|at|of|from|with|to|"
    r"direct debit|bacs|chaps|faster payment|standing order|debitcard|pago|compra|compras|carte|"
    r"cb|paiement|achat|prlv|sepa|kartenzahlung|lastschrift|"
    r"basislastschrift|kartenumsatz|auslagenerstattung|betaalautomaat/internet|betaalautomaat|incasso|bea|"
    r"apple pay|google pay|dop\. mc|platnosc karta|vts|pagamento|addebito|pagto|iof de|kortkop|kortkjop|"
    r"varekjop|dankort|korttiosto|korttimaksu|facture|factures|du|tarjeta|carta|kartou|platba|platba kartou|"
    r"kart|harcama|vasarlas|kartyas|plata|debito|credito|visa electron|maestro|"
    r"psc|pix|visa-umsatz|bg-bet|vir|virement|emis|recu|vers|faveur|disposizione di bonifico|disposizione|"
    r"bonifico|a favore di|favore|trf|"
    r"transf\w*|transferencia|p/|para|przelew|wychodzacy|krajowy|uberweisung|gutschrift|dauerauftrag|"
    r"overboeking|naar|"
    r"(?:neft|imps|rtgs)(?:[ -][dc]r)?|(?:hdfc|icic|sbin|utib|kkbk|yesb|indb|idfb|punb|cnrb|barb)\w*|"
    r"overforing|overfort|betaling|bs|til|an|utalas|odchozi|uhrada|prevod|havale|eft|振込|"
    r"покупка|оплата|списание|체크카드출금|체크카드|신용카드|이용내역|財付通|财付通|支付宝|微信支付|銀聯|銀聯カード|デビット)"
    r"(?:$|[ ,:\"-]+))+"
)


#: The few of them that stand on card lines too.
_CARD_WRAPPER = re.compile(r"(?:(?:recr|recurring|pos|purchase|compra|achat|pago|vts)[ ,:-]+)+(?=\S)")
#: Behind these a bank line holds account numbers, and who paid: nothing of the merchant.
_BANK_NUMBERS = re.compile(r"(?<= )(?:indn|co id|orig id|iban|bic)(?=[ :.+])")
#: Behind these it says what was paid for. That may name a tool, and says nothing of the merchant's trade.
_BANK_PURPOSE = re.compile(
    r"(?<= )(?:des|eref|mref|svwz|motif|causale|verwendungszweck|tytul|referencia|omschrijving|kenmerk|"
    r"meddelande|viesti)(?=[ :.+])"
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
    "corporation co company kg se ug kk pte lp opco labs technologies technology software systems "
    "株式会社 有限公司 有限责任公司 주식회사 "
    "pvt lda ltda eireli srls sro zrt kft doo dooel eood ood ou uab sia oyj asa bhd sdn"
)
#: The same legal form in other letters: catalogs write it in full, statements short.
_ALIKE = (
    ("limited", "ltd"), ("incorporated", "inc"), ("corporation", "corp"), ("company", "co"),
    ("private limited", "pvt ltd", "pvt limited", "private ltd", "p ltd", "p limited"),
    ("pty limited", "pty ltd", "p l"), ("pte limited", "pte ltd", "pte"),
    ("co ltd", "company limited", "co limited"), ("l l c", "llc"), ("s a", "sa"), ("s a s", "sas"),
    ("s r l", "srl"), ("s p a", "spa"), ("b v", "bv"), ("n v", "nv"), ("s l", "sl"), ("a s", "as"),
    ("sp z o o", "spzoo", "sp zoo", "sp z oo"), ("k k", "kk"), ("s r o", "sro"), ("p b c", "pbc"),
    ("u g", "ug"),
)  # fmt: skip
_FORMS_ALONE = _words("gmbh ag se oy ab aps oyj plc lp llp private pty pvt sp z o")
#: A legal form, or a word of one → other ways to write it.
FORMS_ALIKE: dict[str, tuple[str, ...]] = dict.fromkeys(_FORMS_ALONE, ()) | {
    form: tuple(other for other in alike if other != form) for alike in _ALIKE for form in alike
}
_COUNTRIES_STATES = _words(
    """
    al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh
    ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc on qc bc ab ns mb sk nsw vic qld gb uk us ie de fr nl be
    lu ch at it es pt pl cz sk hu ro bg gr se no dk fi ee lv lt il ae sa in sg hk cn jp kr au nz br mx ar cl
    tr ua cy mt is hr si usa gbr irl deu fra nld lux sgp che aut isr can aus est ind swe esp jpn
    """
)
_CURRENCIES = _words("usd eur gbp chf cad aud jpy sek nok dkk pln czk huf ron inr")
_BANK_WORDS = _CURRENCIES | _words(
    """
    ref card xfer web ccd ppd tarjeta comision
    debitk cb carte eme arr frgn vrate fee pasnr nr date value www http https com net io app inv invoice
    help bill cc
    fact s0 wisselkoers kaufumsatz commission exchange rate trn
    """
)
_FEES_ABROAD = _words("auslandsentgelt auslandseinsatz auslandsgebuhr fremdwahrung frais valutapaslag")
_EXCHANGE_WORDS = _words("kurs kurz kurssi wechselkurs cambio taux tc rate course arfolyam kur")
#: The outward half of a British postcode, as it stays of "EC2 2508141907".
_POSTCODE = re.compile(r"[a-z]{1,2}\d{1,2}[a-z]?|\d{1,2}[a-z]{1,3}")  # and the French "9eme"
TAIL = _PLACES | _LEGAL_FORMS | _COUNTRIES_STATES | _BANK_WORDS | _FEES_ABROAD
#: Help pages that processors and suites print beside whatever was bought.
HELP_HOSTS = ("g.co", "msbill.info", "fsprg.com", "fastspring.com", "paddle.net", "paddle.com", "amzn.com")
#: Behind a carrier these words name nobody.
_NOBODY = TAIL | _words(
    "payment payments services service subscription purchase store order g helppay msbill info fastspring "
    "fsprg lemonsqueezy paypal paddle ihr einkauf bei pp"
)

#: Words that join a name to what it is for, or with.
JOINERS = _words("for with by from via to in on von fur pour para de now formerly")

#: Marks between a name and what it is for, in what people type and in the names of apps.
_BREAK = re.compile(r"[,;:()\[\]{}/«»「」『』【】\"“”„]|(?<= )-(?= )")
#: A consent screen's sentence about an app: what stands before it is the app's name.
_ASKS = re.compile(
    r"\s+(?:wants? (?:to )?access|would like (?:to|permission)|is requesting|requests? (?:access|permission)|"
    r"has (?:been granted|access)|needs? (?:your )?permission|(?:deseja|quer|pretende) "
    r"(?:aceder|acessar|ler|ver|editar|gerir)|solicita|"
    r"(?:quiere|desea) (?:acceder|leer|ver|editar|gestionar)|"
    r"(?:souhaite|veut) (?:acceder|consulter|lire|voir|modifier|gerer)|"
    r"demande (?:l.acces|a acceder|acces)|запрашивает|хочет получить|mochte (?:auf|zugriff)|bittet um|"
    r"fordert|vuole accedere|richiede|wil toegang|"
    r"vraagt (?:om )?toegang|"
    r"vill (?:ha|fa) |onsker (?:tilgang|adgang)|chce uzyskac|zada o).*$"
    r"|が.{0,40}(?:許可|アクセス).*$|이\(가\).*$|想要?访问.*$"
)

#: What identity providers, consent screens and administrators add to an app's name.
_DECORATION = re.compile(
    r"\s*(?:[\[(](?:saml|oidc|sso|oauth|scim|swa|prod|production|test|staging|dev|iam identity center)"
    r"[^)\]]*[)\]]|"
    r" for (?:work|business|enterprise|teams|education|government)$|"
    r"[-–—|:]?\s*(?<![^\W_])(?:sso|saml(?: 2\.0)?|oidc|scim)?\s*(?<![^\W_])(?:production|prod|staging|sso|"
    r"saml|oidc|scim))$"
)
#: The same before it: "[EU] Otter", "App - Otter", "Prod | Otter".
_DECORATION_BEFORE = re.compile(
    r"z{1,3}[ _-]*old[ _-]+|z{1,3}_|(?:old|legacy|deprecated|disabled|do not use)[ _-]*[_:–—|-][ _-]*|"
    r"(?:[\[(](?:eu|us|uk|emea|apac|na|dach|global|prod|production|test|dev|staging|stage|saml|oidc|sso|new|old)[\])]"
    r"\s*[-–—|:]?\s*|(?:apps?|eu|us|uk|emea|apac|prod|production|test|dev|staging|saml|oidc|sso)\s+[-–—|:]\s+)+"
)
#: Words that say which installation of an app is meant, never that it is another app.
_DECORATION_WORDS = _words(
    """
    mcp client server connector connection beta alpha preview test prod production staging sandbox dev
    okta verified saml sso oidc scim app application web desktop mobile ios android windows mac
    extension plugin bot add on in addon users employees internal only do not assign region tenant eu us
    uk emea apac na global official enterprise business team teams pro cloud new legacy old v1 v2 v3
    integration login access portal workspace admin trial pilot poc by inc llc
    """
)


#: Departments and what they are in: "Cursor - Engineering".
_DEPARTMENT_WORDS = _words(
    """
    engineering developers marketing sales finance accounting legal hr it security support success product
    design research operations ops data people learning development procurement communications and the
    dept department group
    """
)


def only_a_department(words: list[str]) -> bool:
    """Whether words behind a mark only say which part of the company has the app."""
    return all(word in _DEPARTMENT_WORDS or only_decoration([word]) for word in words)


def only_decoration(words: list[str]) -> bool:
    """Whether nothing behind an app's name says anything else than which installation it is."""
    return all(word in _DECORATION_WORDS or len(word) == 1 for word in words)


#: A connection to something else: the name before it is the app's.
_INTEGRATION = re.compile(
    r"\s+(?:for|[-–—|:])\s+(?:google|gmail|slack|zoom|outlook|microsoft|office|teams|chrome|drive|meet|docs|"
    r"sheets|word|excel|powerpoint|calendar|notion|jira|github|salesforce|hubspot)\b.*$"
    r"|\s+(?:chrome )?(?:extension|add-?on|add-?in|plugin|plug-in|connector)\b.*$"
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
    breaks: frozenset[int] = frozenset()  # words before which a mark ends what stands before it

    def part_of(self, start: int, stop: int) -> tuple[int, int]:
        """The words between two marks within which words start ≤ i < stop stand."""
        first = max((b for b in self.breaks if b <= start), default=0)
        return first, min((b for b in self.breaks if b >= stop), default=len(self.words))


def words_of(text: str) -> list[str]:
    """Words as identifiers are looked up by; where writing has no spaces, runs of one script."""
    return _ASCII_WORD.findall(text) if text.isascii() else _WORD.findall(text)


def read(channel: str, form: str) -> Reading:
    """Take a normal form apart."""
    if channel in _APP_CHANNELS:
        return _read_app(form)
    if channel not in STATEMENT_CHANNELS:
        words, breaks = _words_and_breaks(form)
        return Reading(form, words, 0, _end(words, 0), breaks=breaks)
    if channel == Channel.BANK and (wrapped := _WRAPPER.match(form)) and wrapped.end() < len(form):
        form = form[wrapped.end() :]
    if channel == Channel.CARD and (wrapped := _CARD_WRAPPER.match(form)):
        form = form[wrapped.end() :]
    if channel == Channel.BANK and (numbers := _BANK_NUMBERS.search(form)):
        form = form[: numbers.start()].rstrip() or form
    rest, carrier = without_carriers(form)
    words = words_of(form)
    lead = len(words) - len(words_of(rest)) if carrier else 0
    end = _end(words, lead)
    if channel == Channel.BANK and (purpose := _BANK_PURPOSE.search(form)):
        before = words_of(form[: purpose.start()])
        end = _end(before, lead) if len(before) > lead else end
    if carrier is None and "," in form:
        end = min(end, _before_comma(form, words))
    breaks = _before_dashes(form) if " - " in form else frozenset()
    return Reading(form, words, lead, end, carrier, breaks)


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
    body = _ASKS.sub("", form) or form
    if (before := _DECORATION_BEFORE.match(body)) and before.end() < len(body):
        body = body[before.end() :]
    while (shorter := _DECORATION.sub("", body)) != body and shorter:
        body = shorter
    words, breaks = _words_and_breaks(body)
    return Reading(body, words, 0, len(words), None, breaks)


def _words_and_breaks(text: str) -> tuple[list[str], frozenset[int]]:
    words: list[str] = []
    breaks = set()
    end = 0
    for found in (_ASCII_WORD if text.isascii() else _WORD).finditer(text):
        if words and _BREAK.search(text, end, found.start()):
            breaks.add(len(words))
        words.append(found.group())
        end = found.end()
    return words, frozenset(breaks)


def _before_dashes(form: str) -> frozenset[int]:
    """Before which words a dash stands alone: app stores print titles, "POE - FAST AI CHAT"."""
    before, *behind = form.split(" - ")
    at = len(words_of(before))
    breaks = set()
    for part in behind:
        breaks.add(at)
        at += len(words_of(part))
    return frozenset(breaks)


def _end(words: list[str], lead: int) -> int:
    """After the last word that may name the merchant."""
    end = len(words)
    while end > lead + 1:
        fee_follows = end < len(words) and words[end] in _FEES_ABROAD
        if words[end - 1] in TAIL or (fee_follows and words[end - 1] in _EXCHANGE_WORDS):
            end -= 1
        elif end > lead + 2 and (
            (words[end - 2], words[end - 1]) in _PLACES_OF_TWO
            or (words[end - 2] in _CURRENCIES and words[end - 1] in _EXCHANGE_WORDS)
            or (words[end - 2] in _PLACES and _POSTCODE.fullmatch(words[end - 1]))
        ):
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
