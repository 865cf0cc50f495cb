"""Addresses of the API."""

from django.urls import path, re_path, register_converter

from inventory.api import (
    decisions,
    flags,
    overlaps,
    people,
    purchases,
    rejected,
    scans,
    schema,
    sources,
    spend,
    tools,
)
from inventory.api.endpoint import NoSuchAddress


class Key:
    """A tool's key: a vendor, or a vendor and a product."""

    regex = "[a-z0-9-]+(?:/[a-z0-9-]+)?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Key, "key")

urlpatterns = [
    path("v1/tools/", tools.Tools.as_view(), name="api_tools"),
    path("v1/tools/<key:key>/", tools.Tool.as_view(), name="api_tool"),
    path("v1/spend/", spend.Spend.as_view(), name="api_spend"),
    path("v1/purchases/", purchases.Purchases.as_view(), name="api_purchases"),
    path("v1/people/", people.People.as_view(), name="api_people"),
    path("v1/sources/", sources.Sources.as_view(), name="api_sources"),
    path("v1/connectors/", sources.Connectors.as_view(), name="api_connectors"),
    path("v1/scans/", scans.Scans.as_view(), name="api_scans"),
    path("v1/scans/<int:scan>/", scans.Scan.as_view(), name="api_scan"),
    path("v1/scans/<int:scan>/withdraw/", scans.Withdrawal.as_view(), name="api_withdraw"),
    path("v1/rejected/", rejected.Rejected.as_view(), name="api_rejected"),
    path("v1/decisions/", decisions.Decisions.as_view(), name="api_decisions"),
    path("v1/decisions/<int:decision>/undo/", decisions.Undoing.as_view(), name="api_undo"),
    path("v1/flags/", flags.Flags.as_view(), name="api_flags"),
    path("v1/flags/accept/", flags.Accepting.as_view(), name="api_accept_flags"),
    path("v1/flags/take-back/", flags.TakingBack.as_view(), name="api_take_back_flags"),
    path("v1/overlaps/", overlaps.Overlaps.as_view(), name="api_overlaps"),
    path(
        "v1/overlaps/<slug:capability>/accept/",
        overlaps.AcceptingOverlap.as_view(),
        name="api_accept_overlap",
    ),
    path("v1/overlaps/<slug:capability>/case/", overlaps.Case.as_view(), name="api_overlap_case"),
    path("v1/overlaps/<slug:capability>/reopen/", overlaps.Reopening.as_view(), name="api_reopen_overlap"),
    path("schema/", schema.Schema.as_view(), name="api_schema"),
    re_path("", NoSuchAddress.as_view(), name="api_nothing"),
]
