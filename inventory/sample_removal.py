"""Remove the sample company by one action: what it brought goes, what is real beside it stays.

Its scans are withdrawn as any import is, so a record that a real file shows too stays. When workers
have done that, what is left of it is deleted: sources that no real file filled, accounts of personas
and all that they wrote, texts that no record has. What went is kept as one row, with who asked.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, ProtectedError, Q, QuerySet

from discovery.models import (
    AskedRule,
    DataKey,
    Decision,
    Descriptor,
    DirectoryEntry,
    Person,
    PulledSource,
    Record,
    Scan,
    SealedBlock,
    SealOpening,
    Source,
    TableMapping,
)
from discovery.withdrawal import request_withdrawal
from inventory import demo, demo_company, recompute
from inventory.access import Role
from inventory.decisions import stand_as_logged
from inventory.granting import set_access
from inventory.models import (
    AccessChange,
    CatalogJoin,
    DecisionBatch,
    Flag,
    FlagSubject,
    Installation,
    NameOpening,
    Preview,
    SampleRemoval,
    Tool,
    ToolDecision,
)
from vendors.joining import NotJoined, separate
from vendors.models import OwnCapabilities, Product
from vendors.own import link_capabilities

_OURS = ("vendors", "discovery", "inventory")


class NotRemoved(Exception):
    """One sentence that says why nothing was removed."""


@dataclass(frozen=True)
class Sample:
    """What of the sample company is here."""

    scans: int
    rows: int
    accounts: int
    real_scans: int  # beside it, which stay

    def __bool__(self) -> bool:
        return bool(self.scans or self.accounts)


def sample() -> Sample:
    """Three queries."""
    ours = _scans().exclude(state=Scan.State.WITHDRAWN)
    told = ours.aggregate(scans=models.Count("pk"), rows=models.Sum("rows_read", default=0))
    others = Scan.objects.exclude(pk__in=_scans()).exclude(state=Scan.State.WITHDRAWN)
    return Sample(told["scans"], told["rows"], _accounts().count(), others.count())


def underway() -> SampleRemoval | None:
    return SampleRemoval.objects.filter(finished_at=None).first()


def needs_an_administrator() -> bool:
    """Whether nobody but personas administers this installation."""
    others = get_user_model().objects.exclude(email__in=_addresses()).filter(is_active=True)
    return not others.filter(Q(is_superuser=True) | Q(groups__name=Role.ADMINISTRATOR.value)).exists()


def administrator(email: str, password: str) -> AbstractUser:
    """Make the account of whoever administers this installation afterwards. Raises NotRemoved."""
    email = email.strip().lower()
    users = get_user_model()
    try:
        validate_email(email)
        validate_password(password, users(username=email, email=email))
    except ValidationError as error:
        raise NotRemoved(" ".join(error.messages)) from None
    if users.objects.filter(Q(username=email) | Q(email=email)).exists():
        raise NotRemoved(f"{email} has an account already; choose another address")
    made = users.objects.create_user(email, email, password)
    set_access(made, roles=[Role.ADMINISTRATOR], departments=None, actor=email, reason="sample data removed")
    return made


@transaction.atomic
def request(*, by: str, now: datetime) -> SampleRemoval:
    """Have the sample's scans withdrawn; ``advance`` does the rest. Raises NotRemoved."""
    if not sample():
        raise NotRemoved("there is no sample data here")
    if needs_an_administrator():
        raise NotRemoved("nobody would administer this installation; make an account first")
    reading = _scans().filter(state__in=Scan.UNFINISHED).exclude(state=Scan.State.WITHDRAWING)
    if reading.exists():
        raise NotRemoved("the sample company is still being read; remove it when that has ended")
    try:
        with transaction.atomic():
            before = {"people": Person.objects.count(), "tools": Tool.objects.count()}
            removal = SampleRemoval.objects.create(requested_by=by, requested_at=now, removed=before)
    except IntegrityError:
        raise NotRemoved("the sample data is being removed already") from None
    for scan in _scans().exclude(state=Scan.State.WITHDRAWN).order_by("pk"):
        request_withdrawal(scan.pk, by=demo_company.BY)
    return removal


def advance(now: datetime) -> bool:
    """Delete what is left of the sample once its scans are withdrawn; whether it is gone.

    Safe to call at any time, any number of times: one transaction, and what is left is looked at anew.
    """
    removal = underway()
    if removal is None or _scans().exclude(state=Scan.State.WITHDRAWN, applied_at__isnull=False).exists():
        return False
    undecided = Decision.objects.filter(actor__in=_addresses()).exists()
    with transaction.atomic():
        counts = _delete()
        for what, stays in (("people", Person.objects), ("tools", Tool.objects)):
            counts[what] = removal.removed[what] - stays.count()
        done = SampleRemoval.objects.filter(pk=removal.pk, finished_at=None)
        done.update(finished_at=now, removed=counts)
    shutil.rmtree(demo_company.folder(), ignore_errors=True)
    if undecided:  # personas had said what texts stand for
        recompute.rematch(lambda _number: None, now)
    else:
        recompute.take_in(now)
    return True


def _delete() -> dict[str, int]:
    """Everything of the sample, in an order that no reference forbids; what went, with how many."""
    _catalog()
    counts = {"decisions": _decisions()}
    counts["scans"], counts["sources"] = _scans_and_sources()
    _tools()
    counts["texts"] = _texts()
    counts["accounts"] = _accounts().count()
    for upload in Preview.objects.filter(requested_by__in=_addresses()):
        if upload.path:
            shutil.rmtree(Path(upload.path).parent, ignore_errors=True)
        upload.delete()
    TableMapping.objects.filter(made_by__in=_addresses(), scans=None).delete()
    get_user_model().objects.filter(email__in=_addresses()).delete()
    Installation.objects.filter(pk=1, demo=True).update(demo=False, company="")
    return counts


