"""What an installation may choose, and what it is told where the choice is no good."""

from __future__ import annotations

import json

import yaml

from tests.frame.environment import PROJECT, one_sentence, run

_TELL = (
    "import json; from django.conf import settings as s; print(json.dumps({"
    "'debug': s.DEBUG, 'cookie': s.SESSION_COOKIE_SECURE, 'csrf': s.CSRF_COOKIE_SECURE, "
    "'hosts': s.ALLOWED_HOSTS}))"
)


def _told(tmp_path, **more: str) -> dict:
    done = run("manage.py", "shell", "-v", "0", "-c", _TELL, data=tmp_path, **more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_nobody_but_this_machine_is_served_and_no_debug_by_default(tmp_path):
    told = _told(tmp_path)
    assert told["debug"] is False
    assert told["hosts"] == ["localhost", "127.0.0.1", "[::1]"]


def test_behind_tls_cookies_are_for_https_only(tmp_path):
    told = _told(tmp_path, DJANGO_SECURE="1", DJANGO_SECRET_KEY="x" * 50, DJANGO_ALLOWED_HOSTS="a.example")
    assert told["cookie"] is True
    assert told["csrf"] is True
    assert "a.example" in told["hosts"]


def test_behind_tls_no_secret_is_made_up(tmp_path):
    done = run("manage.py", "check", data=tmp_path, DJANGO_SECURE="1")
    assert done.returncode == 1
    assert one_sentence(done.stderr)
    assert "DJANGO_SECRET_KEY is not set" in done.stderr
    assert not (tmp_path / "keys").exists()


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    done = run("manage.py", "check", data=in_the_way)
    assert done.returncode == 1
    assert one_sentence(done.stderr)
    assert str(in_the_way) in done.stderr
    assert "PENUMBRA_DATA" in done.stderr


def test_compose_insists_on_every_secret_and_gives_the_web_no_key_to_seals():
    compose = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    services = compose["services"]
    assert {"web", "worker", "beat", "postgres", "redis"} <= set(services)
    for name in ("POSTGRES_PASSWORD", "DJANGO_SECRET_KEY", "PENUMBRA_SEALING_KEY"):
        uses = [
            line for line in (PROJECT / "docker-compose.yml").read_text().splitlines() if f"${{{name}" in line
        ]
        assert uses
        assert all(f"${{{name}:?" in line for line in uses)
    assert "PENUMBRA_SEALING_KEY" in services["worker"]["environment"]
    for name in ("web", "beat"):
        assert "PENUMBRA_SEALING_KEY" not in services[name]["environment"]
        assert (
            services[name]["environment"]["DATABASE_URL"] == services["worker"]["environment"]["DATABASE_URL"]
        )
    for name in ("postgres", "redis", "web", "worker", "beat"):
        assert "healthcheck" in services[name]
        assert services[name]["restart"] == "unless-stopped"
        assert "ports" not in services[name] or name == "web"


def test_compose_lets_the_worker_alone_read_the_watched_folder_and_write_nothing_in_it():
    services = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
    mounts = {
        name: [volume for volume in service.get("volumes", []) if isinstance(volume, dict)]
        for name, service in services.items()
    }
    (folder,) = mounts.pop("worker")
    assert not any(mounts.values())
    assert (folder["type"], folder["read_only"]) == ("bind", True)
    assert services["worker"]["environment"]["PENUMBRA_WATCHED_FOLDER"] == folder["target"]
    assert folder["source"] == "${PENUMBRA_EXPORTS:-./exports}"
    assert "data:/data" in services["worker"]["volumes"]
    assert (PROJECT / "exports" / "README.md").exists(), "a folder that is not there stops the worker"


def test_no_export_that_is_put_there_gets_into_git_or_the_image():
    ignored = (PROJECT / ".gitignore").read_text().splitlines()
    assert {"/exports/*", "!/exports/README.md"} <= set(ignored)
    assert "!exports" not in (PROJECT / ".dockerignore").read_text()
