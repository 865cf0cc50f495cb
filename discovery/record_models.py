"""Records of AI tools, or of what may be one: readable."""

from django.db import models
from django.db.models import Q

from discovery.choice_constraints import one_of
from discovery.descriptor_models import Descriptor
from discovery.people_models import Person
from discovery.purchase_models import Purchase
from discovery.records import Switch
from discovery.scan_models import Scan, Source


class RecordKind(models.TextChoices):
    SPEND = "spend", "spend"
    PRESENCE = "presence", "sign-in in a week"
    GRANT = "grant", "OAuth grant"
    LICENCE = "licence", "licence"
    USAGE = "usage", "metered use"
    SEEN = "seen", "software or site seen in a week"
    CONTRACT = "contract", "contract"


class SwitchState(models.TextChoices):
    ON = Switch.ON.value, "on"
    OFF = Switch.OFF.value, "off"
    UNKNOWN = Switch.UNKNOWN.value, "unknown"


class Record(models.Model):
    """A record of an AI tool, or of what may be one: readable.

    One row per version; ``current`` marks those that count.
    """

    Kind = RecordKind

    source = models.ForeignKey(Source, models.PROTECT, related_name="records")
    identity = models.BinaryField(max_length=16)
    content = models.BinaryField(max_length=8)
    current = models.BooleanField(default=True)
    scan = models.ForeignKey(Scan, models.PROTECT, related_name="+", help_text="the scan that stored it")
    line = models.PositiveIntegerField(help_text="in that scan's file")
    kind = models.CharField(max_length=8, choices=Kind)
    descriptor = models.ForeignKey(Descriptor, models.PROTECT, related_name="records")
    account = models.CharField(max_length=120, blank=True)
    date = models.DateField(
        help_text="of a presence, or of what was seen: the Monday of its week; of a licence: its list's day; "
        "of metered use: the first day of its period; of a contract: the day its register was read"
    )
    text = models.TextField(help_text="as it came")
    own_id = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    login = models.CharField(max_length=254, blank=True)
    person_name = models.CharField(max_length=200, blank=True)
    card = models.CharField(max_length=40, blank=True)
    payment = models.CharField(max_length=8, blank=True)
    type = models.CharField(
        max_length=40,
        blank=True,
        help_text="the source's own word for the kind of line; of what was seen: in what",
    )
    amount = models.BigIntegerField(
        null=True, help_text="10⁻⁶; of metered use its cost, of a contract what it commits to: no charges"
    )
    currency = models.CharField(max_length=3, blank=True)
    net = models.BigIntegerField(null=True)
    tax = models.BigIntegerField(null=True)
    merchant_amount = models.BigIntegerField(null=True)
    merchant_currency = models.CharField(max_length=3, blank=True)
    department = models.CharField(max_length=120, blank=True)
    cost_centre = models.CharField(max_length=60, blank=True)
    scopes = models.JSONField(default=list)
    document = models.CharField(max_length=200, blank=True, help_text="the invoice that the line is of")
    due = models.DateField(null=True, help_text="when it is to be paid, where the source says so")
    revoked = models.BooleanField(default=False)
    attempt = models.BooleanField(default=False, help_text="a refused or failed sign-in: not use")
    plan = models.CharField(max_length=80, blank=True, help_text="of a licence or contract, as stated")
    state = models.CharField(max_length=8, blank=True, help_text="of a licence: on, off or unknown")
    last_active = models.DateField(null=True, help_text="of a licence: when its person last used it")
    until = models.DateField(
        null=True, help_text="of metered use: the first day after its period; of a contract: its end"
    )
    details = models.JSONField(default=dict, help_text="what else only its kind states, see kept_rows")
    #: Derived from all records plus decisions; recomputed, never edited.
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="records")
    purchase = models.ForeignKey(Purchase, models.SET_NULL, null=True, related_name="records")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "identity", "content"], name="record_version_once"),
            one_of("kind", RecordKind, "record_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="spend", amount__isnull=False) & ~Q(currency="") | ~Q(kind="spend"),
                name="spend_has_amount_and_currency",
            ),
            models.CheckConstraint(
                condition=~Q(kind="usage") | Q(amount__isnull=True) | ~Q(currency=""),
                name="usage_cost_has_currency",
            ),
            models.CheckConstraint(
                condition=Q(kind="licence", state__in=SwitchState.values) | ~Q(kind="licence") & Q(state=""),
                name="licence_is_on_off_or_unknown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.date}"
