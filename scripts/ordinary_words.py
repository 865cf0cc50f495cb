"""Which ordinary words are a letter away from a name of the catalog, or its beginning.

Run it after names were added: it writes vendors/matching/ordinary_words.txt, whose words are never taken
for a misspelt or a cut-off name. ``python -m scripts.ordinary_words``, with wordfreq installed besides.
"""

from __future__ import annotations

import sys
from pathlib import Path

from vendors.catalog_files import read_catalog
from vendors.matching.candidates import Index
from vendors.matching.normalise import normal_form

_HOME = Path(__file__).resolve().parent.parent
_OUT = _HOME / "vendors" / "matching" / "ordinary_words.txt"
_LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "nb", "fi", "pl", "cs", "ca")
#: The most frequent forms of each language that are looked at.
_FORMS = 60_000
_HEAD = """\
# Ordinary words that are one letter away from a name of the catalog, or the beginning of one: they are never
# taken for it. Made by scripts/ordinary_words.py from the names and from the frequent words of fourteen
# languages (package wordfreq 3.1, whose word lists are CC BY-SA 4.0).
"""


def main() -> int:
    try:
        import wordfreq
    except ImportError:
        print("The package wordfreq is missing: pip install wordfreq", file=sys.stderr)
        return 2
    index = Index(read_catalog().entries(), ordinary=frozenset())
    words = {
        form
        for language in _LANGUAGES
        for word in wordfreq.top_n_list(language, _FORMS)
        if (form := normal_form(word)).isalpha() and form.isascii()
    }
    near = [word for word in sorted(words) if index.typos([word]) or index.cut([word], 0, 1)]
    _OUT.write_text(_HEAD + "\n".join(near) + "\n", encoding="utf-8")
    print(f"{len(near)} of {len(words)} ordinary words are near a name.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
