"""A private PostgreSQL server."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.services.instances import Unavailable, free_port, running, temporary_folder, user_group
from tests.services.packages import install

_NAME = "penumbra"


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a database on a server of its own. Raises Unavailable where there is none to be had."""
    programs = _programs()
    if programs is None:
        install("postgresql")
        programs = _programs()
    if programs is None:
        raise Unavailable("PostgreSQL was installed and its initdb is not found; put its folder on the PATH")
    user = _unprivileged_user()
    with temporary_folder(owner=user) as folder:
        data, port = folder / "data", free_port()
        _init(programs, data, user)
        url = f"postgresql://{_NAME}@127.0.0.1:{port}"
        command = [
            str(programs / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder),
            # Thrown away afterwards: nothing has to survive a power cut.
            "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
            "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=100",
        ]  # fmt: skip
        log = folder / "log"
        with running(command, log, lambda: _answers(url), signal.SIGINT, user):
            with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {_NAME}")
            yield f"{url}/{_NAME}"


def _programs() -> Path | None:
    """The folder with initdb and postgres, of the newest version that is installed."""
    folders = [Path(found).resolve().parent] if (found := shutil.which("initdb")) else []
    if config := shutil.which("pg_config"):
        done = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(done.stdout.strip() or "/nowhere"))
    debian = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    folders += sorted(debian, key=lambda folder: int(folder.parent.name.partition(".")[0]), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def _unprivileged_user() -> str | None:
    """Whom to run as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise Unavailable("PostgreSQL does not run as root and there is no user postgres or nobody here")


def _init(programs: Path, data: Path, user: str | None) -> None:
    command = [str(programs / "initdb"), "-D", str(data), "-U", _NAME]
    command += ["--auth=trust", "--encoding=UTF8", "--no-sync"]
    # Sorted by a language's rules, as most servers are, where this build can: what depends on the
    # order of bytes shows itself.
    languages = (["--locale=C", "--locale-provider=icu", "--icu-locale=en"], ["--locale=C"])
    account = {"user": user, "group": user_group(user), "extra_groups": []} if user else {}
    for language in languages:
        done = subprocess.run(
            [*command, *language], cwd="/", capture_output=True, text=True, check=False, **account
        )
        if done.returncode == 0:
            return
        shutil.rmtree(data, ignore_errors=True)
    raise Unavailable(f"initdb fails: {done.stderr.strip()[-300:]}")


def _answers(url: str) -> bool:
    try:
        psycopg.connect(f"{url}/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
