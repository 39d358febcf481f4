"""Read-only record pages link to what their reader can open, and name the rest."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from apps.files.models import StoredFile
from apps.org.models import Store, User
from tests.admin.conftest import page

Browse = Callable[[User], Browser]


@pytest.fixture
def a_file(qinghe: Store, lin: User) -> StoredFile:
    """An upload of Lin's for Qinghe."""
    return StoredFile.objects.create(
        kind="upload", name="订单.csv", size_bytes=1, sha256=b"0" * 32, store=qinghe, owner=lin
    )


def test_who_may_open_stores_and_users_gets_links(browse: Browse, iris: User, a_file: StoredFile) -> None:
    shown = browse(iris).get(page("files_storedfile_change", a_file.pk)).content.decode()

    assert f'href="{page("org_store_change", a_file.store_id)}"' in shown
    assert f'href="{page("org_user_change", a_file.owner_id)}"' in shown


def test_who_may_not_reads_their_names(browse: Browse, lin: User, an_order: Callable[..., object]) -> None:
    order = an_order()

    shown = browse(lin).get(page("orders_order_change", order.lead_order_id)).content.decode()

    assert "青禾小铺" in shown
    assert "/admin/org/store/" not in shown
