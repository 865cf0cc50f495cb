"""``rematch``: recognise every descriptor again, sealed ones included."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from tqdm import tqdm

from discovery.models import Descriptor
from discovery.sealing import SealBroken
from inventory.recompute import Rematched, StillBusy, rematch
from vendors import command_line


class Command(command_line.Command):
    help = "Recognise every descriptor again, sealed ones included; records and figures follow."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object and nothing else")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            with tqdm(
                total=Descriptor.objects.count(), desc="Recognising", unit=" texts", unit_scale=True,
                disable=None, leave=False,
            ) as bar:  # fmt: skip
                done = rematch(bar.update, timezone.now())
        except (SealBroken, StillBusy) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps(asdict(done)) if options["json"] else _sentence(done))


def _sentence(done: Rematched) -> str:
    parts = [f"{done.descriptors:,} texts asked about again, {done.changed:,} stand for something else now"]
    if done.new_tools:
        parts.append(f"new tools: {', '.join(done.new_tools)}")
    if done.gone_tools:
        parts.append(f"no longer seen: {', '.join(done.gone_tools)}")
    if done.openings_waiting:
        parts.append(
            f"{done.openings_waiting} wait at /privacy/sealed/ for somebody to agree that they open seals"
        )
    return "; ".join(parts)
