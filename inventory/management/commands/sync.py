"""``sync``: pull from systems, each list from where it stopped."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from discovery import credentials, pulls, scans
from discovery.models import PulledSource
from discovery.outcomes import outcome_of
from discovery.sealing import SealBroken, check_key
from inventory import recompute
from inventory.management.commands.scan import Bars
from vendors import command_line


class Command(command_line.Command):
    help = "Pull from connected systems, each list from where it stopped; without SOURCE all but paused ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sources", nargs="*", metavar="SOURCE")
        parser.add_argument("--json", action="store_true", help="an object a line for each source")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            check_key()
        except SealBroken as error:
            raise CommandError(str(error)) from None
        credentials.publish()
        opened = [
            scan.pk
            for pulled in _chosen(options["sources"])
            if (scan := pulls.open_pull(pulled, by="operator", now=timezone.now()))
        ]
        if not opened:
            self.stderr.write("no system is connected; connect one on the Sources page")
        unwell = 0
        with Bars() as bars:
            for scan in scans.run_all(opened, bars.show):
                bars.close()
                outcome = outcome_of(scan)
                unwell += not outcome.ended_well
                if options["json"]:
                    self.stdout.write(json.dumps(outcome.as_dict(), ensure_ascii=False))
                if outcome.error:
                    self.stderr.write(outcome.as_complaint())
                elif not options["json"]:
                    self.stdout.write(outcome.as_sentence())
        recompute.take_in(timezone.now())
        if unwell:
            sys.exit(1)


def _chosen(names: list[str]) -> list[PulledSource]:
    """The sources of these names, or all that are not paused and have a credential."""
    known = {
        pulled.source.name: pulled
        for pulled in PulledSource.objects.select_related("source", "connection").order_by("source__name")
    }
    if not names:
        return [one for one in known.values() if not one.paused and one.connection.credential is not None]
    for name in names:
        if name not in known:
            those = ", ".join(known) or "there is none yet: connect a system on the Sources page"
            raise CommandError(f"{name} is no source that is pulled; those are: {those}", returncode=2)
    return [known[name] for name in dict.fromkeys(names)]
