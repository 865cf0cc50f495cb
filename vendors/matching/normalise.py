"""A text's normal form: what only this row has is removed, what recognition needs stays.

Removed: references, phone numbers, card tails, dates, store numbers, amounts. Kept: words, short
names with digits (11x, n8n, v0, 15five), domains, the ``*`` by which a payment processor joins its
prefix to the merchant, and a dash between words that stands for any mark that people set between
a name and what it is for. Every removal looks at one run of letters and digits alone, so
two rows of one merchant end in the same form whatever their references are, and normalising a
form again changes nothing.

Raise NORMALISER_VERSION with every change of what comes out: it is kept with every stored form. Forms
that are stored stay as they are; the same text then comes in under its new form beside them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from vendors.matching.answers import Channel, Descriptor
from vendors.matching.scopes import asked_of

NORMALISER_VERSION = 4

#: An amount, perhaps glued to a state ("ca5.00"), or a run of letters and digits with a digit in it.
_RUN = re.compile(
    r"(?<![^\W_])([a-z]*)\d{1,3}(?:[.,'’]\d{3})*[.,]\d\d(?![^\W_])|(?<![^\W_])[a-z]*\d[^\W_]*(\.[a-z]{2})?"
)
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_GROUPS = re.compile(r"\d+|[^\W\d_]+")
#: Numbers that belong to product families (Microsoft 365, Dynamics 365, Suite 360).
_FAMILY_NUMBERS = {"365", "360"}
_DIGITS_OF_A_NAME = 3
_SHORTEST_STEM = 3
_COMBINING = re.compile("[\u0300-\u036f]")  # Latin, Greek and Cyrillic accents; kana keep their marks
#: Not what stands before an "@": in "https://bank.example@elsewhere.example" that is a user's name.
_HOST_IN_TEXT = re.compile(r"(?<![^\W_@.-])(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_](?![\w.-]*@)")
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])")
_HOST_CHANNELS = (Channel.DOMAIN, Channel.NETWORK)
_LONGEST_LINE = 1_000  # characters in which a host is looked for
#: The first part of a path behind a host, where it is one of these: whatever else stands there is private.
_AI_PATH = re.compile(
    r"(?::\d+)?/(365-copilot|bedrock|copilot|gemini|genai|sagemaker|vertex-ai|watsonx|workers-ai)"
    r"(?![\w-])"
)
#: The same where a maker serves AI and other things below one host and its path says it otherwise: the host,
#: what the path begins with, and what is kept of it. General knowledge, unverified.
_AI_PATHS_OF_HOSTS = (
    ("m365.cloud.microsoft", re.compile(r"/chat(?![\w-])"), "365-copilot"),
    ("bing.com", re.compile(r"/(?:chat|copilotsearch)(?![\w-])"), "copilot"),
    ("api.cloudflare.com", re.compile(r"/client/v\d+/accounts/[^/]{1,64}/ai/"), "workers-ai"),
)
#: Marks that stand alone between two parts of a text; each becomes a dash.
_SEPARATORS = frozenset("-|:~/•·–—→»>")
#: Marks of trade, which would otherwise become letters ("Sheets™").
_MARKS_OF_TRADE = dict.fromkeys(map(ord, "™®©℠"))


def describe(
    channel: str,
    text: str,
    *,
    mcc: str = "",
    client_id: str = "",
    url: str = "",
    scopes: Iterable[str] = (),
) -> Descriptor:
    """What is recognised: the normal form with the discrete evidence beside it.

    ``scopes`` are the permissions that an app was given, as its platform names them.
    In the channels domain and network the form is the host alone where the text holds one: paths, ports
    and query strings are unique to a row and may be private. Kept is the name of an AI product that a
    path begins with.
    """
    form = _host_form(text) if channel in _HOST_CHANNELS else normal_form(text)
    return described(channel, form, mcc=mcc, client_id=client_id, url=url, scopes=scopes)


def described(
    channel: str,
    form: str,
    *,
    mcc: str = "",
    client_id: str = "",
    url: str = "",
    scopes: Iterable[str] = (),
) -> Descriptor:
    """``describe`` for a text whose normal form is known."""
    if not (mcc or client_id or url or scopes):
        return Descriptor(str(channel), form)
    mcc = mcc.strip()
    return Descriptor(
        str(channel),
        form,
        mcc if len(mcc) == 4 and mcc.isascii() and mcc.isdigit() else "",
        client_id.strip(),
        host_of(url) if url else "",
        asked_of(scopes) if channel == Channel.OAUTH else "",
    )


def normal_form(text: str) -> str:
    """The normal form of a text that names a merchant, an app or a line of an invoice."""
    form = text.lower() if text.isascii() and text.isprintable() else _fold(text)
    words = [word if word.isalpha() else _without_references(word) for word in form.split()]
    if "-" in words:
        words = _between_words(words)
    return " ".join(filter(None, words))


def _between_words(words: list[str]) -> list[str]:
    """Without the dashes that separate nothing: at an end, or behind another dash."""
    kept: list[str] = []
    for word in filter(None, words):
        if word != "-" or (kept and kept[-1] != "-"):
            kept.append(word)
    return kept[:-1] if kept and kept[-1] == "-" else kept


def host_of(url: str) -> str:
    """The host of a URL or bare host name, lower case, without "www."; "" where there is none."""
    return _host_of(url) if len(url) < 2_000 else ""


@lru_cache(maxsize=10_000)
def _host_of(url: str) -> str:
    url = url.strip()
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:  # not a URL, e.g. an unclosed bracket
        return ""
    host = host.rstrip(".")
    while host.startswith("www."):
        host = host.removeprefix("www.")
    return host if _HOST.fullmatch(host) else ""


def _host_form(text: str) -> str:
    form = _fold(text[:_LONGEST_LINE])  # a host stands at the beginning of a line, or there is none
    for readable in (form, normal_form(form)):
        found = _HOST_IN_TEXT.search(readable)
        if found and (host := host_of(found.group())):
            product = _product_in_path(host, readable, found.end())
            return f"{host}/{product}" if product else host
    return normal_form(form)


def _product_in_path(host: str, text: str, start: int) -> str:
    """The AI product that a path behind a host begins with, or ""."""
    if path := _AI_PATH.match(text, start):
        return path.group(1)
    found = (kept for known, path, kept in _AI_PATHS_OF_HOSTS if host == known and path.match(text, start))
    return next(found, "")


def _fold(text: str) -> str:
    """Compatibility forms, case and accents folded; characters that do not print removed."""
    text = text.translate(_MARKS_OF_TRADE)
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " if c.isspace() or c < " " else "" for c in text)
    form = text
    # Folding one way can open another (İ, ligatures): the end is reached in two or three rounds.
    while True:
        folded = unicodedata.normalize("NFKC", form).casefold()
        folded = _COMBINING.sub("", unicodedata.normalize("NFD", folded))
        folded = unicodedata.normalize("NFC", folded).replace("\ufffd", "")
        if folded == form:
            return form
        form = folded


def _without_references(word: str) -> str:
    """A word without what is unique to its row; "" where nothing else is in it."""
    if word.isascii():
        if word.isalnum():
            return _shortened_run(word)
        if word.upper() == word:  # no letter in it
            return word if word == "*" else _separator(word)
    elif not _LETTER.search(word):
        return _separator(word)
    return _without_runs(word) if _DIGIT.search(word) else word


def _separator(word: str) -> str:
    return "-" if _SEPARATORS.issuperset(word) else ""


def _without_runs(word: str) -> str:
    head, mark, tail = word.partition("*")
    if mark and head.isalpha() and tail.isalnum() and word.isascii():  # a carrier and a reference, mostly
        return f"{head}*{tail if tail.isalpha() else _shortened_run(tail)}"
    while (shorter := _RUN.sub(_shorten, word)) != word:
        word = shorter
    return word if _LETTER.search(word) else ""


def _shortened_run(run: str) -> str:
    """What stays of a run of a–z and digits that is a word of its own: as ``_RUN``, several times faster."""
    if run.isdecimal():
        return run if run in _FAMILY_NUMBERS else ""
    letters = run.encode().translate(None, b"0123456789").decode()
    if len(run) - len(letters) <= _DIGITS_OF_A_NAME and _is_a_name(run):
        return run
    return letters if len(letters) >= _SHORTEST_STEM and run.startswith(letters) else ""


def _shorten(found: re.Match[str]) -> str:
    """What stays of one run of letters and digits."""
    run = found.group()
    if found.group(1) is not None:
        return found.group(1)  # the letters before an amount
    suffix = found.group(2) or ""
    if suffix:
        run = run[: -len(suffix)]
    if run.isdigit():
        if run in _FAMILY_NUMBERS or (suffix and len(run) <= 4):  # "24.ai" is a domain
            return run + suffix
        return suffix
    return (run if _is_a_name(run) else _stem(run)) + suffix


def _is_a_name(run: str) -> bool:
    """Whether letters and digits mix as in names (n8n, base44, 15five, 8x8), not as in references."""
    groups = _GROUPS.findall(run)
    digits = sum(len(g) for g in groups if g.isdigit())
    if len(groups) == 2:
        return digits <= _DIGITS_OF_A_NAME
    if len(groups) == 3:
        return digits <= 2 and (not groups[0].isdigit() or len(run) <= 3)
    return False


def _stem(run: str) -> str:
    """The word a reference is glued to: "ads4471029381" → "ads"; "" where there is none."""
    letters = re.match(r"[a-z]*", run)
    stem = letters.group() if letters else ""
    return stem if len(stem) >= _SHORTEST_STEM and run[len(stem) :].isdigit() else ""
