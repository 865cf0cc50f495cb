"""What a descriptor stands for: by a person's decision, else by the company's rules, else by the matcher.

:mod:`discovery.descriptor_store` keeps the answers, :mod:`discovery.reconsider` asks again.
"""

from __future__ import annotations

from discovery.decided import decisions_about_texts, recognition_by, text_key
from discovery.models import Decision
from discovery.models import Descriptor as StoredDescriptor
from discovery.own_rules import NOT_AI as NOT_AI
from discovery.own_rules import OwnWords, own_words
from vendors.catalog_index import catalog_version, load_matcher
from vendors.matching import Decision as Outcome
from vendors.matching import Descriptor, Matcher, Recognition
from vendors.matching.answers import NoneBecause

State = StoredDescriptor.State


class Recogniser:
    """The matcher of the loaded catalog, above it the company's rules, above them decisions about texts.

    ``matcher`` and ``own``: others than those that hold, to see what they would change.
    """

    def __init__(self, matcher: Matcher | None = None, own: OwnWords | None = None) -> None:
        self.version = recognition_version()
        self.catalog = self.version[0]
        self._matcher: Matcher = load_matcher() if matcher is None else matcher
        self._decided = decisions_about_texts()
        self._own = own_words() if own is None else own
        self._by_rule: dict[int, Recognition] = {}

    def recognise(self, descriptor: Descriptor, sealed_by: str | None = None) -> tuple[Recognition, str]:
        """(what it stands for, who decided: empty for the matcher).

        ``sealed_by``: for a text that is sealed, who decided so, empty for the matcher. What the matcher
        sealed opens by the shipped catalog, and by words of the company's own only with a second
        person's consent.
        """
        if self._decided:
            decided = self.decided(descriptor)
            if decided is not None:
                return decided
        return self.undecided(descriptor, sealed_by)

    def decided(self, descriptor: Descriptor) -> tuple[Recognition, str] | None:
        """What a person decided about this very text, and who."""
        return self._decided.get(text_key(descriptor.channel, descriptor.form)) if self._decided else None

    def undecided(self, descriptor: Descriptor, sealed_by: str | None = None) -> tuple[Recognition, str]:
        """The answer of rules and matcher, as if nobody had decided about this text."""
        guarded = sealed_by == ""
        rules = self._own.opening if guarded else self._own.compiled
        if rules and (rule := rules.find(descriptor)) is not None:
            held = self._own.by_version[rule.number]
            if held.version not in self._by_rule:
                self._by_rule[held.version] = recognition_by(held)
            return self._by_rule[held.version], held.name
        recognition = self._matcher.recognise(descriptor)
        if guarded and (recognition.product or recognition.vendor) in self._own.closed:
            return _STAYS_SEALED, ""
        return recognition, ""


#: What the company's own words would open and nobody has agreed to.
_STAYS_SEALED = Recognition(Outcome.NONE, none_because=NoneBecause.UNKNOWN)

#: Decisions that change what texts stand for.
_KINDS = (Decision.Kind.RECOGNISE, Decision.Kind.RULE, Decision.Kind.OPENING)


def recognition_version() -> tuple[str, int]:
    """What answers depend on: the catalog's version and the newest decision."""
    newest = Decision.objects.filter(kind__in=_KINDS).order_by("-pk")
    return catalog_version(), newest.values_list("pk", flat=True).first() or 0


def state_of(recognition: Recognition) -> str:
    match recognition.decision:
        case Outcome.MATCH:
            return State.AI
        case Outcome.REVIEW:
            return State.REVIEW
        case _:
            return State.SEALED
