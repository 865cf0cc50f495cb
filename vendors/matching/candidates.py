"""Which identifiers of the catalog a text may be naming.

Identifiers and texts are cut into the same words, so that a lookup is a dictionary's. A name
written together or apart is found both ways ("mid journey", "elevenlabs"); one letter wrong is
found through the words with one letter deleted and verified with an edit distance; a name that a
statement cut off is found by its beginning. What a candidate is worth is not decided here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate

from rapidfuzz.distance import OSA

from vendors.matching.catalog import (
    CatalogEntries,
    IdentifierEntry,
    IdentifierKind,
    Scope,
    Strength,
)
from vendors.matching.grammar import FORMS_ALIKE, only_decoration, words_of
from vendors.matching.lexicon import ORDINARY, Rarity, rarity
from vendors.matching.normalise import host_of, normal_form

#: Shorter names, written apart or with a typo, are too often other words.
TOGETHER_LENGTH = 6
_WITH_A_LETTER_APART = 5  # and of these only the last letter: "deep l"
_TYPO_LENGTH = 5
_PAIR_LENGTH = 9
_CUT_LENGTH = 6
CUT_SHARE = 0.7  # of the name must be left
_CUT_WORDS = 5
_APART_WORDS = 3
#: Which apps leave out of their names: "Napkin AI" signs in as "Napkin".
_AI_BEHIND = " AI"
_LETTERS_OF_A_WORD = 3  # by which the word that a field ends in can be told
_SHORTENED = (4, 5)  # letters that people leave of a long name: "midj"
_LONG_NAME = 7
_COMPANY_LENGTH = 10  # letters of a company's name that may stand without its legal form
_LONGEST_RUN = 8  # words of an identifier
_LONGEST_UNSPACED = 16  # characters of a name in a script without spaces
_REMEMBERED = 50_000
#: Letters of other alphabets, and with accents, as the Latin ones that they look like.
_LOOKS_LIKE = str.maketrans(
    "аеорсухіјѕԁһԛԝìíîïıàáâäèéêëòóôöùúûüḷļł", "aeopcyxijsdhqwiiiiiaaaaeeeeoooouuuulll"
)
#: How people shorten the names of makers whose products carry them.
_SHORTER = (
    (("microsoft", "365"), (("m365",), ("o365",), ("ms365",), ("office", "365"), ("ms", "365"))),
    (("microsoft",), (("ms",), ("msft",))),
    (("github",), (("gh",),)),
)
_OFFICE = frozenset(("m365", "o365", "ms365"))


class How(StrEnum):
    """By what an identifier was found."""

    CLIENT_ID = "client_id"
    DOMAIN = "domain"
    NAME = "name"
    APART = "apart"  # the name's one word stands as two or three: "mid journey"
    PARTS = "parts"  # the vendor's name and the rest of the product's name, apart from each other
    CUT = "cut"
    SHORTENED = "shortened"  # as people write a long name: "midj"
    TYPO = "typo"
    DISPLAY = "display"  # all of an app's name is what a product is called, and too ordinary to be a name


@dataclass(frozen=True, slots=True)
class Candidate:
    """An identifier that a text may be naming, and the words (start ≤ i < stop) that say so."""

    identifier: IdentifierEntry
    how: How
    matched: str
    start: int = 0
    stop: int = 0


class Index:
    """Looks words, domains and client ids up; built once for a catalog."""

    def __init__(self, entries: CatalogEntries, ordinary: frozenset[str] = ORDINARY) -> None:
        self._ordinary = ordinary  # never taken for a misspelt or a cut-off name
        self._runs: dict[str, tuple[IdentifierEntry, ...]] = {}
        self._longest: dict[str, int] = {}  # first word → words of the longest identifier it begins
        self._together: dict[str, tuple[IdentifierEntry, ...]] = {}
        self._written: dict[str, tuple[IdentifierEntry, ...]] = {}  # of those that may be cut off
        self._sites: set[str] = set()  # first labels of domains, "perplexity" of perplexity.ai
        self._client_ids: dict[str, tuple[IdentifierEntry, ...]] = {}
        self._vocabulary: set[str] = set()
        self._deletions: dict[str, set[str]] = defaultdict(set)
        self._beginnings: dict[str, set[str]] = defaultdict(set)
        self._shortened: dict[str, set[str]] = defaultdict(set)
        self._rests: dict[str, list[tuple[frozenset[str], IdentifierEntry]]] = defaultdict(list)
        self._displayed: dict[str, tuple[IdentifierEntry, ...]] = {}
        self._products: dict[str, list[str]] = defaultdict(list)  # of each maker
        self._mended: dict[str, str] = {}  # words that were looked at for a typo before
        for identifier in entries.identifiers:
            self._add(identifier)
        for product in entries.products:
            self._products[product.vendor].append(product.key)
        self._add_shorter(entries.identifiers)
        self._add_rests(entries)
        self._add_display_names(entries)

    def only_product(self, vendor: str) -> str:
        """The one product of a maker; "" where it has several, or none."""
        products = self._products.get(vendor, ())
        return products[0] if len(products) == 1 else ""

    # --- building ---------------------------------------------------------------------------------

    def _add(self, identifier: IdentifierEntry) -> None:
        if identifier.kind == IdentifierKind.DOMAIN:
            host = host_of(identifier.value) or identifier.value.lower()
            if host.count(".") == 1 and identifier.scope == Scope.DEDICATED:
                self._sites.add(host.partition(".")[0])
                self._learn(host.partition(".")[0])
            return
        if identifier.kind == IdentifierKind.CLIENT_ID:
            _append(self._client_ids, identifier.value.casefold(), identifier)
            return
        words = words_of(normal_form(identifier.value))
        if not words or len(words) > _LONGEST_RUN:
            return
        numbered = identifier.value[0].isdecimal() and not words[0][0].isdecimal()
        if numbered and identifier.kind == IdentifierKind.LEGAL_ENTITY:
            return  # "228 Labs Inc." without its number is anybody's
        self._add_run(words, identifier)
        if identifier.kind == IdentifierKind.LEGAL_ENTITY:
            self._add_legal_forms(words, identifier)
        together = "".join(words)
        punctuated = len(words) > 1 and " " not in identifier.value.strip()
        if len(together) >= (TOGETHER_LENGTH if not punctuated else 4) and len(words) > 1:
            self._add_run([together], identifier)
        if (
            len(words) == 1
            and len(together) >= TOGETHER_LENGTH
            and identifier.strength == Strength.DISTINCTIVE
        ):
            self._add_run([f"{together}ai"], identifier)
        for word in (*words, together):
            self._learn(word)
        if len(words) <= _CUT_WORDS and _is_hardly_a_word(words, identifier.strength):
            self._add_beginnings(words, together, identifier)

    def _add_legal_forms(self, words: list[str], identifier: IdentifierEntry) -> None:
        """A company with its legal form as statements write it, and without: that may be another company."""
        named = len(words)
        while named > 1 and (words[named - 1] in FORMS_ALIKE or len(words[named - 1]) == 1):
            named -= 1
        for form in FORMS_ALIKE.get(" ".join(words[named:]), ()):
            self._add_run([*words[:named], *form.split(" ")], identifier)
        company = words[:named]
        long = 1 < named < len(words) and len("".join(company)) >= _COMPANY_LENGTH
        if long and " ".join(company) not in self._runs:
            short = " ".join(identifier.value.split()[:named]).rstrip(",")
            self._add_run(company, replace(identifier, value=short, strength=Strength.COMMON))

    def _add_beginnings(self, words: list[str], together: str, identifier: IdentifierEntry) -> None:
        """By what a name is found that is written apart, cut off or shortened."""
        one = len(words) == 1
        few = len(words) <= _APART_WORDS
        if few and (len(together) >= TOGETHER_LENGTH or (one and len(together) == _WITH_A_LETTER_APART)):
            _append(self._together, together, identifier)
        if len(together) > _CUT_LENGTH:
            self._beginnings[together[:_CUT_LENGTH]].add(together)
            _append(self._written, together, identifier)
        if one and len(together) >= _LONG_NAME:
            for length in _SHORTENED:
                self._shortened[together[:length]].add(together)

    def _add_shorter(self, identifiers: Iterable[IdentifierEntry]) -> None:
        """Names as people shorten them, where the catalog does not say itself what that stands for."""
        shorter: dict[str, list[IdentifierEntry]] = defaultdict(list)
        for identifier in identifiers:
            if identifier.kind not in (IdentifierKind.DOMAIN, IdentifierKind.CLIENT_ID):
                for words in _said_shorter(words_of(normal_form(identifier.value))):
                    shorter[" ".join(words)].append(identifier)
        for run, meant in shorter.items():
            if run not in self._runs:
                for identifier in meant:
                    self._add_run(run.split(" "), identifier)

    def _learn(self, word: str) -> None:
        """Remember a word, and by what it is found with a letter wrong."""
        if word in self._vocabulary:
            return
        self._vocabulary.add(word)
        if len(word) >= _TYPO_LENGTH and word.isalpha():
            for shorter in _deletions(word):
                self._deletions[shorter].add(word)

    def _add_run(self, words: list[str], identifier: IdentifierEntry) -> None:
        _append(self._runs, " ".join(words), identifier)
        self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))

    def _add_rests(self, entries: CatalogEntries) -> None:
        """Per vendor: what its products' names say beyond the vendor's own ("OpenAI API" → api)."""
        own = {v.key: set(words_of(normal_form(v.name))) for v in entries.vendors}
        for product in entries.products:
            words = set(words_of(normal_form(product.name)))
            rest = words - own.get(product.vendor, set())
            if rest < words and rest - {"ai", "app", "pro"}:
                identifier = IdentifierEntry(
                    product.vendor, product.key, IdentifierKind.NAME, product.name, Strength.DISTINCTIVE
                )
                self._rests[product.vendor].append((frozenset(rest), identifier))

    def _add_display_names(self, entries: CatalogEntries) -> None:
        """What products and their makers are called that is too ordinary for a name of the catalog."""
        suites = {i.vendor for i in entries.identifiers if i.scope == Scope.SHARED}
        called = [(p.vendor, p.key, p.name) for p in entries.products]
        called += [(v.key, self.only_product(v.key), v.name) for v in entries.vendors if v.key not in suites]
        called += [
            (v, p, name[: -len(_AI_BEHIND)])
            for v, p, name in called
            if name.endswith(_AI_BEHIND) and v not in suites
        ]
        for vendor, product, name in called:
            words = " ".join(words_of(normal_form(name)))
            known = {i.vendor for i in (*self._runs.get(words, ()), *self._displayed.get(words, ()))}
            if words and vendor not in known:
                one = IdentifierEntry(vendor, product or None, IdentifierKind.NAME, name, Strength.COMMON)
                _append(self._displayed, words, one)

    # --- looking up -------------------------------------------------------------------------------

    def client_id(self, client_id: str) -> list[Candidate]:
        found = self._client_ids.get(client_id.casefold(), ())
        return [Candidate(i, How.CLIENT_ID, client_id) for i in found]

    def look_alike(self, host: str) -> str:
        """The distinctive name that a host of somebody else carries, or ""."""
        for label in map(_as_it_looks, host.split(".")[:-1]):
            meant = self._mend(label)
            if meant in self._sites and meant not in host and len(meant) >= TOGETHER_LENGTH:
                return meant
            for part in {*label.split("-"), label.replace("-", "")}:
                ends = range(TOGETHER_LENGTH, len(part))
                for name in (part, *(part[:i] for i in ends), *(part[-i:] for i in ends)):
                    if any(i.strength == Strength.DISTINCTIVE for i in self._runs.get(name, ())):
                        return name
        return ""

    def text(self, words: list[str]) -> list[Candidate]:
        """Identifiers whose words stand in the text, each with all it covers."""
        longest, runs, together = self._longest, self._runs, self._together
        candidates: list[Candidate] = []
        previous = before = ""
        for start, word in enumerate(words):
            if reach := longest.get(word):
                for stop in range(start + 1, min(start + reach, len(words)) + 1):
                    run = " ".join(words[start:stop])
                    if run in runs:
                        candidates.extend(Candidate(i, How.NAME, run, start, stop) for i in runs[run])
            elif not word.isascii():
                candidates.extend(self._begun(word, start))
            pair = previous + word
            if pair in together and previous and (len(pair) >= TOGETHER_LENGTH or len(word) == 1):
                candidates.extend(self._together_at(pair, words, start - 1, start + 1))
            if before and (three := before + pair) in together:
                candidates.extend(self._together_at(three, words, start - 2, start + 1))
            before, previous = previous, word
        return candidates

    def _begun(self, word: str, start: int) -> list[Candidate]:
        """The longest distinctive name that a run without spaces begins with: Doubao's in "豆包会员"."""
        for length in range(min(len(word), _LONGEST_UNSPACED) - 1, 1, -1):
            name = word[:length]
            found = [i for i in self._runs.get(name, ()) if i.strength == Strength.DISTINCTIVE]
            if found:
                return [Candidate(i, How.NAME, name, start, start + 1) for i in found]
        return []

    def _together_at(self, name: str, words: list[str], start: int, stop: int) -> list[Candidate]:
        """A name written apart; not again where the identifier itself is written so."""
        run = " ".join(words[start:stop])
        written = self._runs.get(run, ())
        return [Candidate(i, How.APART, run, start, stop) for i in self._together[name] if i not in written]

    def parts(self, words: list[str], vendors: Iterable[str]) -> list[Candidate]:
        """Products of a named vendor whose other words stand elsewhere in the text."""
        present = set(words)
        if not present.isdisjoint(_OFFICE):
            present |= {"microsoft", "365"}
        if "asst" in present:
            present.add("assistant")
        return [
            Candidate(identifier, How.PARTS, identifier.value)
            for vendor in sorted(set(vendors))
            for identifier in _most_said(self._rests.get(vendor, ()), present)
        ]

    def typos(self, words: list[str]) -> list[Candidate]:
        """Identifiers that the text names once one letter of a word is put right.

        One letter wrong, missing, doubled or swapped with its neighbour; the first must be right.
        """
        mended = [self._mend(word) for word in words]
        found = self._apart_and_misspelt(words)
        if mended == words:
            return found
        return found + [
            Candidate(c.identifier, How.TYPO, " ".join(words[c.start : c.stop]), c.start, c.stop)
            for c in self.text(mended)
            if mended[c.start : c.stop] != words[c.start : c.stop]
        ]

    def _apart_and_misspelt(self, words: list[str]) -> list[Candidate]:
        """Names of two words, or written as two, of which a letter is wrong: "wisper flow"."""
        found = []
        for start in range(len(words) - 1):
            pair = words[start] + words[start + 1]
            if len(pair) < _PAIR_LENGTH or not pair.isalpha() or pair in self._vocabulary:
                continue
            short, long = sorted(words[start : start + 2], key=len)
            if len(short) < 4 and long in self._vocabulary:
                continue  # the short word would be the misspelt one: "Sophos Mai" for "Sophos AI"
            if (name := self._mend(pair)) != pair and name in self._together:
                run = " ".join(words[start : start + 2])
                found += [Candidate(i, How.TYPO, run, start, start + 2) for i in self._together[name]]
        return found

    def _mend(self, word: str) -> str:
        """The identifiers' word that this one is a letter away from, or the word itself."""
        if len(word) < _TYPO_LENGTH or not word.isalpha():
            return word
        if word in self._vocabulary or word in self._ordinary:
            return word
        if (known := self._mended.get(word)) is None:
            if len(self._mended) >= _REMEMBERED:
                self._mended.clear()
            plural = f"{word[:-2]}ies" if word.endswith("ys") else ""  # "fireflys"
            known = plural if plural in self._vocabulary else self._nearest(word)
            self._mended[word] = known
        return known

    def resembles(self, word: str) -> bool:
        """Whether a word is a letter away from one of the catalog, be it in it or not."""
        return len(word) >= _TYPO_LENGTH and word.isalpha() and self._nearest(word) != word

    def _nearest(self, word: str) -> str:
        near = {
            known for d in _deletions(word) for known in self._deletions.get(d, ()) if known[0] == word[0]
        }
        found = [k for k in near if OSA.distance(word, k, score_cutoff=1) == 1]
        if len(found) > 1:  # a name by itself rather than a word of one: "claud" is Claude, not some cloud
            found = [k for k in found if k in self._runs]
        return found[0] if len(found) == 1 else word

    def may_be_cut(self, words: list[str], start: int, stop: int) -> bool:
        """Whether any beginning of these words may be a name cut short: a quick look before ``cut``."""
        return "".join(words[start:stop])[:_CUT_LENGTH] in self._beginnings

    def cut(self, words: list[str], start: int, stop: int, share: float = CUT_SHARE) -> list[Candidate]:
        """Names that these words begin and end inside of: a statement's field was too short for the rest."""
        run = "".join(words[start:stop])
        beginnings = self._beginnings.get(run[:_CUT_LENGTH])
        if not beginnings or run in self._runs or run in self._ordinary:
            return []
        found: dict[str, Candidate] = {}  # per vendor the shortest name: "grammarl" is Grammarly
        for key in sorted(beginnings, key=lambda k: (len(k), k)):
            if not key.startswith(run) or len(run) < share * len(key):
                continue
            for i in self._written.get(key, ()):
                name = words_of(normal_form(i.value))
                if _ends_inside_a_word(run, name) and _parts_where_it_does(words[start:stop], name):
                    found.setdefault(i.vendor, Candidate(i, How.CUT, run, start, stop))
        return list(found.values())

    def displayed(self, words: list[str]) -> list[Candidate]:
        """What is called just so: an app may be it, a word of another text says nothing."""
        for stop in range(len(words), 0, -1):
            run = " ".join(words[:stop])
            if run in self._displayed:
                return [Candidate(i, How.DISPLAY, run, 0, stop) for i in self._displayed[run]]
            if not only_decoration(words[stop - 1 : stop]):
                break
        return []

    def shortened(self, words: list[str], at: int) -> list[Candidate]:
        """The one maker's name of which people may leave no more than this word: "midj" for Midjourney."""
        word = words[at]
        names = self._shortened.get(word)
        if not names or word in self._vocabulary or word in self._ordinary:
            return []
        found = [i for name in sorted(names, key=len) for i in self._written[name]]
        if len({i.vendor for i in found}) != 1:
            return []
        return [Candidate(found[0], How.SHORTENED, word, at, at + 1)]


