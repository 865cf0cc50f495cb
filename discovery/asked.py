"""Answers about recognitions that people give on pages: written down there, decided by a worker.

A page may see what waits for a person and has no sealing key; a decision names its text by a keyed
hash and may have to seal it. So a page writes down who answered what and why, and who has the key
takes that up within seconds, in the order in which it was asked, each once.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from discovery import openings
from discovery.decisions import WrongDecision, in_catalog, settle_recognition, subject_text
from discovery.models import AskedRecognition, Decision, Descriptor
from discovery.recognise import NOT_AI
from discovery.recognition_columns import opened
from discovery.reconsider import reconsider
from discovery.sealing import Vault


def waiting() -> QuerySet[AskedRecognition]:
    """What was asked and no worker has taken up yet."""
    return AskedRecognition.objects.filter(decision=None, refused="")


def ask_recognition(
    descriptor: Descriptor, answer: str, *, actor: str, reason: str, ask_all: bool = False
) -> AskedRecognition:
    """Answer what a text that waits for a person stands for: a product key, a vendor key or ``not_ai``.

    ``ask_all`` says that the catalog changed with the answer. Raises WrongDecision.
    """
    if not descriptor.form:
        raise WrongDecision("there is nothing readable in the text, so that no decision could bind to it")
    if answer != NOT_AI and not in_catalog(answer):
        raise WrongDecision(f"{answer} is neither a product nor a vendor of the catalog")
    if not reason.strip():
        raise WrongDecision("say why: the reason is kept with the decision")
    try:
        with transaction.atomic():
            return AskedRecognition.objects.create(
                descriptor=descriptor, answer=answer, actor=actor, reason=reason.strip(), ask_all=ask_all
            )
    except IntegrityError:
        raise WrongDecision("somebody has answered this one just now") from None


def ask_undo(decision: Decision, *, actor: str, reason: str, ask_all: bool = False) -> AskedRecognition:
    """Ask that a decision about a text gives way to what held before it. Raises WrongDecision."""
    if not reason.strip():
        raise WrongDecision("say why: the reason is kept with the decision")
    if newest_of(decision) != decision:
        raise WrongDecision("a newer decision about the same text holds; undo that one")
    try:
        with transaction.atomic():
            return AskedRecognition.objects.create(
                undoes=decision, actor=actor, reason=reason.strip(), ask_all=ask_all
            )
    except IntegrityError:
        raise WrongDecision("this decision is undone already") from None


def newest_of(decision: Decision) -> Decision | None:
    """The newest decision about the text of this one."""
    return _about(decision).order_by("-pk").first()


def _about(decision: Decision) -> QuerySet[Decision]:
    return Decision.objects.filter(kind=Decision.Kind.RECOGNISE, subject__text=decision.subject["text"])


# --- with the sealing key ---------------------------------------------------------------------------


def take_asked() -> int:
    """Decide by everything that was asked; how much was taken up. Safe to repeat and to cut off.

    Records follow with ``follow_decisions``.
    """
    taken = 0
    for asked in list(waiting().order_by("pk")):
        if asked.ask_all:
            reconsider()
            if asked.undoes is None:
                openings.ask_for_product(asked.answer, asked_by=asked.actor, reason=asked.reason)
        with transaction.atomic():
            held = waiting().select_for_update(of=("self",)).filter(pk=asked.pk).first()
            if held is None:  # another worker was first
                continue
            try:
                with transaction.atomic():
                    held.decision = _decide(held)
            except WrongDecision as wrong:
                held.refused = str(wrong)
            held.save(update_fields=["decision", "refused"])
        taken += 1
    return taken


def _decide(asked: AskedRecognition) -> Decision:
    if asked.undoes is not None:
        if newest_of(asked.undoes) != asked.undoes:
            raise WrongDecision("a newer decision about the same text holds")
        before = _about(asked.undoes).filter(pk__lt=asked.undoes.pk).order_by("-pk").first()
        channel, form = asked.undoes.subject["channel"], subject_text(asked.undoes)
        answer = (before.after if before else None) or ""
    else:
        descriptor = opened(Vault(), asked.descriptor)
        if descriptor is None:
            raise WrongDecision("the key of its month was destroyed: nobody can read the text any more")
        channel, form, answer = descriptor.channel, descriptor.form, asked.answer
    return settle_recognition(channel, form, answer, actor=asked.actor, reason=asked.reason)
