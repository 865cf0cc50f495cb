"""Every address of the app."""

from allauth.account import views as accounts
from django.urls import include, path

#: Of allauth's pages only these: who may change the own e-mail address could become somebody else.
_ACCOUNTS = [
    path("login/", accounts.login, name="account_login"),
    path("logout/", accounts.logout, name="account_logout"),
    path("signup/", accounts.signup, name="account_signup"),
    path("inactive/", accounts.account_inactive, name="account_inactive"),
]

urlpatterns = [
    path("accounts/", include(_ACCOUNTS)),
    path("", include("inventory.urls")),
]
