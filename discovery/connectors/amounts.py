"""Amounts as people and programs write them, read exactly.

``1.234,56`` and ``1,234.56`` mean the same in two countries, and ``1.234`` means two things:
which sign is the decimal mark is decided for a whole column (``decimal_mark``), never cell by
cell, and an amount that does not fit the decision is an error, not a guess.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_CODES = """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN
BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD
KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK
NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD
SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD
XOF XPF YER ZAR ZMW ZWL"""
_FORMER_CODES = """ATS AZM BEF BGL BYR CSD CYP DEM EEK ESP FIM FRF GHC GRD IEP ITL LTL LUF LVL MRO MTL MZM NLG
PTE ROL RUR SDD SIT SKK STD TMM TRL VEF YUM ZWD"""
_WITHOUT_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"

#: The currencies of ISO 4217 in use; metals and test codes are left out.
CURRENCIES = frozenset(_CODES.split())
#: A code that stands alone in a text.
CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")

#: Currencies that were replaced. Old statements are in them; no text is searched for them.
FORMER_CURRENCIES = frozenset(_FORMER_CODES.split())

#: A code that exports go on writing for the currency that took its place.
_CALLED = {"RUR": "RUB"}

#: ISO 4217 currencies whose smallest unit is not a hundredth.
_NO_DECIMALS = frozenset(_WITHOUT_DECIMALS.split())
_THREE_DECIMALS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))

#: Signs that stand for one currency. A bare ``$`` or ``¥`` stands for several: see ``currency_in``.
_SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "US$": "USD",
    "A$": "AUD",
    "AU$": "AUD",
    "C$": "CAD",
    "CA$": "CAD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "S$": "SGD",
    "R$": "BRL",
    "MX$": "MXN",
    "₹": "INR",
    "₩": "KRW",
    "₪": "ILS",
    "₺": "TRY",
    "₴": "UAH",
    "₫": "VND",
    "₱": "PHP",
    "₽": "RUB",
    "ZŁ": "PLN",
    "KČ": "CZK",
    "FT": "HUF",
    "FR.": "CHF",
    "SFR.": "CHF",
    "$": "USD",
    "¥": "JPY",
}
_UNIT = r"[A-Za-z]{3}|(?:US|AU?|CA?|NZ|HK|S|R|MX)\$|[€£$¥₹₩₪₺₴₫₱₽]|[zZ][łŁ]|[kK][čČ]|F[tT]|S?Fr\.|kr\.?"
#: Hyphen last, so that it stands for itself inside brackets.
_MINUS = "\u2212\u2013\u2010\u2011-"
_SHAPE = re.compile(
    rf"""['"]?\s*(?P<open>\()?\s*
    (?P<sign>[+{_MINUS}])?\s*(?P<unit>{_UNIT})?\s*(?P<sign_after_unit>[+{_MINUS}])?\s*
    (?P<digits>[\d.,'’´\s\u00a0\u202f\u2009]*\d[.,]?(?:-(?=\s*\)?$))?)
    \s*(?P<unit_after>{_UNIT})?\s*(?P<sign_last>[+{_MINUS}])?\s*(?P<close>\))?\s*['"]?""",
    re.VERBOSE,
)
#: A whole part, with or without groups: western of three, Indian of two and a last one of three.
_WHOLE = re.compile(r"\d+|\d{1,3}(?:S\d{3})+|\d{1,2}(?:S\d{2})+S\d{3}")
#: Longer cells are no amounts; the shape takes cubic time to say so.
_LONGEST = 48
_GAPS = re.compile(r"[\s\u00a0\u202f\u2009]")
_APOSTROPHES = re.compile(r"['’´]")


def amount(text: str, mark: str = ".") -> int:
    """The amount in 10⁻⁶ of the major unit. ``mark`` is the decimal mark, ``.`` or ``,``.

    Groups of thousands, a currency's code or sign, a minus before or after, and accountants'
    parentheses are understood. Raises ValueError for anything else, for groups that are not
    of three, for more than six decimals, and for more than twelve digits of whole units.
    """
    if text[-3:-2] == mark:  # almost every cell is digits with two decimals
        digits = text[:-3] + text[-2:]
        if digits.isdigit() and digits.isascii() and len(digits) <= 14:
            return int(digits) * 10_000
    text = text.strip()
    shape = _SHAPE.fullmatch(text) if len(text) <= _LONGEST else None
    if shape is None or bool(shape["open"]) != bool(shape["close"]):
        raise ValueError("not an amount")
    digits = shape["digits"].strip()
    signs = [s for s in (shape["sign"], shape["sign_after_unit"], shape["sign_last"]) if s]
    if digits.endswith("-"):
        digits = digits[:-1]
        signs.append("-")
    if len(signs) > 1 or (signs and shape["open"]):
        raise ValueError("an amount with two signs")
    whole, _, decimals = digits.partition(mark)
    if not decimals.isdigit() and decimals:
        raise ValueError("not an amount with this decimal mark")
    whole = _whole(whole, "," if mark == "." else ".")
    decimals = decimals.rstrip("0") if len(decimals) > 6 else decimals
    if len(whole) > 12 or len(decimals) > 6:
        raise ValueError("an amount of too many digits")
    value = int(whole + decimals.ljust(6, "0"))
    return -value if shape["open"] or (signs and signs[0] != "+") else value


#: A decimal as XML Schema and JSON write it; no more whole digits than money has.
_DECIMAL = re.compile(r"([+-]?)0*(\d{0,12}?)(?:\.(\d*))?")


def stated_currency(code: str) -> str:
    """The currency that a field for it holds, in use or replaced, or ""."""
    code = code.strip().upper()
    code = _CALLED.get(code, code)
    return code if code in CURRENCIES or code in FORMER_CURRENCIES else ""


def smallest_unit(currency: str) -> int:
    """The smallest unit of a currency in 10⁻⁶, as ISO 4217 has it."""
    if currency in _NO_DECIMALS:
        return 1_000_000
    return 1_000 if currency in _THREE_DECIMALS else 10_000


def decimal_amount(text: str) -> int:
    """A plain decimal in 10⁻⁶, such as ``-8.850``. Raises ValueError for anything else."""
    text = text.strip()
    found = _DECIMAL.fullmatch(text)
    if found is None or not text.isascii() or not any(c.isdigit() for c in text):
        raise ValueError("not an amount")
    decimals = (found[3] or "").rstrip("0")
    if len(decimals) > 6:
        raise ValueError("an amount of too many digits")
    value = int((found[2] or "0") + decimals.ljust(6, "0"))
    return -value if found[1] == "-" else value


def number_amount(value: object) -> int:
    """A number of JSON, or a text of one, in major units. Raises ValueError for anything else.

    A number that arithmetic has left with more than six decimals is rounded to them.
    """
    if isinstance(value, float):
        return decimal_amount(f"{value:.6f}")
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("not an amount")
    try:
        return decimal_amount(str(value))
    except ValueError:
        return amount(str(value))  # "$1,234.50", as tables write it


def minor_amount(value: object, unit: int) -> int:
    """A number of a currency's smallest units, each ``unit`` 10⁻⁶. Raises ValueError where it is none."""
    scaled, rest = divmod(number_amount(value) * unit, 1_000_000)
    if rest:
        raise ValueError("a fraction of the smallest unit")
    return scaled


#: A column, joined by line ends, in which every amount has two decimals and nothing else about it.
_PLAIN_COLUMN = {mark: re.compile(rf"(?:-?[0-9]{{1,12}}{re.escape(mark)}[0-9]{{2}}\n)*") for mark in ".,"}


def plain_amounts(cells: Sequence[str], mark: str) -> list[int] | None:
    """The amounts of a whole column at once, which costs a tenth; None where not all are plain."""
    joined = "\n".join(cells) + "\n"
    if joined.count("\n") != len(cells) or not _PLAIN_COLUMN[mark].fullmatch(joined):
        return None  # an amount is no plain one, or a cell holds several
    return list(map(int, joined.replace(mark, "").replace("\n", "0000\n").split()))


def _whole(text: str, group: str) -> str:
    """The digits of the whole part, groups taken away. Only one kind of group sign may occur."""
    if not text:
        return "0"
    text = _APOSTROPHES.sub("'", _GAPS.sub(" ", text))
    used = {sign for sign in (group, " ", "'") if sign in text}
    if len(used) > 1:
        raise ValueError("not an amount: two kinds of thousands signs")
    for sign in used:
        text = text.replace(sign, "S")
    if not _WHOLE.fullmatch(text) or not text.isascii():
        raise ValueError("not an amount: its groups are not thousands")
    return text.replace("S", "")


def decimal_mark(cells: Iterable[str], custom: str = ".") -> str:
    """Which of ``.`` and ``,`` is the decimal mark of a column.

    ``custom`` is the mark where no cell tells, e.g. the comma in a file of semicolons. A column
    of whole amounts that has ``500`` beside ``1.234`` writes thousands with its mark.
    """
    votes: Counter[str] = Counter()
    unclear: Counter[str] = Counter()
    whole = 0
    for cell in cells:
        digits = "".join(c for c in cell if c.isdigit() or c in ".,").strip()
        # A currency's own full stop ("Fr. 12") is no mark.
        digits = digits.lstrip(".,") if not re.match(r"\s*[-+(]?\s*[.,]\d", cell) else digits
        dots, commas = digits.count("."), digits.count(",")
        if not digits or not any(c.isdigit() for c in digits):
            continue
        if dots and commas:
            votes["." if digits.rfind(".") > digits.rfind(",") else ","] += 1
        elif dots + commas > 1:
            votes["," if dots else "."] += 1
        elif dots + commas == 1:
            own = "." if dots else ","
            before, _, after = digits.partition(own)
            if len(after) != 3 or len(before) > 3 or before in ("", "0"):
                votes[own] += 1
            else:
                unclear[own] += 1
        else:
            whole += 1
    if votes:
        return max(".,", key=lambda m: (votes[m], m == custom))
    if whole and len(unclear) == 1:
        return "," if "." in unclear else "."
    return custom


def currency_in(text: str) -> str:
    """The currency that a cell or header states as a code or a sign, or "".

    A bare ``$`` is read as US dollars and a bare ``¥`` as yen, as most exports mean them; a
    column or header that names the currency goes before (see the table reader).
    """
    for word in CODE.findall(text):
        if word in CURRENCIES:
            return str(word)
    bare = text.strip().upper()
    for sign, code in _SIGNS.items():
        if not sign[0].isalpha() or sign.endswith("$"):
            if sign in bare:
                return code
        elif re.search(rf"(?<![^\W\d]){re.escape(sign)}(?![^\W\d])", bare):
            return code
    return ""
