"""The whole decision for one descriptor, in the order in which a careful reader would make it.

Client id, then domain, then words. A text without any identifier of the catalog, which is nearly
every one, is done after the lookup of its words.
"""

from __future__ import annotations

import re
from dataclasses import replace

from vendors.matching.accelerators import Machine, machine
from vendors.matching.answers import Channel, Considered, Decision, Descriptor, NoneBecause, Recognition
from vendors.matching.beside import Evidence
from vendors.matching.candidates import CUT_SHARE, Candidate, How, Index
from vendors.matching.carriers import Carrier
from vendors.matching.catalog import CatalogEntries, Scope, Strength
from vendors.matching.categories import sells_software
from vendors.matching.covered import uncovered
from vendors.matching.decide import choose
from vendors.matching.explain import alternatives, considered, reasons, sentence
from vendors.matching.grammar import (
    HELP_HOSTS,
    STATEMENT_CHANNELS,
    Reading,
    end_of_names,
    names_nobody,
    read,
    words_of,
)
from vendors.matching.host_index import HostIndex
from vendors.matching.lexicon import (
    BILLING,
    MORE_PLANS,
    PLAN_NAME,
    SUBSCRIPTION,
    TASK,
    TYPED_AI_WORD,
)
from vendors.matching.parts import Part, parts
from vendors.matching.plans import plan_of
from vendors.matching.score import weigh
from vendors.matching.signs import may_be_built, says_ai, sign_in_host
from vendors.matching.unlisted import (
    NOTHING_KNOWN,
    behind_carrier,
    none,
    nothing_known,
    perhaps_its_only_one,
    possibly,
    unlisted,
)
from vendors.matching.weighed import Weighed

_HOST_CHANNELS = (Channel.DOMAIN, Channel.NETWORK)
_APP_CHANNELS = (Channel.SSO_APP, Channel.OAUTH)
_TYPED_CHANNELS = (Channel.EXPENSE, Channel.PROCUREMENT)
_WORD = re.compile(r"[^\W\d_]{2,}")
#: Characters of a normal form; what names a merchant, an app or a thing that was bought stands before that.
_LONGEST = 1_000
_SHARE_BEHIND_CARRIER = 0.6
#: A typed text that is no longer than that is a name, mostly.
_FEW_WORDS = 3
#: Sign-in pages of identity providers: they say nothing about the app behind them.
_SIGN_IN_HOSTS = (
    "okta.com", "oktapreview.com", "okta-emea.com", "onelogin.com", "microsoftonline.com", "microsoft.com",
    "windowsazure.com", "myapps.microsoft.com", "accounts.google.com", "google.com", "duosecurity.com",
    "auth0.com", "jumpcloud.com", "pingidentity.com", "pingone.com", "windows.net", "amazonaws.com",
    "awsapps.com", "cloudflareaccess.com", "workos.com", "clerk.dev", "localhost",
)  # fmt: skip

#: How the id of a package of software begins: a package URL.
_PACKAGE = "pkg:"


