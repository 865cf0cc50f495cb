"""What was seen: sources, scans, and what they showed.

What stands for an AI tool, or may, is stored readable (:class:`Record`). Everything else is
sealed (:class:`SealedBlock`): outside its ciphertext stand keyed identities, counts and sums.
Identities, contents and handles are keyed hashes: without the installation's key they can
neither be computed nor compared with a guess.
"""

from django.db import models
from django.db.models import Q

from discovery.connectors.base import Kind
from discovery.expectation_models import SourceExpectation as SourceExpectation
from discovery.pull_models import Connection as Connection
from discovery.pull_models import ConnectionChange as ConnectionChange
from discovery.pull_models import PulledSource as PulledSource
from discovery.pull_models import WorkerKey as WorkerKey
from discovery.records import Switch
from discovery.review_models import AskedRecognition as AskedRecognition
from discovery.review_models import JudgedRecords as JudgedRecords
from discovery.rule_models import AskedRule as AskedRule
from discovery.rule_models import SealOpening as SealOpening
from discovery.watched_models import WatchedFile as WatchedFile


class Standing(models.TextChoices):
    """Whether metered use counts as spend."""

    COUNTS = "counts", "counts as spend"
    COVERED = "covered", "explains a charge"
    TWICE = "twice", "told by another source too"


def _one_of(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": choices.values}), name=name)


class Source(models.Model):
    """A configured place that records come from."""

    name = models.CharField(max_length=120, unique=True)
    connector = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=[(k.value, k.value) for k in Kind])
    #: Who may change this source's stored records, one at a time: see ``leases``.
    busy_with = models.CharField(max_length=140, blank=True)
    busy_at = models.DateTimeField(null=True, help_text="that writer's last sign of life")
    reconciled = models.BigIntegerField(
        default=0, help_text="the recognition serial this source's records were last brought in line with"
    )

    def __str__(self) -> str:
        return self.name


