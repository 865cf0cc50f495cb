"""Installs what tests need on a Debian machine where we are root; elsewhere says what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess

from tests.services.instances import Unavailable


def install(*packages: str) -> None:
    """Install Debian packages without questions and without starting their services.

    Raises Unavailable where this is no Debian machine, or we are not root, or apt fails.
    """
    names = " ".join(packages)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Unavailable(f"the tests need {names}; install it (on Debian and Ubuntu: apt install {names})")
    print(f"Installing {names} for the tests", flush=True)
    # Runlevel 1: the packages' scripts start no service.
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    commands = (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    )
    for command in commands:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip())[-300:]
            raise Unavailable(f"the tests need {names}, which apt-get cannot install: {said}")
