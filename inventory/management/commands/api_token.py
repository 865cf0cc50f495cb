"""``api_token``: tokens with which programs call the API."""

from __future__ import annotations

import getpass
import json
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.utils import timezone

from inventory.api_tokens import LONGEST_LIFE, ApiToken, Scope, TokenRefused, make_token, revoke_token
from vendors import command_line


class Command(command_line.Command):
    help = "Make, list or revoke tokens of the API. A token allows no more than its owner's roles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        wanted = parser.add_subparsers(dest="wanted", required=True, metavar="create|list|revoke")
        create = wanted.add_parser("create", help="make a token; standard output gets the secret alone, once")
        create.add_argument("email", help="the account it is for")
        create.add_argument("name", help="what it is for")
        create.add_argument(
            "--scope", action="append", metavar="SCOPE", help=f"{', '.join(Scope)}; default read"
        )
        create.add_argument("--days", type=int, required=True, help=f"that it lasts, {LONGEST_LIFE} at most")
        listed = wanted.add_parser("list", help="every token, never a secret")
        listed.add_argument("--json", action="store_true", help="print JSON")
        revoke = wanted.add_parser("revoke", help="let a token open nothing from now on")
        revoke.add_argument("token", type=int, help="its number in the list")

    def handle(self, *args: object, **options: Any) -> None:
        if options["wanted"] == "create":
            self._create(options)
        elif options["wanted"] == "list":
            self._list(options["json"])
        else:
            self._revoke(options["token"])

    def _create(self, options: dict[str, Any]) -> None:
        owner = get_user_model().objects.filter(email__iexact=options["email"]).first()
        if owner is None:
            raise CommandError(f"nobody has an account with the address {options['email']}", returncode=2)
        try:
            token, secret = make_token(
                owner,
                name=options["name"],
                scopes=options["scope"] or [Scope.READ.value],
                days=options["days"],
                by=_operator(),
                now=timezone.now(),
            )
        except TokenRefused as refused:
            raise CommandError(str(refused), returncode=2) from None
        self.stdout.write(secret)
        self.stderr.write(
            f"Token {token.pk} lasts until {token.expires_at:%Y-%m-%d}. "
            "Keep the secret now: it is not shown again."
        )

    def _list(self, as_json: bool) -> None:
        now = timezone.now()
        found = [
            {
                "token": token.pk,
                "name": token.name,
                "owner": token.owner.email,
                "scopes": token.scopes.split(),
                "state": token.state(now),
                "expires": token.expires_at.date().isoformat(),
                "last_used": token.last_used.isoformat() if token.last_used else None,
            }
            for token in ApiToken.objects.select_related("owner").order_by("pk")
        ]
        if as_json:
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
            return
        for line in found:
            used = f"last used {line['last_used']}" if line["last_used"] else "never used"
            self.stdout.write(
                f"{line['token']}: {line['name']}, {line['owner']}, {' '.join(line['scopes'])}; "
                f"{line['state']}, until {line['expires']}, {used}"
            )

    def _revoke(self, number: int) -> None:
        token = ApiToken.objects.filter(pk=number).first()
        if token is None:
            raise CommandError(f"there is no token {number}; api_token list shows them", returncode=2)
        if not revoke_token(token, by=_operator(), now=timezone.now()):
            raise CommandError(f"token {number} was revoked before", returncode=2)
        self.stdout.write(f"Token {number}, {token.name}, is revoked.")


def _operator() -> str:
    return f"{getpass.getuser()} at the command line"