class TableMapping(models.Model):
    """How tables of one shape are read, as a person said it. Never changed: a new one takes its place.

    See :mod:`discovery.connectors.table_mapping`.
    """

    name = models.CharField(max_length=120, help_text="what people call it, and the source that it fills")
    shape = models.CharField(max_length=32, help_text="digest of the header")
    kind = models.CharField(max_length=20, choices=[(k.value, k.value) for k in Kind])
    headers = models.JSONField(help_text="the header's cells as they stand in the file")
    columns = models.JSONField(help_text="meaning → column")
    mark = models.CharField(max_length=1, blank=True, help_text="decimal mark where no amount shows it")
    day_first = models.BooleanField(null=True, help_text="how 03/04 is meant where no date shows it")
    currency = models.CharField(max_length=3, blank=True, help_text="of amounts whose row states none")
    spending_is_negative = models.BooleanField()
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField()
    deleted_by = models.CharField(max_length=254, blank=True)
    deleted_at = models.DateTimeField(null=True, help_text="from when on no further file is read by it")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shape"],
                condition=Q(deleted_at=None),
                name="table_mapping_once_a_shape",
                violation_error_message="Tables with this header have a mapping already.",
            ),
            models.CheckConstraint(
                condition=Q(mark__in=["", ".", ","]),
                name="table_mapping_mark_known",
                violation_error_message="The decimal mark is a point or a comma.",
            ),
            models.CheckConstraint(
                condition=Q(deleted_by="", deleted_at__isnull=True)
                | (~Q(deleted_by="") & Q(deleted_at__isnull=False)),
                name="table_mapping_deleted_says_who",
                violation_error_message="A mapping that is deleted says by whom.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ScanState(models.TextChoices):
    WAITING = "waiting", "waiting"
    READING = "reading", "reading"
    MERGING = "merging", "merging"
    DERIVING = "deriving", "working out people and purchases"
    DONE = "done", "done"
    QUESTION = "question", "needs an answer"
    FAILED = "failed", "failed"
    WITHDRAWING = "withdrawing", "being withdrawn"
    WITHDRAWN = "withdrawn", "withdrawn"


class Scan(models.Model):
    """One reading of one file of a source; or a pull, whose rows come from a system page by page."""

    State = ScanState
    #: States in which work remains to be done.
    UNFINISHED = (
        ScanState.WAITING,
        ScanState.READING,
        ScanState.MERGING,
        ScanState.DERIVING,
        ScanState.WITHDRAWING,
    )

    source = models.ForeignKey(Source, models.PROTECT, related_name="scans")
    connector = models.CharField(max_length=60)
    mapping = models.ForeignKey(
        TableMapping,
        models.PROTECT,
        null=True,
        related_name="scans",
        help_text="how its table is read where a person said it",
    )
    file_name = models.CharField(
        max_length=400, help_text="as messages name it, a.zip!b.xml inside an archive"
    )
    path = models.TextField(help_text="where the bytes are while they are being read")
    member = models.CharField(max_length=400, blank=True, help_text="the file inside an archive at that path")
    uploaded = models.BooleanField(default=False, help_text="the file is our own copy, deleted once read")
    opened_on = models.CharField(
        max_length=200, blank=True, help_text="the machine whose path that is, unless the copy is our own"
    )
    fingerprint = models.CharField(
        max_length=32, blank=True, help_text="keyed hash of the content; empty of a pull"
    )
    pull = models.BooleanField(default=False, help_text="the rows come from a system, not from a file")
    cursor = models.JSONField(default=dict, help_text="of a pull: where it goes on behind its staged pages")
    cursor_before = models.JSONField(default=dict, help_text="of a pull: where it began")
    list_day = models.DateField(
        null=True, help_text="what a list in it tells of where it states no day; the company's, never changed"
    )
    account = models.CharField(
        max_length=120, blank=True, help_text="given by a person where the content has none"
    )
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    error = models.TextField(blank=True, help_text="one sentence for people; never holds a row's data")
    #: Lease: who works on it. Raised with every claim; work commits only for the attempt that holds it.
    attempt = models.PositiveIntegerField(default=0)
    holder = models.CharField(max_length=120, blank=True)
    held_at = models.DateTimeField(null=True)
    troubles = models.PositiveSmallIntegerField(
        default=0, help_text="how often work on it ended in a fault of ours; after some it is given up"
    )
    rows_read = models.PositiveIntegerField(default=0)
    records_new = models.PositiveIntegerField(default=0)
    records_known = models.PositiveIntegerField(default=0)
    records_changed = models.PositiveIntegerField(default=0)
    records_removed = models.PositiveIntegerField(
        default=0, help_text="known records that the source took back"
    )
    rows_rejected = models.PositiveIntegerField(default=0)
    rows_ignored = models.PositiveIntegerField(default=0)
    sealed = models.PositiveIntegerField(default=0)
    recognised = models.PositiveIntegerField(default=0)
    in_review = models.PositiveIntegerField(default=0)
    stated_at = models.CharField(
        max_length=40, blank=True, help_text="ISO instant that the content states of itself, the latest"
    )
    seconds = models.FloatField(default=0, help_text="spent on this file alone, of every try")
    rows_expected = models.PositiveIntegerField(null=True, help_text="an estimate, for progress only")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    requested_by = models.CharField(max_length=200, blank=True)
    applied_at = models.DateTimeField(null=True, help_text="when the inventory took it; empty: it waits")

    class Meta:
        constraints = [
            _one_of("state", ScanState, "scan_state_known"),
            models.CheckConstraint(
                condition=~Q(state="done")
                | Q(
                    rows_read=models.F("records_new")
                    + models.F("records_known")
                    + models.F("rows_rejected")
                    + models.F("rows_ignored")
                ),
                name="scan_rows_tie",
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(pull=True, state__in=["waiting", "reading"]),
                name="one_pull_of_a_source_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state"], name="scan_by_state"),  # the sweep
            models.Index(fields=["fingerprint"], name="scan_by_content"),  # resuming
        ]

    def __str__(self) -> str:
        return f"scan {self.pk} of {self.file_name}"


class ChunkState(models.TextChoices):
    STAGED = "staged", "staged"
    MERGED = "merged", "merged"


