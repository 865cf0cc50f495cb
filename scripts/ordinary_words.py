"""What the frequency of words says about the names of the catalog. Run it after names were added.

It writes three files of vendors/matching: ordinary_words.txt, words that are a letter away from a name or
its beginning and are never taken for it; name_frequencies.txt, how often words of common names are written;
and built_ordinary.txt, words that end or begin as names of AI tools do.
``python -m scripts.ordinary_words``, with wordfreq installed besides.
"""

from __future__ import annotations

import sys
from pathlib import Path

from vendors.catalog_files import read_catalog
from vendors.matching.candidates import Index
from vendors.matching.normalise import normal_form
from vendors.matching.signs import is_built_as_apps, is_built_so
from vendors.word_lists import words_of_common_names

_HOME = Path(__file__).resolve().parent.parent
_ORDINARY = _HOME / "vendors" / "matching" / "ordinary_words.txt"
_FREQUENCIES = _HOME / "vendors" / "matching" / "name_frequencies.txt"
_BUILT = _HOME / "vendors" / "matching" / "built_ordinary.txt"
_LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "nb", "fi", "pl", "cs", "ca")
#: The most frequent forms of each language that are looked at.
_FORMS = 60_000
_ORDINARY_HEAD = """\
# Ordinary words that are one letter away from a name of the catalog, or the beginning of one: they are never
# taken for it. Made by scripts/ordinary_words.py from the names and from the frequent words of fourteen
# languages (package wordfreq 3.1, whose word lists are CC BY-SA 4.0).
"""
_FREQUENCIES_HEAD = """\
# How often the words of names that are marked as common are written: the decimal logarithm of occurrences
# in a billion words, in the one of fourteen languages where they are most frequent (package wordfreq 3.1,
# whose word lists are CC BY-SA 4.0). 0.0: not seen. Made by scripts/ordinary_words.py.
"""
_BUILT_HEAD = """\
# Ordinary words, names and places that are built as names of AI tools are ("chateau", "robot", "dubai"): more
# often than one in ten million words of one of forty languages (package wordfreq 3.1, whose word lists are
# CC BY-SA 4.0). Made by scripts/ordinary_words.py.
"""
#: In a billion words; what is rarer may be a name.
_RARE = 100
#: Written without spaces: the package needs others to cut them into words, and they have no such words.
_UNSPACED = {"ja", "ko", "zh"}


def _is_near(index: Index, word: str) -> bool:
    """Whether a word alone would be taken for a name that is misspelt, cut off or shortened."""
    return bool(index.resembles(word) or index.cut([word], 0, 1) or index.shortened([word], 0))


def main() -> int:
    try:
        import wordfreq
    except ImportError:
        print("The package wordfreq is missing: pip install wordfreq", file=sys.stderr)
        return 2
    entries = read_catalog().entries()
    index = Index(entries, ordinary=frozenset())
    words = {
        form
        for language in _LANGUAGES
        for word in wordfreq.top_n_list(language, _FORMS)
        if (form := normal_form(word)).isalpha() and form.isascii()
    }
    near = [word for word in sorted(words) if _is_near(index, word)]
    _ORDINARY.write_text(_ORDINARY_HEAD + "\n".join(near) + "\n", encoding="utf-8")
    print(f"{len(near)} of {len(words)} ordinary words are near a name.")

    named = sorted(words_of_common_names(entries))
    lines = [
        f"{word} {max(wordfreq.zipf_frequency(word, language) for language in _LANGUAGES):.1f}"
        for word in named
    ]
    _FREQUENCIES.write_text(_FREQUENCIES_HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(named)} words of common names.")

    built = {
        form
        for language in set(wordfreq.available_languages("best")) - _UNSPACED
        for word, share in wordfreq.get_frequency_dict(language).items()
        if share * 1e9 >= _RARE and (is_built_so(form := normal_form(word)) or is_built_as_apps(form))
    }
    _BUILT.write_text(_BUILT_HEAD + "\n".join(sorted(built)) + "\n", encoding="utf-8")
    print(f"{len(built)} ordinary words are built as names of AI tools are.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
