"""Addresses of the pages."""

from django.urls import path

from inventory.pages import allowed, components, home, rejected, sources, tool, tools

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
    path("sources/progress/", sources.progress, name="progress"),
    path("sources/rejected/", rejected.rejected, name="rejected"),
    path("scans/<int:scan_id>/withdraw/", sources.withdraw, name="withdraw"),
]