class Chunk(models.Model):
    """A range of rows of a scan, read and staged (sealed) in one commit, then merged in one commit."""

    State = ChunkState

    scan = models.ForeignKey(Scan, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.STAGED)
    rows = models.PositiveIntegerField(help_text="rows of the file in this chunk")
    records = models.PositiveIntegerField()
    keys = models.BinaryField(help_text="packed identities and contents, one entry a record")
    removed = models.BinaryField(
        default=b"", help_text="packed identities that the source took back, in the form of keys"
    )
    coverage = models.BinaryField(help_text="accounts and days, sealed with the staging key")
    body = models.BinaryField(help_text="the records, sealed with the staging key")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scan", "number"], name="chunk_once_per_scan"),
            _one_of("state", ChunkState, "chunk_state_known"),
        ]


class RejectedRow(models.Model):
    """A row that could not be read. Kept for 30 days; the row itself is sealed."""

    scan = models.ForeignKey(Scan, models.CASCADE, related_name="rejected")
    line = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    row = models.BinaryField(help_text="sealed, credentials removed")

    class Meta:
        indexes = [models.Index(fields=["scan", "line"], name="rejected_by_line")]


class SightingRun(models.Model):
    """Which records a scan's file showed: sorted (identity, content) entries, packed.

    A record counts as long as a scan that is not withdrawn shows it.
    """

    scan = models.ForeignKey(Scan, models.CASCADE, related_name="sightings")
    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    piece = models.PositiveIntegerField()
    entries = models.BinaryField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scan", "piece"], name="sighting_piece_once")]


class Coverage(models.Model):
    """What days of an account a scan's file covers, with how many records each; no record of its own."""

    scan = models.ForeignKey(Scan, models.CASCADE, related_name="coverage")
    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    account_key = models.BinaryField(max_length=16)
    account_stated = models.BooleanField(help_text="the content or a person named the account")
    own_ids = models.BooleanField(help_text="the records carry the system's own ids")
    first_day = models.DateField()
    last_day = models.DateField()
    days = models.BinaryField(help_text="packed (day number, records) pairs")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scan", "account_key"], name="coverage_once_per_account")
        ]
        indexes = [models.Index(fields=["source", "account_key"], name="coverage_by_account")]


class DataKey(models.Model):
    """The key of one source and month, wrapped; without it what it sealed is gone for good."""

    source = models.ForeignKey(
        Source, models.PROTECT, null=True, help_text="empty: descriptors of all sources"
    )
    month = models.CharField(max_length=7, help_text="YYYY-MM")
    wrapped = models.BinaryField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "month"], name="data_key_once", condition=Q(source__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["month"], name="descriptor_key_once", condition=Q(source__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(wrapped__isnull=False) | Q(destroyed_at__isnull=False),
                name="data_key_or_destroyed",
            ),
        ]


class DescriptorState(models.TextChoices):
    AI = "ai", "an AI tool"
    REVIEW = "review", "waits for a person"
    SEALED = "sealed", "not AI, or unknown without a sign of AI"


class Descriptor(models.Model):
    """A text with its discrete evidence, and what it stands for.

    Readable (``form`` and the evidence) where it is an AI tool or waits for a person; else
    only ``sealed`` holds it and the columns say no more than "not AI" or "unknown".
    """

    State = DescriptorState

    key = models.BinaryField(max_length=16, unique=True)
    state = models.CharField(max_length=8, choices=State)
    channel = models.CharField(max_length=12)
    form = models.TextField(blank=True)
    mcc = models.CharField(max_length=4, blank=True)
    client_id = models.CharField(max_length=200, blank=True)
    host = models.CharField(max_length=255, blank=True)
    sealed = models.BinaryField(null=True)
    data_key = models.ForeignKey(DataKey, models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=8)
    product = models.CharField(max_length=160, blank=True)
    vendor = models.CharField(max_length=80, blank=True)
    none_because = models.CharField(max_length=12, blank=True)
    carrier = models.CharField(max_length=80, blank=True)
    plan = models.CharField(max_length=60, blank=True)
    model_vendor = models.CharField(max_length=80, blank=True)
    score = models.FloatField(default=0)
    reasons = models.JSONField(default=list)
    alternatives = models.JSONField(default=list)
    decided_by = models.CharField(
        max_length=200, blank=True, help_text="the person or rule whose decision holds; empty: the matcher"
    )
    normaliser = models.PositiveSmallIntegerField()
    catalog = models.CharField(max_length=64)

    class Meta:
        constraints = [
            _one_of("state", DescriptorState, "descriptor_state_known"),
            models.CheckConstraint(
                condition=Q(
                    state="sealed",
                    form="",
                    client_id="",
                    host="",
                    mcc="",
                    product="",
                    vendor="",
                    sealed__isnull=False,
                )
                | (Q(sealed__isnull=True) & ~Q(state="sealed")),
                name="descriptor_sealed_or_readable",
            ),
        ]
        indexes = [
            models.Index(fields=["product"], name="descriptor_by_product", condition=~Q(product="")),
            models.Index(fields=["vendor"], name="descriptor_by_vendor", condition=~Q(vendor="")),
            # Few wait for a person, and every page says how many.
            models.Index(fields=["channel"], name="descriptor_in_review", condition=Q(state="review")),
        ]


