"""What a statement warns of: a due day past before the client has it, receipts booked while somebody decides."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.approvals.queries import open_request_of
from apps.contracts.actions import BaseFee
from apps.org.actors import Actor
from apps.org.models import User
from tests.contracts.builders import approve, stamp_sending
from tests.desk.pages import text_of
from tests.performance.counting import beyond_who_asks

pytest_plugins = ["tests.contracts.builders"]
Browse = Callable[..., Client]
Make = Callable[..., Any]
BOOKED = "Receipts of this month were booked after this was worked out:"
FEE = BaseFee(monthly_amount=100_000, months=12)


class TestSentLate:
    """Whoever sends a statement after its due day knows from when on the client is late."""

    @pytest.mark.rule("CON-45")
    @pytest.mark.parametrize(("on", "warns"), [("2026-03-10", False), ("2026-03-11", True)])
    def test_who_is_about_to_send_it_is_warned_of_a_due_day_that_is_past(
        self, browse: Browse, a_contract: Make, submitted: Make, today_is: Make, finn: User, *, as_dora: Actor, on: str,
        warns: bool,
    ) -> None:  # fmt: skip
        today_is(on)
        row = submitted(a_contract("2026-02-01", base_fee=FEE), "2026-02")
        approve(row, by=as_dora)

        page = text_of(browse(finn).get(f"/desk/statements/{row.pk}/"))

        assert ("The due day, 2026-03-10, is already past." in page) is warns
        assert ("a penalty only after 10 more" in page) is warns

    def test_nobody_is_warned_where_nothing_is_owed(
        self, browse: Browse, a_contract: Make, submitted: Make, finn: User, as_dora: Actor
    ) -> None:
        row = submitted(a_contract(), "2026-01")
        approve(row, by=as_dora)

        assert "sent-late" not in text_of(browse(finn).get(f"/desk/statements/{row.pk}/"))

    @pytest.mark.rule("CON-45")
    def test_finance_and_the_client_read_from_when_on_days_of_delay_count(
        self, browse: Browse, a_contract: Make, sent: Make, today_is: Make, otto: User
    ) -> None:
        today_is("2026-03-15")
        row, token = sent(a_contract("2026-02-01", base_fee=FEE), "2026-02")
        stamp_sending(row)

        inside = text_of(browse(otto).get(f"/desk/statements/{row.pk}/"))
        outside = text_of(Client(headers={"accept-language": "en"}).get(f"/desk/answer/statement/{token}/"))

        assert (
            "It was sent on 2026-03-15, after the due day 2026-03-10; days of delay count from the sending." in inside
        )
        assert "Sent to you on 2026-03-15: days of delay count from then." in outside


class TestArrived:
    """Whoever decides, and finance, see that the figures are no longer the whole."""

    @pytest.mark.rule("CON-37", "CON-43")
    def test_the_page_and_the_inbox_name_what_was_booked_since(
        self, browse: Browse, a_contract: Make, receive: Make, submitted: Make, otto: User, *, dora: User
    ) -> None:
        receive("2026-01-05", "4000000")
        row = submitted(a_contract(), "2026-01")
        request = open_request_of(row)
        assert request is not None
        here, inbox = f"/desk/statements/{row.pk}/", f"/desk/inbox/?request={request.pk}"
        before = [BOOKED in text_of(browse(who).get(url)) for who, url in ((otto, here), (dora, here), (dora, inbox))]

        receive("2026-01-31", "100")
        receive("2026-01-31", "50.5")

        pages = [text_of(browse(who).get(url)) for who, url in ((otto, here), (dora, here), (dora, inbox))]
        assert before == [False, False, False]
        assert [f"{BOOKED} 2, together ¥150.50." in page for page in pages] == [True, True, True]

    def test_more_receipts_cost_no_more_statements(
        self, browse: Browse, a_contract: Make, receive: Make, submitted: Make, dora: User
    ) -> None:
        row = submitted(a_contract(), "2026-01")
        request = open_request_of(row)
        assert request is not None
        client = browse(dora)

        def cost(count: int) -> list[int]:
            for nth in range(1, count + 1):
                receive("2026-01-31", nth)
            pages = (f"/desk/statements/{row.pk}/", f"/desk/inbox/?request={request.pk}")
            for page in pages:
                client.get(page)
            return [len(beyond_who_asks(lambda url=page: client.get(url))) for page in pages]

        assert cost(2) == cost(20)
