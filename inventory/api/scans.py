"""``/api/v1/scans/``: readings of files, newest first; upload one, look at one, withdraw one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import extend_schema
from kombu.exceptions import OperationalError
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from discovery.connectors import CONNECTORS
from discovery.connectors.amounts import CURRENCIES
from discovery.models import Scan as StoredScan
from discovery.models import ScanState
from discovery.named_tools import NotNamed, said_of_files
from discovery.scans import Failure
from discovery.tasks import run_scan
from discovery.withdrawal import NotWithdrawable, request_withdrawal
from inventory import previews
from inventory.access import Action
from inventory.api.endpoint import Endpoint, Needs, OneOf, answer_page, page_of
from inventory.api.paging import By, Question
from inventory.api.problems import Conflict, documented
from inventory.api_tokens import Scope

#: Bytes of a file's name that every file system takes.
_LONGEST_NAME = 200

logger = logging.getLogger(__name__)

_READ = Needs(Scope.READ, Action.SEE_SOURCES)


class ScanQuestion(Question):
    state = OneOf(ScanState.values, required=False)
    source = serializers.CharField(required=False, max_length=120)


class ScanRow(serializers.Serializer):
    """A reading of a file. Once it is done, rows_read is the sum of new, known, rejected and ignored."""

    scan = serializers.IntegerField()
    file = serializers.CharField()
    connector = serializers.CharField()
    source = serializers.CharField()
    state = OneOf(ScanState.values)
    rows_read = serializers.IntegerField()
    records_new = serializers.IntegerField()
    records_known = serializers.IntegerField()
    records_changed = serializers.IntegerField(help_text="contained in records_known")
    rows_rejected = serializers.IntegerField()
    rows_ignored = serializers.IntegerField()
    sealed = serializers.IntegerField()
    recognised = serializers.IntegerField()
    in_review = serializers.IntegerField()
    seconds = serializers.FloatField()
    error = serializers.CharField(allow_null=True, help_text="one sentence; also what a question asks")
    requested_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class Upload(serializers.Serializer):
    """A file, or an archive of files."""

    file = serializers.FileField(allow_empty_file=True)
    connector = OneOf(
        sorted(connector.name for connector in CONNECTORS if "file" in connector.reads),
        required=False,
        help_text="without it the format is recognised from content",
    )
    account = serializers.CharField(
        required=False, max_length=120, help_text="only where the file itself names none"
    )
    tool = serializers.CharField(
        required=False, max_length=160, help_text="whose members a list holds: a name or key of the catalog"
    )
    currency = serializers.CharField(
        required=False, max_length=3, help_text="ISO 4217, of amounts where the file states none"
    )
    date_order = OneOf(
        ["day", "month"], required=False, help_text="what comes first in 03/04 where no row shows it"
    )

    def validate_currency(self, code: str) -> str:
        if code.upper() not in CURRENCIES:
            raise serializers.ValidationError("this is no code of a currency; write it as USD or EUR.")
        return code.upper()

    def validate_file(self, file: UploadedFile) -> UploadedFile:
        if len(file.name.encode("utf-8", "surrogatepass")) > _LONGEST_NAME:
            raise serializers.ValidationError("this file's name is too long; give it a shorter one.")
        return file


class UnreadRow(serializers.Serializer):
    """A file that no scan was opened for."""

    file = serializers.CharField()
    error = serializers.CharField()


class Opened(serializers.Serializer):
    """What came of an upload: a scan for each file that can be read."""

    scans = ScanRow(many=True)
    unread = UnreadRow(many=True)


class Scans(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"GET": _READ, "POST": Needs(Scope.UPLOAD, Action.UPLOAD)}
    question = ScanQuestion
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="list_scans",
        parameters=[ScanQuestion],
        responses={200: page_of(ScanRow), **documented(400)},
    )
    def get(self, request: Request) -> Response:
        """Scans, newest first."""
        asked = self.asked()
        found = StoredScan.objects.select_related("source")
        if "state" in asked:
            found = found.filter(state=asked["state"])
        if "source" in asked:
            found = found.filter(source__name=asked["source"])
        page = self.turner(asked).stored(found, By("pk", descending=True))
        return answer_page(page, map(_row, page.rows), ScanRow)

    @extend_schema(
        operation_id="upload",
        request={"multipart/form-data": Upload},
        responses={202: Opened, **documented(400, 415)},
    )
    def post(self, request: Request) -> Response:
        """Keep a file until a worker has read it. Reading a file twice changes nothing."""
        upload = Upload(data=request.data)
        upload.is_valid(raise_exception=True)
        wanted = upload.validated_data
        asked = {name: wanted[name] for name in ("tool", "currency", "date_order") if name in wanted}
        try:
            said = said_of_files(**asked)
        except NotNamed as error:
            raise serializers.ValidationError({"tool": [f"{error}."]}) from None
        kept = previews.open_preview(
            wanted["file"],
            connector=wanted.get("connector", ""),
            account=wanted.get("account", ""),
            said=said,
            by=request.user.email,
        )
        opened = previews.read_in(kept, by=request.user.email)
        scans = [one for one in opened if isinstance(one, StoredScan)]
        unread = [{"file": one.file, "error": one.error} for one in opened if isinstance(one, Failure)]
        if not scans:
            reason = unread[0]["error"] if unread else "the archive holds no file"
            raise serializers.ValidationError({"file": [f"{reason}."]})
        for scan in scans:
            _start(scan)
        return Response(Opened({"scans": [_row(scan) for scan in scans], "unread": unread}).data, status=202)


class Scan(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"GET": _READ}

    @extend_schema(operation_id="get_scan", responses={200: ScanRow, **documented(400, 404)})
    def get(self, request: Request, scan: int) -> Response:
        """How far a scan is, and what came of it."""
        self.asked()
        return Response(ScanRow(_row(_scan(scan))).data)


class Withdrawal(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"POST": Needs(Scope.DECIDE, Action.WITHDRAW)}

    @extend_schema(
        operation_id="withdraw_scan", request=None, responses={202: ScanRow, **documented(404, 409)}
    )
    def post(self, request: Request, scan: int) -> Response:
        """Take a scan back whole: what only it showed will be gone."""
        _scan(scan)
        try:
            withdrawn = request_withdrawal(scan, by=request.user.email)
        except NotWithdrawable as refused:
            raise Conflict(f"{refused}.") from None
        _start(withdrawn)
        return Response(ScanRow(_row(withdrawn)).data, status=202)


def _scan(number: int) -> StoredScan:
    found = StoredScan.objects.select_related("source").filter(pk=number).first()
    if found is None:
        raise NotFound(f"There is no scan {number}.")
    return found


def _start(scan: StoredScan) -> None:
    """Tell the workers. The sweep finds the scan too, so a broker that is away only delays it."""
    try:
        run_scan.delay(scan.pk)
    except OperationalError:
        logger.warning("scan %s waits for the sweep: the broker cannot be reached", scan.pk)


def _row(scan: StoredScan) -> dict[str, Any]:
    counts = (
        "rows_read",
        "records_new",
        "records_known",
        "records_changed",
        "rows_rejected",
        "rows_ignored",
        "sealed",
        "recognised",
        "in_review",
        "seconds",
    )
    return {
        "scan": scan.pk,
        "file": scan.file_name,
        "connector": scan.connector,
        "source": scan.source.name,
        "state": scan.state,
        **{name: getattr(scan, name) for name in counts},
        "error": scan.error or None,
        "requested_by": scan.requested_by or None,
        "created_at": scan.created_at,
        "finished_at": scan.finished_at,
    }
