"""Addresses of the pages."""

from django.urls import path

from inventory.pages import (
    allowed,
    columns,
    components,
    home,
    me,
    names,
    rejected,
    sample,
    sources,
    tokens,
    tool,
    tools,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("allowed/", allowed.allowed, name="allowed"),
    path("components/", components.components, name="components"),
    path("tools/", tools.tools, name="tools"),
    path("tools.<str:form>", tools.export, name="tools_export"),
    path("tools/<path:key>/", tool.tool, name="tool"),
    path("sources/", sources.sources, name="sources"),
    path("sources/upload/", sources.upload, name="upload"),
    path("sources/looks/", sources.looks, name="looks"),
    path("sources/looks/<int:preview_id>/read/", sources.read_in, name="read_in"),
    path("sources/looks/<int:preview_id>/throw-away/", sources.throw_away, name="throw_away"),
    path("sources/looks/<int:preview_id>/columns/", columns.columns, name="columns"),
    path("sources/looks/<int:preview_id>/columns/rows/", columns.rows, name="columns_rows"),
    path("sources/mappings/", columns.mappings, name="mappings"),
    path("sources/mappings/<int:mapping_id>/delete/", columns.delete, name="delete_mapping"),
    path("sources/sample/", sample.sample, name="sample"),
    path("sources/progress/", sources.progress, name="progress"),
    path("sources/rejected/", rejected.rejected, name="rejected"),
    path("me/", me.my_data, name="my_data"),
    path("me/records/<int:record_id>/private/", me.private, name="private"),
    path("me/private/<int:decision_id>/back/", me.not_private, name="not_private"),
    path("me/tokens/", tokens.tokens, name="tokens"),
    path("me/tokens/<int:token_id>/revoke/", tokens.revoke, name="revoke_token"),
    path("people/<str:code>/open/", names.open_one, name="open_name"),
    path("privacy/openings/", names.openings, name="openings"),
    path("sources/rejected.csv", rejected.export, name="rejected_export"),
    path("scans/<int:scan_id>/", sources.scan, name="scan"),
    path("scans/<int:scan_id>/withdraw/", sources.withdraw, name="withdraw"),
]
