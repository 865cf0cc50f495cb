"""``rebuild``: derive people, purchases and the figures of tools again, and say what changed."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from inventory.recompute import rebuild
from vendors import command_line


class Command(command_line.Command):
    help = "Derive people, purchases and the figures of tools again from the records."

    def handle(self, *args: object, **options: Any) -> None:
        done = rebuild(timezone.now())
        if done.purchases_changed or done.tools_changed:
            said = f"{done.purchases_changed:,} purchases and {done.tools_changed:,} tools changed"
        else:
            said = "nothing changed"
        self.stdout.write(f"rebuilt {done.purchases:,} purchases, {done.tools:,} tools; {said}")
