"""Encryption of personal data, and keyed hashes that find it again without storing it.

AES-256-GCM, the key id in front of the value, the row's place bound in as associated data: a ciphertext moved to
another row does not decrypt. Keys come from the environment, never from the database.
"""

import hashlib
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings

NONCE_BYTES = 12


class CannotDecrypt(Exception):
    """The key is not here, or the bytes were changed or moved. An operator's problem, not a clerk's."""


@cache
def _cipher(secret: str) -> AESGCM:
    return AESGCM(hashlib.sha256(secret.encode()).digest())


def current_key_id() -> str:
    """The id of the key that new values are written with: the first of VAULT_KEYS."""
    return _current_key()[0]


def _current_key() -> tuple[str, str]:
    key: tuple[str, str] = next(iter(settings.VAULT_KEYS.items()))
    return key


def encrypt(plain: bytes, *, place: str) -> bytes:
    """Ciphertext of `plain` for one place, e.g. `buyercontact:2611…`: key id, NUL, nonce, sealed bytes."""
    key_id, secret = _current_key()
    nonce = os.urandom(NONCE_BYTES)
    sealed = _cipher(secret).encrypt(nonce, plain, place.encode())
    return key_id.encode() + b"\0" + nonce + sealed


def decrypt(sealed: bytes, *, place: str) -> bytes:
    """The plain bytes again. Raises CannotDecrypt for an unknown key, changed bytes or another place."""
    key_id, _, rest = bytes(sealed).partition(b"\0")
    secret = settings.VAULT_KEYS.get(key_id.decode("ascii", "replace"))
    if secret is None:
        raise CannotDecrypt(f"no key {key_id!r}")
    try:
        return _cipher(secret).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], place.encode())
    except InvalidTag as error:
        raise CannotDecrypt("wrong key, changed bytes or another row's value") from error


@cache
def _search_mac() -> HMAC:
    """Begun with the key, to be copied: five hashes an order would each begin anew and look the key up."""
    return HMAC(hashlib.sha256(settings.VAULT_SEARCH_KEY.encode()).digest(), SHA256())


def keyed_hash(kind: str, value: str) -> bytes:
    """16 bytes that find an exact value again and tell nothing without the key. kind parts phone, tail and name."""
    mac = _search_mac().copy()
    mac.update(f"{kind}:{value}".encode())
    return mac.finalize()[:16]