class Matcher:
    """Recognises descriptors against one catalog. The same question always gets the same answer."""

    def __init__(self, entries: CatalogEntries) -> None:
        self._index = Index(entries)
        self._hosts = HostIndex(entries)
        self._names = {p.key: p.name for p in entries.products} | {v.key: v.name for v in entries.vendors}

    def recognise(self, descriptor: Descriptor) -> Recognition:
        """What a descriptor stands for. Of a text beyond all measure only the beginning is read."""
        if len(descriptor.form) > _LONGEST:
            descriptor = descriptor._replace(form=descriptor.form[:_LONGEST])
        channel, form, client_id, host = _told_by(descriptor)
        if client_id and (found := self._index.client_id(client_id)):
            reading = read(channel, form)
            return self._answer(Evidence(descriptor, reading, found), None) or NOTHING_KNOWN
        if channel in _HOST_CHANNELS:
            return self._recognise_host(descriptor)
        if not form and host:
            return self._recognise_host(descriptor)
        if not _WORD.search(form) and not self._index.text(words_of(form)):  # "11x" is a name
            return none(NoneBecause.UNREADABLE, "there is no readable word in the text")
        answer = self._recognise_text(descriptor)
        return _of_a_package(answer) if client_id.startswith(_PACKAGE) else answer

    # --- for who decides ----------------------------------------------------------------------------

    def consider(self, descriptor: Descriptor) -> tuple[Considered, ...]:
        """Every tool that a descriptor may stand for, the likeliest first, however unlikely."""
        return considered(weigh(self._evidence(descriptor)))

    def parts(self, descriptor: Descriptor, text: str) -> tuple[Part, ...]:
        """A text with this descriptor as it came, cut into what its parts were taken for."""
        evidence = self._evidence(descriptor)
        named = sorted(evidence.candidates, key=lambda c: c.start - c.stop)  # the longer name first
        return parts(text, evidence.reading, named)

    def _evidence(self, descriptor: Descriptor) -> Evidence:
        descriptor = descriptor._replace(form=descriptor.form[:_LONGEST])
        channel, form, client_id, host = _told_by(descriptor)
        if client_id and (found := self._index.client_id(client_id)):
            return Evidence(descriptor, read(channel, form), found)
        if channel in _HOST_CHANNELS or not form:
            named = (form if "." in form else host).partition("/")[0]
            return Evidence(descriptor, read(channel, named), self._hosts.named(named))
        reading = read(channel, form)
        candidates, foreign = self._candidates(descriptor, reading)
        return Evidence(descriptor, reading, candidates, foreign)

    # --- texts --------------------------------------------------------------------------------------

    def _recognise_text(self, descriptor: Descriptor) -> Recognition:
        channel, form, mcc = descriptor[:3]
        if channel == Channel.PROCUREMENT and (found := machine(form)) and found.product in self._names:
            return self._of_a_machine(found)
        reading = read(channel, form)
        candidates, foreign = self._candidates(descriptor, reading)
        if candidates:
            evidence = Evidence(descriptor, reading, candidates, foreign)
            if (answer := self._answer(evidence, reading.carrier)) is not None:
                if answer.decision != Decision.NONE:
                    return answer
                # What is no tool of this name may be another: "Tandem Health Scribe" is none called Scribe.
                other = unlisted(
                    descriptor, reading, candidates, self._index.only_product, spoken_against=True
                )
                return answer if other.decision == Decision.NONE else other
        elif not foreign and not says_ai(form, reading) and not may_be_built(descriptor, reading):
            return nothing_known(mcc, reading, channel)
        if reading.carrier is not None and names_nobody(reading):
            return behind_carrier(reading.carrier)
        return unlisted(descriptor, reading, candidates, self._index.only_product)

    def _of_a_machine(self, found: Machine) -> Recognition:
        """A line of a cloud's bill; of chips that draw pictures too a person says what they were for."""
        ground = f"“{found.named}” is a machine with chips for AI"
        doubt = "" if found.sure else ", which draw pictures as well"
        return Recognition(
            Decision.MATCH if found.sure else Decision.REVIEW,
            found.product,
            found.product.partition("/")[0],
            score=0.9 if found.sure else 0.6,
            reasons=(sentence(ground + doubt),),
        )

    def _candidates(self, descriptor: Descriptor, reading: Reading) -> tuple[list[Candidate], list[str]]:
        """(identifiers the text may name, hosts in it or beside it that nobody in the catalog has)."""
        channel, form, host = descriptor.channel, descriptor.form, descriptor.host
        index, words = self._index, reading.words
        candidates = index.text(words)
        foreign: list[str] = []
        if "." in reading.body:
            by_domain, foreign = self._hosts.in_text(reading.body, words)
            candidates += by_domain
        if host:
            by_host = self._hosts.named(host)
            candidates += by_host
            if not by_host and channel in _APP_CHANNELS and not host.endswith(_SIGN_IN_HOSTS):
                foreign = [*foreign, host]
        if candidates:
            candidates = uncovered(candidates)
            named = {c.identifier.vendor for c in candidates if c.identifier.product is not None}
            # A carrier's own name says nothing of the words behind it: "Google *Garage Opal".
            makers = [
                c for c in candidates if c.identifier.product is None and not c.stop <= reading.lead > 0
            ]
            vendors = [c.identifier.vendor for c in makers]
            candidates += index.parts(words, [v for v in vendors if v not in named])
        enough = bool(candidates) and any(_enough(c) for c in candidates)
        if channel in STATEMENT_CHANNELS and not enough:
            candidates = self._of_a_statement(descriptor, reading, candidates)
        elif channel in STATEMENT_CHANNELS:
            candidates = uncovered(candidates + self._longer_and_cut_off(reading, candidates))
        elif channel in _APP_CHANNELS and not candidates:
            candidates = index.displayed(words[: reading.part_of(0, 0)[1]])
        elif channel in _TYPED_CHANNELS:
            candidates = self._as_typed(form, words, candidates, enough)
        return candidates, [h for h in foreign if not h.endswith(HELP_HOSTS)] if foreign else foreign

    def _of_a_statement(
        self, descriptor: Descriptor, reading: Reading, candidates: list[Candidate]
    ) -> list[Candidate]:
        """With names that the statement's field cut off, or, where software was sold, has wrong."""
        index, words, mcc = self._index, reading.words, descriptor.mcc
        # A carrier's prefix takes its letters from the merchant's.
        share = _SHARE_BEHIND_CARRIER if reading.carrier else CUT_SHARE
        candidates = uncovered(candidates + index.cut(words, reading.lead, reading.end, share))
        if not candidates and index.may_be_cut(words, reading.lead, reading.end):
            sold = reading.carrier or sells_software(mcc) or SUBSCRIPTION.search(descriptor.form)
            if sold:  # an unknown town, or more words, behind it
                for end in range(reading.end - 1, reading.lead, -1):
                    if candidates := index.cut(words, reading.lead, end):
                        break
        if not candidates:
            candidates = self._hosts.cut_off(reading.body, words)
        if not candidates:
            speaks = sells_software(mcc) or says_ai(descriptor.form, reading)
            return index.typos(words) if speaks else []
        # The maker's name may be cut off at the end of the field.
        named = {c.identifier.vendor for c in candidates}
        end = end_of_names(reading)
        last = index.cut(words, end - 1, end, share=0.5)
        return candidates + [c for c in last if c.identifier.vendor in named]

    def _longer_and_cut_off(self, reading: Reading, candidates: list[Candidate]) -> list[Candidate]:
        """A maker's longer name whose last word the field cut off: "Microsoft Copilot Stud"."""
        end = end_of_names(reading)
        vendors = {c.identifier.vendor for c in candidates if c.start <= reading.lead and c.stop == end - 1}
        if not vendors:
            return []
        cut = self._index.cut(reading.words, reading.lead, end)
        return [c for c in cut if c.identifier.vendor in vendors]

    def _as_typed(
        self, form: str, words: list[str], candidates: list[Candidate], enough: bool
    ) -> list[Candidate]:
        """With names that people misspelt or shortened."""
        if not candidates and len(words) > _FEW_WORDS and not _speaks_of_software(form):
            return candidates
        typos = self._index.typos(words)
        # Where a name stands spelled in full, a typo counts only as part of a longer name.
        candidates = candidates + [c for c in typos if not enough or c.stop - c.start > 1]
        if not any(c.identifier.scope == Scope.DEDICATED for c in candidates):
            first = range(min(len(words), _FEW_WORDS))
            candidates = candidates + [c for at in first for c in self._index.shortened(words, at)]
        return uncovered(candidates)

    # --- hosts --------------------------------------------------------------------------------------

    def _recognise_host(self, descriptor: Descriptor) -> Recognition:
        host, path = descriptor.form if "." in descriptor.form else descriptor.host, ""
        if host.count("/") == 1:
            host, _, path = host.partition("/")
        if not host or " " in host:
            return none(NoneBecause.UNREADABLE, "there is no host name in the text")
        if found := self._hosts.named(host):
            reading = read(descriptor.channel, host)
            answer = self._answer(Evidence(descriptor, reading, found), None)
            if answer is not None and answer.decision == Decision.MATCH:
                return answer
            domain = found[0].identifier.value
            if path and (named := self._named_by_path(path, found[0].identifier.vendor)) is not None:
                reason = sentence(f"“/{path}” at {domain} is where {self._names[named]} is used")
                vendor = found[0].identifier.vendor
                return Recognition(Decision.MATCH, named, vendor, score=0.9, reasons=(reason,))
            if sign := sign_in_host(host, domain):
                vendor = found[0].identifier.vendor
                if product := self._index.only_product(vendor):
                    return perhaps_its_only_one(sign, product, vendor, domain)
                return possibly(sign, vendor)
            return none(NoneBecause.UNKNOWN, f"the domain {domain} also serves what is not AI")
        if name := self._index.look_alike(host):
            return none(NoneBecause.UNKNOWN, f"the host carries the name “{name}” and is not its maker's")
        if sign := sign_in_host(host):
            return possibly(sign)
        return none(NoneBecause.UNKNOWN, "no product of the catalog has this domain")

    def _named_by_path(self, path: str, vendor: str) -> str | None:
        """The one product of a maker that a path on its host names."""
        words = path.split("-")
        candidates = [c for c in self._index.text(words) if c.identifier.vendor == vendor]
        candidates += self._index.parts(words, [vendor])
        products = {c.identifier.product for c in candidates} - {None}
        return products.pop() if len(products) == 1 else None

    # --- answers ------------------------------------------------------------------------------------

    def _answer(self, evidence: Evidence, carrier: Carrier | None) -> Recognition | None:
        """The recognition that the candidates give, or None where they are not worth a look."""
        weighed = weigh(evidence)
        choice = choose(weighed, evidence.reading)
        name = carrier.name if carrier else None
        if choice is None:
            return self._spoken_against(weighed, name)
        product = choice.tool.product
        plan = None
        if product is not None and choice.decision == Decision.MATCH:
            plan = plan_of(choice.best.candidate, evidence.reading, self._names.get(product, ""))
        return Recognition(
            choice.decision,
            product=product,
            vendor=choice.tool.vendor,
            plan=plan,
            model_vendor=choice.model_vendor,
            score=round(choice.best.score, 2),
            carrier=name,
            reasons=reasons(choice, self._names, carrier),
            alternatives=alternatives(weighed, choice.tool),
        )

    def _spoken_against(self, weighed: list[Weighed], carrier: str | None) -> Recognition | None:
        for w in weighed:
            if w.against:
                name = w.candidate.identifier.value
                return none(
                    NoneBecause.NOT_AI, f"“{name}” is also an AI tool's name, but {w.against}", carrier
                )
        return None


def _told_by(descriptor: Descriptor) -> tuple[str, str, str, str]:
    """(channel, normal form, client id, host)."""
    return descriptor.channel, descriptor.form, descriptor.client_id, descriptor.host


def _enough(c: Candidate) -> bool:
    """Whether a candidate needs no help from names with a typo."""
    identifier = c.identifier
    return c.how in (How.DOMAIN, How.PARTS) or (
        identifier.strength == Strength.DISTINCTIVE and identifier.scope == Scope.DEDICATED
    )


def _speaks_of_software(form: str) -> bool:
    """Whether a misspelled name is worth looking for in a text that people typed."""
    spoken = (BILLING, TYPED_AI_WORD, TASK, PLAN_NAME, MORE_PLANS)
    return "software" in form or any(words.search(form) for words in spoken)


def _of_a_package(found: Recognition) -> Recognition:
    """What the name of a package says whose id no entry has: anybody may name theirs after a tool."""
    if found.decision != Decision.MATCH:
        return found
    said = "A package can be named after a tool by anybody, and the catalog does not know this one by its id."
    return replace(found, decision=Decision.REVIEW, reasons=(*found.reasons, said))
