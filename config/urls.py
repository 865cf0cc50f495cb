"""Every address of the app."""

from allauth.account import views as accounts
from allauth.socialaccount.providers.openid_connect import views as company
from django.urls import include, path

#: Of allauth's pages only these: who may change the own e-mail address could become somebody else.
_ACCOUNTS = [
    path("login/", accounts.login, name="account_login"),
    path("logout/", accounts.logout, name="account_logout"),
    path("signup/", accounts.signup, name="account_signup"),
    path("oidc/<str:provider_id>/login/", company.login, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", company.callback, name="openid_connect_callback"),
    path("inactive/", accounts.account_inactive, name="account_inactive"),
]

urlpatterns = [
    path("accounts/", include(_ACCOUNTS)),
    path("api/", include("inventory.api.urls")),
    path("", include("inventory.urls")),
]
