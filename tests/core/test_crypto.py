"""Keyed hashes stand in the database: what they were, they must stay, whatever computes them."""

import pytest

from apps.core.crypto import CannotDecrypt, decrypt, encrypt, keyed_hash


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("phone", "13800001111", "3ac564de74e62c8dcfd50bb3f53093c0"),
        ("tail", "1111", "21f945f120e47013888a9eb6b4664916"),
        ("name", "样例人", "0a277046337628a6603c43e542d77bfc"),
        ("buyer", "", "4174d8f14a5b4875be28f8aba088ed85"),
    ],
)
def test_a_value_keeps_the_hash_that_was_stored_for_it(kind: str, value: str, stored: str) -> None:
    assert keyed_hash(kind, value).hex() == stored


def test_a_sealed_value_opens_at_its_place_only() -> None:
    sealed = encrypt("样例人".encode(), place="buyercontact:1:4001")

    assert sealed.startswith(b"test\0")
    assert decrypt(sealed, place="buyercontact:1:4001").decode() == "样例人"
    with pytest.raises(CannotDecrypt):
        decrypt(sealed, place="buyercontact:1:4002")