def _most_said(
    rests: Iterable[tuple[frozenset[str], IdentifierEntry]], present: set[str]
) -> list[IdentifierEntry]:
    """Products all of whose other words are present, without those of which another one says more."""
    said = [(rest, identifier) for rest, identifier in rests if rest <= present]
    return [identifier for rest, identifier in said if not any(rest < more for more, _ in said)]


def _as_it_looks(label: str) -> str:
    """A host's label with letters of other alphabets as the Latin ones that they look like."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode().decode("idna").translate(_LOOKS_LIKE)
    except UnicodeError:
        return label


def _said_shorter(words: list[str]) -> Iterable[list[str]]:
    """A name of several words with its maker's name shortened ("gh copilot"), in every way it is done."""
    if len(words) == 2 and words[1] == "ai":  # in the languages of Romance and in German
        yield [words[0], "ia"]
        yield [words[0], "ki"]
    if "assistant" in words:
        yield ["asst" if word == "assistant" else word for word in words]
    for full, shorter in _SHORTER:
        if len(words) >= len(full) > (len(words) == 1) and tuple(words[: len(full)]) == full:
            for short in shorter:
                yield [*short, *words[len(full) :]]


def _is_hardly_a_word(words: list[str], strength: Strength) -> bool:
    """Whether what is left of a name, or its halves, may still be known for it."""
    return strength == Strength.DISTINCTIVE or (len(words) == 1 and rarity(words) == Rarity.COINED)


def _ends_inside_a_word(run: str, name: list[str]) -> bool:
    """Whether a name is cut off inside one of its words, and enough of that word is left to tell it.

    "Dynamics 365" is no Copilot that was cut off, and "Dynamics 365 C" may be any of its parts.
    """
    whole = 0
    for end in accumulate(map(len, name)):
        if end >= len(run):
            left, missing = len(run) - whole, end - len(run)
            return missing > 0 and (left >= _LETTERS_OF_A_WORD or missing < _LETTERS_OF_A_WORD)
        whole = end
    return False


def _parts_where_it_does(words: list[str], name: list[str]) -> bool:
    """Whether the words end where the name's do, or are written together: "canvas s a" is no "Canvass AI"."""
    return set(accumulate(map(len, words[:-1]))) <= set(accumulate(map(len, name)))


def _append(index: dict[str, tuple[IdentifierEntry, ...]], key: str, identifier: IdentifierEntry) -> None:
    index[key] = (*index.get(key, ()), identifier)


def _deletions(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))} | {word}
