"""What an upload may be: how many files and how large, said before a byte of them is read."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from apps.core.errors import Invalid
from apps.files.models import StoredFile
from apps.finance.actions.receive import receive_bills
from apps.finance.models import Bill
from apps.jobs.models import Job
from apps.orders.actions import receive_files
from apps.orders.models import ImportBatch
from apps.org.actors import Actor
from apps.org.models import Store, User

pytestmark = pytest.mark.django_db
MB = 1024 * 1024
Take = Callable[[list[SimpleUploadedFile]], object]


class Unread(SimpleUploadedFile):
    """A file that says how large it is and cannot be read."""

    def __init__(self, name: str, size: int) -> None:
        super().__init__(name, b"x")
        self.size = size

    def read(self, *_args: int) -> bytes:
        """Nobody may."""
        raise AssertionError("the file was read")

    seek = read


@pytest.fixture(params=["orders", "bills"])
def take(request: pytest.FixtureRequest, lin: User, otto: User, qinghe: Store) -> Take:
    """Both doors for files from outside."""
    if request.param == "orders":
        return lambda files: receive_files(qinghe.pk, files, by=Actor.of(lin))
    return lambda files: receive_bills(qinghe.pk, files, by=Actor.of(otto))


def _nothing_came() -> bool:
    return not any(model.objects.exists() for model in (ImportBatch, Bill, StoredFile, Job))


def _refusal(take: Take, files: list[SimpleUploadedFile]) -> tuple[str, str]:
    with pytest.raises(Invalid) as caught, translation.override("en"):
        take(files)
    with translation.override("en"):
        return caught.value.code, str(caught.value.sentence)


def test_a_file_over_two_hundred_megabytes_is_refused_unread(take: Take) -> None:
    code, sentence = _refusal(take, [Unread("september.csv", 200 * MB + 1)])

    assert code == "file_too_large"
    assert sentence == "The file “september.csv” is larger than 200 MB. Export a shorter period."
    assert _nothing_came()


def test_one_file_too_large_refuses_the_whole_upload_by_its_name(take: Take) -> None:
    small = SimpleUploadedFile("small.csv", b"a,b\n1,2\n")

    _code, sentence = _refusal(take, [small, Unread("large.csv", 300 * MB)])

    assert "“large.csv”" in sentence
    assert _nothing_came()


def test_exactly_two_hundred_megabytes_are_taken(take: Take) -> None:
    file = SimpleUploadedFile("whole.csv", b"a,b\n1,2\n")
    file.size = 200 * MB

    take([file])

    assert StoredFile.objects.get().name == "whole.csv"


def test_an_empty_file_and_no_file_are_refused(take: Take) -> None:
    codes = [_refusal(take, [SimpleUploadedFile("nothing.csv", b"")])[0], _refusal(take, [])[0]]

    assert codes == ["empty_file", "no_file"]
    assert _nothing_came()


def test_five_order_files_are_taken_at_once_and_six_are_refused(as_lin: Actor, qinghe: Store) -> None:
    files = [SimpleUploadedFile(f"{n}.csv", f"a,b\n{n},2\n".encode()) for n in range(6)]

    refused = _refusal(lambda files: receive_files(qinghe.pk, files, by=as_lin), files)
    was_empty = _nothing_came()
    batch = receive_files(qinghe.pk, files[:5], by=as_lin)

    assert refused == ("too_many_files", "At most five files at once.")
    assert was_empty
    assert batch.files.count() == 5


def test_a_month_of_bills_is_taken_at_once_and_one_more_is_refused(otto: User, qinghe: Store) -> None:
    by = Actor.of(otto)
    files = [SimpleUploadedFile(f"{n}.csv", f"a,b\n{n},2\n".encode()) for n in range(32)]

    refused = _refusal(lambda files: receive_bills(qinghe.pk, files, by=by), files)
    was_empty = _nothing_came()
    bills = receive_bills(qinghe.pk, files[:31], by=by)

    assert refused == ("too_many_files", "At most 31 files at once.")
    assert was_empty
    assert len(bills) == 31


def _page(user: User, address: str, store: Store, files: int) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="apps.org.backend.StandingBackend")
    sent = [SimpleUploadedFile(f"{n}.csv", f"a,b\n{n},2\n".encode()) for n in range(files)]
    return client.post(address, {"store": store.pk, "files": sent}).content.decode()


def test_the_pages_say_how_many_they_take(lin: User, otto: User, qinghe: Store) -> None:
    said = _page(lin, "/desk/imports/upload/", qinghe, 6), _page(otto, "/desk/bills/upload/", qinghe, 32)
    too_much = _page(lin, "/desk/imports/upload/", qinghe, 41)

    assert "At most five files at once." in said[0]
    assert "At most 31 files at once." in said[1]
    assert "This was too much at once, or it could not be read; nothing was changed." in too_much
    assert _nothing_came()


def test_a_month_of_bills_comes_through_the_page(otto: User, qinghe: Store) -> None:
    _page(otto, "/desk/bills/upload/", qinghe, 31)

    assert Bill.objects.count() == 31
