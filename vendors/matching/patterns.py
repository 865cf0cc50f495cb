"""Rules of a company's own: a pattern of whole words, and what every text that it fits stands for.

People write words, a host or a client id, never a regular expression: a pattern is compared word by
word with a text's normal form. Rules are compiled once into dictionaries by the one word that a text
must have, so that asking costs the words of the text and not the number of rules, and no pattern
and no text can make it slow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from vendors.matching.answers import Channel, Descriptor
from vendors.matching.grammar import words_of
from vendors.matching.normalise import host_of, normal_form

#: Words of a pattern at most, and characters that it is written in.
MOST_WORDS = 8
LONGEST = 200
_FEWEST_LETTERS = 3
#: A host has 253 characters at most (RFC 1035, section 2.3.4); what is longer is none.
_LONGEST_HOST = 253
_HOST_CHANNELS = (Channel.DOMAIN, Channel.NETWORK)


class Fits(StrEnum):
    """What a pattern is compared with. The value is stored with every rule: never change one."""

    BEGINNING = "beginning"  # the first words of the text, in this order
    WORDS = "words"  # all these words, anywhere and in any order
    HOST = "host"  # this host or one below it
    CLIENT_ID = "client_id"


#: The first says the most about where a text comes from.
_RANK = {Fits.CLIENT_ID: 2, Fits.HOST: 1, Fits.BEGINNING: 0, Fits.WORDS: 0}


class WrongPattern(ValueError):
    """A pattern that says too little or cannot be read; one sentence that says how to mend it."""


class Pattern(NamedTuple):
    """``words``: of the normal form, the labels of a host, or one client id. ``channel``: "" for all."""

    fits: Fits
    words: tuple[str, ...]
    channel: str = ""

    @property
    def shown(self) -> str:
        """As it is compared."""
        return ("." if self.fits == Fits.HOST else " ").join(self.words)

    @property
    def specific(self) -> tuple[int, int, int, int]:
        """How much it asks of a text: the greater goes first."""
        in_order = self.fits == Fits.BEGINNING
        return _RANK[self.fits], len(self.words), in_order, bool(self.channel)


class Rule(NamedTuple):
    """``number`` grows with every rule and version: of two that ask as much the newer goes first."""

    number: int
    pattern: Pattern
    answer: str


def pattern(fits: str, text: str, channel: str = "") -> Pattern:
    """The pattern that somebody wrote. Raises WrongPattern."""
    if fits not in set(Fits):
        raise WrongPattern(f"a pattern is one of {', '.join(Fits)}")
    if channel and channel not in set(Channel):
        raise WrongPattern(f"the channel is not one of {', '.join(Channel)}")
    text = text.strip()
    if not text.isprintable():
        raise WrongPattern("a pattern is one line of letters, digits and marks")
    if len(text) > LONGEST:
        raise WrongPattern(f"a pattern has at most {LONGEST} characters")
    return Pattern(Fits(fits), _words(Fits(fits), text), channel)


def _words(fits: Fits, text: str) -> tuple[str, ...]:
    match fits:
        case Fits.CLIENT_ID:
            if len(text) < _FEWEST_LETTERS or " " in text:
                raise WrongPattern("write the client id as the source prints it, without spaces")
            return (text,)
        case Fits.HOST:
            labels = tuple(host_of(text).split("."))
            if len(labels) < 2:
                raise WrongPattern("write a host such as tool.example.com")
            return labels
        case _:
            words = tuple(words_of(normal_form(text)))
    if sum(map(len, words)) < _FEWEST_LETTERS:
        raise WrongPattern("write words with three letters or more; numbers and dates are not compared")
    if len(words) > MOST_WORDS:
        raise WrongPattern(f"write at most {MOST_WORDS} words")
    return words if fits == Fits.BEGINNING else tuple(sorted(set(words)))


class Rules:
    """Rules compiled once. Which of several goes first depends on the rules alone, not on their order."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.rules = sorted(rules, key=lambda rule: (rule.pattern.specific, rule.number), reverse=True)
        self._by_client_id: dict[str, list[int]] = defaultdict(list)
        self._by_host: dict[str, list[int]] = defaultdict(list)
        self._by_word: dict[str, list[int]] = defaultdict(list)
        for position, rule in enumerate(self.rules):
            fits, words, _ = rule.pattern
            match fits:
                case Fits.CLIENT_ID:
                    self._by_client_id[words[0]].append(position)
                case Fits.HOST:
                    self._by_host[".".join(words)].append(position)
                case Fits.BEGINNING:
                    self._by_word[words[0]].append(position)
                case Fits.WORDS:
                    self._by_word[max(words, key=len)].append(position)

    def __bool__(self) -> bool:
        return bool(self.rules)

    def find(self, descriptor: Descriptor) -> Rule | None:
        """The rule that decides about a text: the one that asks the most of it, of equals the newest."""
        return next(self.all(descriptor), None)

    def all(self, descriptor: Descriptor) -> Iterator[Rule]:
        """Every rule that fits a text, the one that decides first."""
        found = set(self._by_client_id.get(descriptor.client_id, ())) if descriptor.client_id else set()
        if self._by_host:
            for host in _hosts(descriptor):
                found.update(self._by_host.get(host, ()))
        if self._by_word and descriptor.channel not in _HOST_CHANNELS:
            words = words_of(descriptor.form)
            held = set(words)
            for word in self._by_word.keys() & held:
                found.update(p for p in self._by_word[word] if _fit(self.rules[p].pattern, words, held))
        for position in sorted(found):
            rule = self.rules[position]
            if rule.pattern.channel in ("", descriptor.channel):
                yield rule


def _fit(pattern: Pattern, words: list[str], held: set[str]) -> bool:
    if pattern.fits == Fits.BEGINNING:
        return tuple(words[: len(pattern.words)]) == pattern.words
    return held.issuperset(pattern.words)


def _hosts(descriptor: Descriptor) -> Iterator[str]:
    """The hosts of a text, each with those that it lies below."""
    named = descriptor.form if descriptor.channel in _HOST_CHANNELS else ""
    for host in {descriptor.host, named}:
        if not host or len(host) > _LONGEST_HOST or " " in host:
            continue
        while host:
            yield host
            host = host.partition(".")[2]