def _addresses() -> list[str]:
    return [persona.email for persona in demo.PERSONAS]


def _accounts() -> QuerySet[AbstractUser]:
    return get_user_model().objects.filter(email__in=_addresses())


def _scans() -> QuerySet[Scan]:
    """Scans of the sample company's files, whoever withdrew some of them."""
    return Scan.objects.filter(
        Q(requested_by=demo_company.BY) | Q(path__startswith=f"{demo_company.folder()}/")
    )


def _catalog() -> None:
    """Let products of the catalog be again what they are without what personas said and joined."""
    for word in OwnCapabilities.objects.filter(actor__in=_addresses(), taken_back_at=None):
        if product := Product.objects.filter(key=word.product).first():
            link_capabilities(product, word.catalog)
    for made in CatalogJoin.objects.filter(actor__in=_addresses(), undone_at=None):
        with suppress(NotJoined):  # the own product is gone
            separate(made.local, made.catalog, made.kept["product"])


def _decisions() -> int:
    """What personas wrote, in every log. Logs are never rewritten but here, where a whole company goes."""
    theirs = set(DecisionBatch.objects.filter(actor__in=_addresses()).values_list("pk", flat=True))
    theirs |= set(DecisionBatch.objects.filter(undoes__in=theirs).values_list("pk", flat=True))
    theirs |= set(DecisionBatch.objects.filter(undone_by__in=theirs).values_list("pk", flat=True))
    rows = models.QuerySet(ToolDecision).filter(batch__in=theirs)
    tools = set(rows.values_list("tool", flat=True))
    rows.delete()
    models.QuerySet(DecisionBatch).filter(pk__in=theirs, undoes__isnull=False).delete()
    models.QuerySet(DecisionBatch).filter(pk__in=theirs).delete()
    stand_as_logged(tools)
    number = len(theirs)
    number += AccessChange.objects.filter(account__in=_addresses()).delete()[0]
    number += NameOpening.objects.filter(opened_by__in=_addresses()).delete()[0]
    openings = SealOpening.objects.filter(Q(asked_by__in=_addresses()) | Q(answered_by__in=_addresses()))
    number += openings.delete()[0]
    # Later versions of rules stand in the way of the first, which is a row of the same table.
    number += AskedRule.objects.filter(actor__in=_addresses()).exclude(of=None).delete()[0]
    waiting = [
        model
        for label in _OURS
        for model in apps.get_app_config(label).get_models()
        if any(field.name == "actor" for field in model._meta.fields)
    ]
    for _turn in range(len(waiting)):  # a row may stand in the way of another table's
        held = []
        for model in waiting:
            try:
                with transaction.atomic():
                    found = models.QuerySet(model).filter(actor__in=_addresses())
                    number += found.count()
                    found.delete()
            except ProtectedError:
                held.append(model)
        waiting = held
    return number


def _scans_and_sources() -> tuple[int, int]:
    """Scans that stored nothing that still stands, and sources that nothing is left of."""
    stored = [
        Exists(model.objects.filter(scan=OuterRef("pk"))) for model in (Record, DirectoryEntry, SealedBlock)
    ]
    empty = _scans().filter(~stored[0], ~stored[1], ~stored[2])
    sources = set(empty.values_list("source_id", flat=True))
    scans = empty.count()
    empty.delete()
    left = Source.objects.filter(pk__in=sources).filter(
        ~Exists(Scan.objects.filter(source=OuterRef("pk"))),
        ~Exists(Record.objects.filter(source=OuterRef("pk"))),
        ~Exists(SealedBlock.objects.filter(source=OuterRef("pk"))),
        ~Exists(PulledSource.objects.filter(source=OuterRef("pk"))),
    )
    gone = list(left)
    DataKey.objects.filter(source__in=gone).delete()
    left.delete()
    Flag.objects.filter(about=FlagSubject.SOURCE, subject__in=[source.name for source in gone]).delete()
    return scans, len(gone)


def _tools() -> None:
    """Tools that no record tells of and nobody real decided about."""
    decided = ToolDecision.objects.values("tool")
    gone = Tool.objects.filter(first_seen=None, people_count=0, spend={}).exclude(key__in=decided)
    keys = list(gone.values_list("key", flat=True))
    gone.delete()
    Flag.objects.filter(about=FlagSubject.TOOL, subject__in=keys).delete()
    known = Tool.objects.values("key")
    Flag.objects.filter(about=FlagSubject.TOOL, state="closed").exclude(subject__in=known).delete()


def _texts() -> int:
    """Texts that no record has. Which sealed ones are in use is sealed, too: they go with the last block."""
    private = Decision.objects.filter(kind=Decision.Kind.PRIVATE).exists()
    unused = Descriptor.objects.filter(~Exists(Record.objects.filter(descriptor=OuterRef("pk"))))
    if SealedBlock.objects.exists():
        unused = unused.none() if private else unused.exclude(state=Descriptor.State.SEALED)
    keys = [bytes(key).hex() for key in unused.values_list("key", flat=True)]
    number, _ = unused.delete()
    Flag.objects.filter(about=FlagSubject.APP, subject__in=keys).delete()
    return number
