"""Passwords are kept as argon2id, whatever the tests use to be quick."""

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.test import override_settings

from opsdesk.settings import base


@pytest.mark.rule("SEC-08")
def test_a_password_is_kept_as_argon2id_and_nothing_weaker_is_understood() -> None:
    with override_settings(PASSWORD_HASHERS=base.PASSWORD_HASHERS):
        kept = make_password("Qinghe-demo-88")

        assert kept.startswith("argon2$argon2id$")
        assert check_password("Qinghe-demo-88", kept)
        assert not check_password("Qinghe-demo-89", kept)
        with pytest.raises(ValueError, match="md5"):
            identify_hasher("md5$salt$0123456789abcdef0123456789abcdef")
