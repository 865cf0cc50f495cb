"""Addresses of the pages."""

from django.urls import path

from inventory.pages import (
    allowed,
    components,
    home,
    me,
    names,
    notices,
    rejected,
    roles,
    sources,
    tool,
    tools,
    webhooks,
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
    path("sources/progress/", sources.progress, name="progress"),
    path("sources/rejected/", rejected.rejected, name="rejected"),
    path("me/", me.my_data, name="my_data"),
    path("me/records/<int:record_id>/private/", me.private, name="private"),
    path("me/private/<int:decision_id>/back/", me.not_private, name="not_private"),
    path("people/<str:code>/open/", names.open_one, name="open_name"),
    path("privacy/openings/", names.openings, name="openings"),
    path("notices/", notices.notices, name="notices"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<int:webhook_id>/", webhooks.webhook, name="webhook"),
    path("webhooks/<int:webhook_id>/switch/", webhooks.switch, name="webhook_switch"),
    path("webhooks/<int:webhook_id>/secret/", webhooks.renew_secret, name="webhook_secret"),
    path("webhooks/<int:webhook_id>/test/", webhooks.test, name="webhook_test"),
    path("webhooks/deliveries/<int:delivery_id>/replay/", webhooks.replay, name="webhook_replay"),
    path("roles/", roles.roles, name="roles"),
    path("roles/<int:user_id>/", roles.account, name="role_account"),
    path("scans/<int:scan_id>/withdraw/", sources.withdraw, name="withdraw"),
]
