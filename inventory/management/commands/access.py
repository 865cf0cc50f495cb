"""``access``: who may see what, and give somebody roles and departments."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError

from inventory.access import Role
from inventory.granting import NotGranted, access_of, set_access
from vendors import command_line


class Command(command_line.Command):
    help = (
        "List accounts with roles and departments, or set those of one; the reason is kept with the change."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", nargs="?", help="the account to change")
        parser.add_argument(
            "--role", action="append", default=[], metavar="ROLE", help=f"one of: {', '.join(Role)}"
        )
        parser.add_argument(
            "--department", action="append", metavar="NAME", help="as the directory names it; none: all"
        )
        parser.add_argument("--reason", default="", help="kept with the change")

    def handle(self, *args: object, **options: Any) -> None:
        if not options["email"]:
            for user in get_user_model().objects.order_by("email"):
                self.stdout.write(f"{user.email}: {_sentence(access_of(user))}")
            return
        user = get_user_model().objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"nobody has an account with the address {options['email']}", returncode=2)
        unknown = [name for name in options["role"] if name not in set(Role)]
        if unknown:
            raise CommandError(f"{unknown[0]} is no role; roles are {', '.join(Role)}", returncode=2)
        try:
            set_access(
                user,
                roles=[Role(name) for name in options["role"]],
                departments=options["department"],
                actor=f"{getpass.getuser()} at the command line",
                reason=options["reason"],
            )
        except NotGranted as error:
            raise CommandError(str(error), returncode=2) from None
        self.stdout.write(f"{user.email}: {_sentence(access_of(user))}")


def _sentence(access: dict[str, list[str] | None]) -> str:
    roles = ", ".join(access["roles"] or ()) or "no role"
    departments = access["departments"]
    if departments is None:
        return f"{roles}; the whole company"
    return f"{roles}; only {', '.join(departments) or 'no department'}"