class Person(models.Model):
    """Somebody records are about: from a directory, or an e-mail address that a record states.

    Derived from directory entries and records; never edited.
    """

    email = models.CharField(max_length=254, unique=True, help_text="the main address, lower case")
    name = models.CharField(max_length=200, blank=True)
    department = models.CharField(max_length=120, blank=True)
    cost_centre = models.CharField(max_length=60, blank=True)
    active = models.BooleanField(default=True)
    in_directory = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name or self.email


class DirectoryEntry(models.Model):
    """A version of a person as one directory stated it."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="directory_entries")
    identity = models.BinaryField(max_length=16)
    content = models.BinaryField(max_length=8)
    current = models.BooleanField(default=True)
    email = models.CharField(max_length=254, blank=True)
    login = models.CharField(max_length=254, blank=True)
    aliases = models.JSONField(default=list)
    name = models.CharField(max_length=200, blank=True)
    given_name = models.CharField(max_length=120, blank=True)
    family_name = models.CharField(max_length=120, blank=True)
    department = models.CharField(max_length=120, blank=True)
    cost_centre = models.CharField(max_length=60, blank=True)
    manager = models.CharField(max_length=254, blank=True)
    active = models.BooleanField(default=True)
    stated_at = models.CharField(max_length=40, blank=True)
    scan = models.ForeignKey(Scan, models.PROTECT, related_name="+", help_text="the scan that stored it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "identity", "content"], name="directory_version_once"),
        ]


class Purchase(models.Model):
    """One spend fact with one or more records as evidence. Derived; see ``purchases``."""

    key = models.BinaryField(max_length=16, unique=True, help_text="identity of the record it books under")
    product = models.CharField(max_length=160, blank=True)
    vendor = models.CharField(max_length=80)
    date = models.DateField()
    door = models.CharField(max_length=20)
    amount = models.BigIntegerField(help_text="10⁻⁶ of the major unit, tax included, as booked")
    currency = models.CharField(max_length=3)
    net = models.BigIntegerField(null=True)
    tax = models.BigIntegerField(null=True)
    merchant_amount = models.BigIntegerField(null=True)
    merchant_currency = models.CharField(max_length=3, blank=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="purchases")
    department = models.CharField(max_length=120, blank=True)
    booked = models.BooleanField(help_text="false while its recognition waits for a person")
    plan = models.CharField(
        max_length=60, blank=True, default="", help_text="key of the plan, or its name as a text has it"
    )
    plan_certain = models.BooleanField(default=False, help_text="else it is only likely")
    seats = models.PositiveIntegerField(default=0, help_text="that the amount pays for; 0: unknown")
    likely_product = models.CharField(
        max_length=160, blank=True, default="", help_text="where only the vendor is booked: what it may be"
    )
    attribution = models.TextField(
        blank=True, default="", help_text="why the plan is told, or is not: a sentence a line"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(likely_product="") | Q(product="", plan_certain=False),
                name="purchase_likely_product_is_not_booked",
            ),
        ]
        indexes = [
            models.Index(fields=["vendor", "product"], name="purchase_by_tool"),
            models.Index(fields=["date"], name="purchase_by_date"),
            # What waits for a person is little among much, and stands beside every total.
            models.Index(fields=["currency", "amount"], name="purchase_in_review", condition=Q(booked=False)),
        ]


class Consumption(models.Model):
    """What metered use of a tool cost in an account and month, and whether it counts as spend. Derived.

    See :mod:`discovery.consumption`.
    """

    vendor = models.CharField(max_length=80)
    product = models.CharField(max_length=160, blank=True)
    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    account = models.CharField(max_length=120, blank=True)
    month = models.CharField(max_length=7, help_text="YYYY-MM")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(help_text="10⁻⁶, before tax")
    standing = models.CharField(max_length=8, choices=[(s.value, s.value) for s in Standing])
    charged = models.BigIntegerField(
        null=True, help_text="10⁻⁶: what the charges that cover it come to in this currency"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "product", "source", "account", "month", "currency"],
                name="consumption_once",
            ),
            _one_of("standing", Standing, "consumption_standing_known"),
            models.CheckConstraint(
                condition=Q(standing="covered") | Q(charged__isnull=True),
                name="consumption_charged_where_covered",
            ),
        ]

    def __str__(self) -> str:
        return f"metered use of {self.product or self.vendor} in {self.month}"


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
            _one_of("kind", RecordKind, "record_kind_known"),
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


class SealedBlock(models.Model):
    """About a thousand records of one source and month that are not AI, unreadable.

    ``identities`` (packed, keyed) say what is inside; ``sums`` let totals tie.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="sealed_blocks")
    month = models.CharField(max_length=7)
    scan = models.ForeignKey(Scan, models.PROTECT, related_name="+", help_text="the scan that stored it")
    data_key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    identities = models.BinaryField()
    index = models.BinaryField(help_text="which descriptors occur, sealed")
    body = models.BinaryField(help_text="the records, sealed")
    count = models.PositiveIntegerField(help_text="records that count")
    sums = models.JSONField(
        default=dict, help_text="currency → [spend records, sum in 10⁻⁶] of those that count"
    )
    charges = models.JSONField(
        default=dict, help_text="currency → sum in 10⁻⁶ of the amounts above zero among them"
    )

    class Meta:
        indexes = [models.Index(fields=["source", "month"], name="sealed_by_source_month")]


