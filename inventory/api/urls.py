"""Addresses of the API."""

from django.urls import path, re_path, register_converter

from inventory.api import people, purchases, rejected, scans, schema, sources, spend, tools
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
    path("schema/", schema.Schema.as_view(), name="api_schema"),
    re_path("", NoSuchAddress.as_view(), name="api_nothing"),
]
