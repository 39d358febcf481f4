"""What the process refuses to start with in production."""

from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET = 50
DEMO_MARKS = ("demo", "insecure", "changeme", "change-me", "tests-only", "example")


def strong_secret(name: str, value: str) -> str:
    """The secret itself, if it may guard a company's data.

    Raises ImproperlyConfigured when it is missing, shorter than 50 characters, repetitive or a sample's.
    """
    lowered = value.lower()
    if len(value) < SHORTEST_SECRET:
        raise ImproperlyConfigured(f"{name} is missing or shorter than {SHORTEST_SECRET} characters.")
    if len(set(value)) < 10 or any(mark in lowered for mark in DEMO_MARKS):
        raise ImproperlyConfigured(f"{name} looks like a sample; make one with: openssl rand -base64 64")
    return value


def old_keys(name: str, keys: Mapping[str, str], *, current: str) -> dict[str, str]:
    """Keys that still open what was sealed with them, by their ids; they guard as much as the current one.

    Raises ImproperlyConfigured for a weak one, and for one that would take the current key's place.
    """
    if current in keys:
        raise ImproperlyConfigured(f"{name} holds the id of the current key, {current}; give the new key another id.")
    return {key_id: strong_secret(f"{name} {key_id}", key) for key_id, key in keys.items()}
