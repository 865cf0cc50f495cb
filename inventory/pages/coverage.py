"""``/coverage.csv``: what the figures leave out, as a file; it is linked from every report and every file."""

from __future__ import annotations

from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from inventory.access import Action, behind, reach_of
from inventory.exports.coverage import COLUMNS, lines_of
from inventory.exports.writers import write_csv
from inventory.footnote import footnote
from inventory.listing import spend_window
from inventory.pages.downloads import TYPES


@behind(Action.SEE_TOOLS)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The gaps of the months that spend is counted for, or of the last year that any file covers."""
    reach = reach_of(request.user)
    out = BytesIO()
    with translation.override("en"):  # programs read it
        write_csv(COLUMNS, lines_of(footnote(reach, timezone.now(), spend_window(reach))), out)
    response = HttpResponse(out.getvalue(), content_type=TYPES["csv"])
    response["Content-Disposition"] = 'attachment; filename="coverage.csv"'
    return response
