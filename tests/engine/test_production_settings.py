"""In production opsdesk does not start with a secret that is missing, short or a sample's."""

import json
import os
import secrets
import subprocess
import sys

import pytest

from opsdesk.embedded import CHECKOUT

TELL = """
import json
from django.conf import settings
print(json.dumps({"hashers": settings.PASSWORD_HASHERS, "debug": settings.DEBUG, "vault": sorted(settings.VAULT_KEYS),
    "fallbacks": len(settings.SECRET_KEY_FALLBACKS), "cookie": [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE],
    "idle": settings.SESSION_IDLE_SECONDS, "life": settings.SESSION_ABSOLUTE_SECONDS,
    "limits": settings.DATABASES["default"]["OPTIONS"]["options"]}))
"""
WEAK = {
    "missing": "",
    "short": "Zx9" * 10,
    "repetitive": "ab" * 40,
    "a sample": "change-me-" + "k3JwQ9zRtYpLm2Xv" * 4,
    "the demo's": "opsdesk-DEMO-" + "k3JwQ9zRtYpLm2Xv" * 4,
    "the tests'": "tests-only-" + "k3JwQ9zRtYpLm2Xv" * 4,
}


def _strong() -> str:
    return secrets.token_hex(48)


def _start(**changed: str) -> subprocess.CompletedProcess[str]:
    """Start Django with production settings, all of them sound but those given."""
    sound = {name: _strong() for name in ("SECRET_KEY", "VAULT_KEY", "VAULT_SEARCH_KEY")}
    nowhere = {"DATABASE_URL": "postgres://opsdesk@127.0.0.1:1/opsdesk", "REDIS_URL": "redis://127.0.0.1:1/0"}
    given = {**sound, **nowhere, "ALLOWED_HOSTS": "office.test", **changed}
    env = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "opsdesk.settings.production"}
    env |= {name: value for name, value in given.items() if value}
    return subprocess.run(
        [sys.executable, "-c", TELL], cwd=CHECKOUT, env=env, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("name", ["SECRET_KEY", "VAULT_KEY", "VAULT_SEARCH_KEY"])
@pytest.mark.parametrize("kind", WEAK)
def test_it_refuses_to_start_with_a_weak_secret_and_names_it(name: str, kind: str) -> None:
    ended = _start(**{name: WEAK[kind]})

    assert ended.returncode != 0
    assert f"ImproperlyConfigured: {name} " in ended.stderr
    assert not WEAK[kind] or WEAK[kind] not in ended.stderr


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ({"SECRET_KEY_FALLBACKS": f"{'a1b2c3d4e5f6' * 6},demo-key"}, "SECRET_KEY_FALLBACKS"),
        ({"VAULT_KEY_ID": "2", "VAULT_OLD_KEYS": "1=changeme"}, "VAULT_OLD_KEYS 1"),
        ({"VAULT_OLD_KEYS": f"1={'a1b2c3d4e5f6' * 6}"}, "VAULT_OLD_KEYS holds the id of the current key, 1"),
    ],
)
def test_keys_of_the_past_are_no_way_around_it(setting: dict[str, str], named: str) -> None:
    ended = _start(**setting)

    assert ended.returncode != 0
    assert f"ImproperlyConfigured: {named}" in ended.stderr


@pytest.mark.rule("SEC-08")
def test_with_sound_secrets_it_starts_and_stands_guard() -> None:
    old = _strong()

    ended = _start(VAULT_KEY_ID="2", VAULT_OLD_KEYS=f"1={old}", SECRET_KEY_FALLBACKS=f"{_strong()},{_strong()}")

    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {
        "hashers": ["django.contrib.auth.hashers.Argon2PasswordHasher"], "debug": False, "vault": ["1", "2"],
        "fallbacks": 2, "cookie": [True, True], "idle": 1800, "life": 36000,
        "limits": "-c lock_timeout=3000 -c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000",
    }  # fmt: skip


def test_a_program_that_may_take_its_time_brings_its_own_limits() -> None:
    ended = _start(DATABASE_TIMEOUTS="-c lock_timeout=60000 -c statement_timeout=0")

    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["limits"] == "-c lock_timeout=60000 -c statement_timeout=0"
