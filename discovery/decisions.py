"""What people decide about recognitions and purchases, written down with who and why.

A decision binds to a text or to two record keys and holds until a newer one for the same
subject; everything derived follows at once.
"""

from __future__ import annotations

from django.db import transaction

from discovery.changes import vendors_underived
from discovery.decided import text_key
from discovery.derive import derive
from discovery.identity import record_key
from discovery.journals import purge
from discovery.models import Decision, Descriptor, Record, UnderivedVendor
from discovery.recognise import NOT_AI
from discovery.reconcile import reconcile_all
from discovery.reconsider import reconsider
from discovery.sealing import open_text, seal_text
from vendors.matching import normal_form
from vendors.models import Product, Vendor


class WrongDecision(ValueError):
    """A decision that cannot be taken: one sentence that says why."""


def decide_recognition(channel: str, text: str, answer: str, *, actor: str, reason: str) -> Decision:
    """Decide what a text stands for: a product key, a vendor key, ``not_ai``, or "" for the matcher again.

    Holds for every record with this text in this channel, whatever came with it. What is not AI is
    sealed at once; what a decision sealed is opened at once by one that takes it back, and what the
    matcher sealed by the next ``rematch``. Raises WrongDecision.
    """
    decision = settle_recognition(channel, normal_form(text), answer, actor=actor, reason=reason)
    reconcile_all()
    derive()
    purge()
    return decision


def settle_recognition(channel: str, form: str, answer: str, *, actor: str, reason: str) -> Decision:
    """Write a decision about a text's normal form down, and what the text stands for by it.

    Its records follow with ``follow_decisions``. Raises WrongDecision.
    """
    if not form:
        raise WrongDecision("there is nothing readable in the text; name it as the statement prints it")
    if answer not in ("", NOT_AI) and not in_catalog(answer):
        raise WrongDecision(f"{answer} is neither a product nor a vendor of the catalog, nor {NOT_AI}")
    if not reason.strip():
        raise WrongDecision("say why: the reason is kept with the decision")
    readable = Descriptor.objects.filter(channel=channel, form=form)
    # What a decision or rule sealed before has to be opened to see whether it is this text.
    sealed = Descriptor.objects.filter(channel=channel, state=Descriptor.State.SEALED).exclude(decided_by="")
    with transaction.atomic():
        before = readable.values_list("product", "vendor", "decision").order_by("pk").first()
        decision = Decision.objects.create(
            kind=Decision.Kind.RECOGNISE,
            subject=_subject(channel, form, readable=answer not in ("", NOT_AI)),
            before=before and (before[0] or before[1] or before[2]),
            after=answer or None,
            actor=actor,
            reason=reason.strip(),
        )
        if answer == NOT_AI:
            _seal_earlier(decision, channel, form)
        reconsider(
            [*readable.select_related("data_key"), *sealed.select_related("data_key")],
            touches=lambda text: (text.channel, text.form) == (channel, form),
        )
    return decision


def _subject(channel: str, form: str, *, readable: bool) -> dict[str, str]:
    """A text as a decision names it: its keyed hash, and itself, sealed unless it is an AI tool's."""
    shown = {"form": form} if readable else {"sealed": seal_text(form).hex()}
    return {"channel": channel, "text": text_key(channel, form), **shown}


def _seal_earlier(decision: Decision, channel: str, form: str) -> None:
    """Decisions that took the text for an AI tool's name it readable; no longer."""
    for earlier in Decision.objects.filter(kind=decision.kind, subject__text=decision.subject["text"]):
        if "form" in earlier.subject:
            earlier.subject = _subject(channel, form, readable=False)
            earlier.save(update_fields=["subject"])


def subject_text(decision: Decision) -> str:
    """The text that a recognition was decided for. For workers and the command line."""
    shown: dict[str, str] = decision.subject
    return shown["form"] if "form" in shown else open_text(bytes.fromhex(shown["sealed"]))


def decide_purchase(one: Record, other: Record, same: bool | None, *, actor: str, reason: str) -> Decision:
    """Decide that two records are one purchase or are not; None gives them back to the rule."""
    decision = settle_purchase(one, other, same, actor=actor, reason=reason)
    derive()
    return decision


def settle_purchase(one: Record, other: Record, same: bool | None, *, actor: str, reason: str) -> Decision:
    """Write a decision about two records down; their purchases follow with ``follow_decisions``.

    Raises WrongDecision.
    """
    if not reason.strip():
        raise WrongDecision("say why: the reason is kept with the decision")
    keys = sorted(record_key(record.identity, record.content).hex() for record in (one, other))
    if keys[0] == keys[1]:
        raise WrongDecision("a record and itself are one purchase; choose two records")
    with transaction.atomic():
        decision = Decision.objects.create(
            kind=Decision.Kind.DIFFERENT_PURCHASES if same is False else Decision.Kind.SAME_PURCHASE,
            subject=keys,
            before=bool(one.purchase_id and one.purchase_id == other.purchase_id),
            after=None if same is None else True,
            actor=actor,
            reason=reason.strip(),
        )
        vendors_underived(record.descriptor.vendor or f"?{record.descriptor_id}" for record in (one, other))
    return decision


def follow_decisions() -> None:
    """Bring records, people and purchases in line with what was decided. For who has the sealing key.

    Pages only write decisions down; this is safe at any time and safe to repeat.
    """
    reconcile_all()
    if UnderivedVendor.objects.exists():
        derive()
    purge()


def in_catalog(key: str) -> bool:
    """Whether a key is a product's or a vendor's."""
    return Product.objects.filter(key=key).exists() or Vendor.objects.filter(key=key).exists()
