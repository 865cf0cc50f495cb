"""Addresses of the pages."""

from django.urls import path

from inventory.pages import (
    allowed,
    components,
    declarations,
    declare,
    home,
    me,
    my_tools,
    names,
    rejected,
    sources,
    tool,
    tools,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("allowed/", allowed.allowed, name="allowed"),
    path("declare/", declare.declare, name="declare"),
    path("declare/<int:declaration_id>/", declare.declared, name="declared"),
    path("declared/<str:code>/", declare.shown, name="declaration_shown"),
    path("declarations/", declarations.declarations, name="declarations"),
    path("declarations/<int:declaration_id>/answer/", declarations.answer, name="answer_declaration"),
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
    path("me/tools/", my_tools.my_tools, name="my_tools"),
    path("me/tools/say/", my_tools.say, name="say"),
    path("me/", me.my_data, name="my_data"),
    path("me/records/<int:record_id>/private/", me.private, name="private"),
    path("me/private/<int:decision_id>/back/", me.not_private, name="not_private"),
    path("people/<str:code>/open/", names.open_one, name="open_name"),
    path("privacy/openings/", names.openings, name="openings"),
    path("scans/<int:scan_id>/withdraw/", sources.withdraw, name="withdraw"),
]
