"""Addresses of the pages."""

from django.urls import path

from inventory.pages import home, names, rejected, sources, tool, tools

urlpatterns = [
    path("", home.home, name="home"),
    path("tools/", tools.tools, name="tools"),
    path("tools/<path:key>/", tool.tool, name="tool"),
    path("sources/", sources.sources, name="sources"),
    path("sources/upload/", sources.upload, name="upload"),
    path("sources/progress/", sources.progress, name="progress"),
    path("sources/rejected/", rejected.rejected, name="rejected"),
    path("people/<str:code>/open/", names.open_one, name="open_name"),
    path("privacy/openings/", names.openings, name="openings"),
    path("scans/<int:scan_id>/withdraw/", sources.withdraw, name="withdraw"),
]
