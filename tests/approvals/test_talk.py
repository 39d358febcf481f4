"""Remarks, files, reminders."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.approvals.actions import attach, comment
from apps.approvals.actions.remind import remind_deciders
from apps.approvals.models import Attachment, Comment
from apps.core.errors import Conflict, Invalid, NotFound
from apps.files.actions import open_file
from apps.notices.models import Notice
from apps.org.actors import Actor
from apps.org.models import User
from tests.warehouse.counting import statements_on_tables

Make = Callable[..., Any]
DIRECTOR = {"role": "director"}


def test_a_question_reaches_the_asker_and_the_answer_comes_back(
    a_policy: Make, asked: Make, dora: User, wei: User
) -> None:
    a_policy(DIRECTOR)
    request = asked()
    Notice.objects.all().delete()

    comment(request.pk, text="Why so low?", by=Actor.of(dora))
    comment(request.pk, text="The season ends.", by=Actor.of(wei))

    assert list(Comment.objects.values_list("by_name", "text")) == [
        ("Dora", "Why so low?"),
        ("Wei", "The season ends."),
    ]
    assert sorted(Notice.objects.values_list("user__username", flat=True)) == ["dora", "wei"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 501])
def test_a_remark_has_words_and_not_too_many(a_policy: Make, asked: Make, dora: User, text: str) -> None:
    a_policy(DIRECTOR)
    request = asked()

    with pytest.raises(Invalid):
        comment(request.pk, text=text, by=Actor.of(dora))

    assert not Comment.objects.exists()


def test_a_stranger_neither_reads_nor_writes(a_policy: Make, asked: Make, dora: User, foreigner: User) -> None:
    a_policy(DIRECTOR)
    request = asked()

    with pytest.raises(NotFound):
        comment(request.pk, text="Hello", by=Actor.of(foreigner))
    with pytest.raises(NotFound):
        attach(request.pk, source=io.BytesIO(b"x"), name="a.txt", by=Actor.of(foreigner), content_type="text/plain")

    assert not Comment.objects.exists()
    assert not Attachment.objects.exists()


def test_a_file_is_put_to_an_open_request_only(a_policy: Make, asked: Make, says: Make, dora: User, wei: User) -> None:
    a_policy(DIRECTOR)
    request = asked()

    kept = attach(
        request.pk, source=io.BytesIO(b"letter"), name="letter.txt", by=Actor.of(wei), content_type="text/plain"
    )
    says(dora, request)
    with pytest.raises(Conflict):
        attach(request.pk, source=io.BytesIO(b"late"), name="late.txt", by=Actor.of(wei), content_type="text/plain")

    assert open_file(kept.file).read() == b"letter"
    assert Attachment.objects.count() == 1


def test_a_decision_that_waits_a_day_is_called_for_once_a_day(
    a_policy: Make, asked: Make, dora: User, gu: User
) -> None:
    a_policy(DIRECTOR, {"role": "manager", "position": 2})
    asked()
    Notice.objects.all().delete()
    now = timezone.now()

    with time_machine.travel(now + dt.timedelta(hours=23), tick=False):
        assert remind_deciders() == 0
    with time_machine.travel(now + dt.timedelta(hours=25), tick=False):
        assert remind_deciders() == 1
        assert remind_deciders() == 0

    assert list(Notice.objects.values_list("user__username", flat=True)) == ["dora"]
    notice = Notice.objects.get()
    assert notice.text["en"] == "1 request has waited too long for your decision."


def test_reminding_of_many_costs_as_many_statements_as_of_one(
    a_policy: Make, asked: Make, dora: User, a_sku: Make, says: Make
) -> None:
    a_policy(DIRECTOR)
    asked(subject=a_sku("QH-A"))
    late = timezone.now() + dt.timedelta(hours=30)
    with time_machine.travel(late, tick=False), CaptureQueriesContext(connection) as one:
        remind_deciders()
    for n in range(3):
        asked(subject=a_sku(f"QH-{n}"))

    with time_machine.travel(late + dt.timedelta(hours=30), tick=False), CaptureQueriesContext(connection) as many:
        remind_deciders()

    assert len(statements_on_tables(many)) == len(statements_on_tables(one))
