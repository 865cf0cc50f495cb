"""Sources, their scans, and how far each scan has come: what was read, stored, rejected and covered."""

from django.db import models
from django.db.models import Q

from discovery.choice_constraints import one_of
from discovery.connectors.base import Kind


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

    Without columns it says only what tables of a known format leave open: currency, order of dates.
    See :mod:`discovery.connectors.table_mapping` and, of a tool's members, ``member_mapping`` beside it.
    """

    name = models.CharField(max_length=120, help_text="what people call it, and the source that it fills")
    shape = models.CharField(max_length=32, help_text="digest of the header")
    kind = models.CharField(max_length=20, choices=[(k.value, k.value) for k in Kind])
    headers = models.JSONField(help_text="the header's cells as they stand in the file")
    columns = models.JSONField(help_text="meaning → column; empty: as the format has them")
    mark = models.CharField(max_length=1, blank=True, help_text="decimal mark where no amount shows it")
    day_first = models.BooleanField(null=True, help_text="how 03/04 is meant where no date shows it")
    currencies = models.JSONField(
        default=dict,
        help_text="account → currency of amounts whose row states none; see discovery.said_currencies",
    )
    spending_is_negative = models.BooleanField()
    tool = models.CharField(
        max_length=160, blank=True, help_text="product key of the tool whose members the list holds"
    )
    tool_name = models.CharField(max_length=300, blank=True, help_text="how its records name the tool")
    tool_url = models.CharField(max_length=300, blank=True, help_text="what tells it from others of its name")
    above = models.CharField(max_length=120, blank=True, help_text="what stands above such a list's header")
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
                condition=Q(kind=Kind.LICENCE.value) & ~Q(tool="") & ~Q(tool_name="")
                | ~Q(kind=Kind.LICENCE.value) & Q(tool="", tool_name="", tool_url="", above=""),
                name="table_mapping_of_members_names_the_tool",
                violation_error_message="A list of members is of one tool, and no other table is.",
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

    @property
    def currency_codes(self) -> list[str]:
        """The currencies of all accounts of which one was said."""
        return sorted(set(self.currencies.values()))


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
    said = models.JSONField(
        default=dict,
        help_text="what a person said of this file: currency, day_first, tool, url, product; "
        "see connectors.base.Said",
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
    asks = models.CharField(
        max_length=10,
        blank=True,
        help_text="what a person must say before it can be read; see base.Ask",
    )
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
            one_of("state", ScanState, "scan_state_known"),
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
            one_of("state", ChunkState, "chunk_state_known"),
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