class HandleLink(models.Model):
    """How often a card or login stood beside a hint of a person, both as keyed hashes."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    handle = models.BinaryField(max_length=16)
    hint = models.BinaryField(max_length=16)
    count = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "handle", "hint"], name="handle_link_once")]
        indexes = [models.Index(fields=["handle"], name="handle_link_by_handle")]


class DecisionKind(models.TextChoices):
    RECOGNISE = "recognise", "what a text stands for"
    SAME_PURCHASE = "same_purchase", "two records are one purchase"
    DIFFERENT_PURCHASES = "different_purchases", "two records are not one purchase"
    PRIVATE = "private", "a record is its person's own affair"
    RULE = "rule", "what every text of a pattern stands for"
    OPENING = "opening", "whether the company's own words open sealed records"


class Decision(models.Model):
    """What a person decided about recognitions, purchases or records: sticky, with who and why.

    Binds to texts and record keys, never to derived ids; the newest for a subject holds.
    """

    Kind = DecisionKind

    kind = models.CharField(max_length=20, choices=Kind)
    subject = models.JSONField(
        help_text="channel and text (keyed hash; readable or sealed beside it), two record keys in hex, "
        "one with the identity it belongs to, a rule's number, or what would open a seal"
    )
    before = models.JSONField(null=True)
    after = models.JSONField(
        null=True,
        help_text="product or vendor key, 'not_ai', what a rule says, or empty for a withdrawn decision",
    )
    actor = models.CharField(max_length=200)
    reason = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            _one_of("kind", DecisionKind, "decision_kind_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_a_reason"),
        ]


class ChangedTool(models.Model):
    """A product or vendor whose records or purchases changed: waits for whoever keeps figures above."""

    tool = models.CharField(
        max_length=160, unique=True, help_text="product key, or vendor key where no more is known"
    )
    serial = models.BigIntegerField(
        default=0, help_text="raised with every change, so that a newer one is never lost"
    )


class UnderivedVendor(models.Model):
    """A vendor whose spend records changed since its purchases were last worked out."""

    vendor = models.CharField(max_length=90, unique=True)
    serial = models.BigIntegerField(default=0)


class Derivation(models.Model):
    """Who works out people and purchases: one at a time, so that the last sees everything. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    busy_with = models.CharField(max_length=140, blank=True)
    busy_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_derivation")]


class RecognitionState(models.Model):
    """Raised whenever a descriptor changes sides; sources behind it are brought in line. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    serial = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_recognition_state")]
