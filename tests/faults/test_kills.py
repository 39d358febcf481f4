"""Web, worker, Valkey and PostgreSQL really killed during an import and a bulk confirmation: nothing lost, nothing double."""

import threading
from contextlib import AbstractContextManager, suppress
from typing import Any

import pytest

from tests.faults.house import PASSWORD, House, Web, until

pytestmark = pytest.mark.faults
ORDERS = 5_000
STEPS_DONE = "SELECT count(*) FROM jobs_step WHERE done_at IS NOT NULL"
CHUNKS_DONE = "SELECT count(*) FROM jobs_step WHERE phase = 1 AND done_at IS NOT NULL"
TAKEN_AGAIN = "SELECT count(*) FROM jobs_step WHERE phase > 0 AND attempts > 1"
TO_CONFIRM = "SELECT count(*) FROM orders_shippingorder WHERE state = 'imported'"
CONFIRMED = "SELECT count(*) FROM orders_shippingorder WHERE state = 'confirmed'"
RESUMED_WITHIN = 60.0


def _checked(house: House, orders: int = ORDERS) -> str:
    batch = str(house.act("upload", str(house.folder), str(orders))["batch"])
    state = f"SELECT state FROM orders_importbatch WHERE id = {batch}"
    until(lambda: house.sql(state) == "checked", within=120, what="the check")
    return batch


def _expect_whole(house: House, batch: str, orders: int = ORDERS) -> None:
    state = f"SELECT state FROM orders_importbatch WHERE id = {batch}"
    until(lambda: house.sql(state) == "imported", within=RESUMED_WITHIN + 60, what="the import")
    found = house.act("look", batch)
    assert (found["orders"], found["shipping_orders"], found["broken"]) == (orders, orders, [])


def test_a_killed_worker_is_replaced_within_a_minute_and_its_import_takes_effect_once(house: House) -> None:
    first = house.worker()
    batch = _checked(house)
    house.act("begin", batch)
    until(lambda: house.sql(CHUNKS_DONE) >= 1, what="the first chunk")

    house.kill(first)
    # Steps of any phase: a quick worker may have had only the closing step left.
    done = house.sql(STEPS_DONE)
    house.worker()

    until(lambda: house.sql(STEPS_DONE) > done or house.sql(TAKEN_AGAIN), within=RESUMED_WITHIN, what="to go on")
    _expect_whole(house, batch)


def test_a_killed_database_loses_no_acknowledged_chunk(house: House) -> None:
    house.worker()
    batch = _checked(house)
    house.act("begin", batch)
    until(lambda: house.sql(CHUNKS_DONE) >= 1, what="the first chunk")
    kept = house.sql("SELECT count(*) FROM orders_order")

    house.postgres.kill()
    house.postgres.start()

    assert house.sql("SELECT count(*) FROM orders_order") >= kept
    _expect_whole(house, batch)


def test_a_queue_killed_before_and_between_the_chunks_costs_seconds_and_no_work(house: House) -> None:
    house.worker()
    batch = _checked(house)

    house.valkey.kill()
    house.act("begin", batch)
    house.valkey.start()
    until(lambda: house.sql(CHUNKS_DONE) >= 1, within=RESUMED_WITHIN, what="the first chunk")
    house.valkey.kill()
    house.valkey.start()

    _expect_whole(house, batch)


def test_a_web_server_killed_while_somebody_presses_import_leaves_a_batch_that_can_be_imported(house: House) -> None:
    house.worker()
    batch = _checked(house, 300)
    web = house.web()
    web.log_in("lin", PASSWORD)
    _status, page = web.get(f"/desk/imports/{batch}/")
    state = f"SELECT state FROM orders_importbatch WHERE id = {batch}"

    with house.held(f"SELECT id FROM orders_importbatch WHERE id = {batch} FOR UPDATE"):
        pressed = threading.Thread(target=_press, args=[web, f"/desk/imports/{batch}/run/", page])
        pressed.start()
        until(house.somebody_waits, what="the press to wait")
        house.kill(web.process)
    pressed.join(60)

    assert (house.sql(state), house.sql("SELECT count(*) FROM jobs_job WHERE kind = 'orders.import'")) == ("checked", 0)
    again = house.web()
    again.log_in("lin", PASSWORD)
    _status, page = again.get(f"/desk/imports/{batch}/")
    again.post(f"/desk/imports/{batch}/run/", [], page=page)
    _expect_whole(house, batch, 300)


def _press(web: Web, address: str, page: str) -> None:
    """Send a form whose answer may never come."""
    with suppress(OSError):
        web.post(address, [], page=page)


def _row_locked(house: House) -> AbstractContextManager[None]:
    """Hold one order's row, so that a bulk confirmation waits in the middle of its transaction."""
    return house.held("SELECT id FROM orders_shippingorder ORDER BY id DESC LIMIT 1 FOR UPDATE")


def _bulk_confirm(house: House) -> dict[str, Any]:
    """Log in as lin and press "Confirm" for two hundred orders, in a thread; gives back where the answer will be."""
    web = house.web()
    web.log_in("lin", PASSWORD)
    _status, page = web.get("/desk/orders/")
    ids = house.sql(
        "SELECT string_agg(id::text, ',') FROM (SELECT id FROM orders_shippingorder ORDER BY id DESC LIMIT 200) t"
    )
    answer: dict[str, Any] = {"web": web}

    def press() -> None:
        fields = [("do", "confirm"), *[("ids", pk) for pk in ids.split(",")]]
        try:
            answer["status"], answer["page"] = web.post("/desk/orders/bulk/", fields, page=page)
        except OSError as error:
            answer["error"] = error

    answer["thread"] = threading.Thread(target=press)
    answer["press"] = press
    return answer


def _imported(house: House, orders: int) -> None:
    worker = house.worker()
    batch = _checked(house, orders)
    house.act("begin", batch)
    _expect_whole(house, batch, orders)
    house.kill(worker)


def test_a_killed_web_server_leaves_all_or_nothing_of_a_bulk_confirmation(house: House) -> None:
    _imported(house, 300)
    answer = _bulk_confirm(house)

    with _row_locked(house):
        answer["thread"].start()
        until(house.somebody_waits, what="the confirmation to wait")
        house.kill(answer["web"].process)
    answer["thread"].join(60)

    until(
        lambda: (
            not house.sql("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()")
        )
    )
    assert house.sql(CONFIRMED) == 0
    again = _bulk_confirm(house)
    again["press"]()
    assert (again["status"], house.sql(CONFIRMED)) == (200, 200)


def test_a_killed_database_in_a_bulk_confirmation_answers_503_and_the_repeat_confirms_once(house: House) -> None:
    _imported(house, 300)
    answer = _bulk_confirm(house)

    with _row_locked(house):
        answer["thread"].start()
        until(house.somebody_waits, what="the confirmation to wait")
        house.postgres.kill()
    answer["thread"].join(60)
    house.postgres.start()

    assert answer["status"] == 503
    assert house.sql(CONFIRMED) == 0
    answer["press"]()
    assert (answer["status"], house.sql(CONFIRMED)) == (200, 200)
    assert house.sql("SELECT count(*) FROM orders_shippingorderevent") == 200


def test_a_queue_and_a_worker_killed_in_a_bulk_confirmation_cost_it_nothing(house: House) -> None:
    _imported(house, 300)
    worker = house.worker()
    answer = _bulk_confirm(house)

    with _row_locked(house):
        answer["thread"].start()
        until(house.somebody_waits, what="the confirmation to wait")
        house.kill(worker)
        house.valkey.kill()
    answer["thread"].join(60)

    assert (answer.get("status"), house.sql(CONFIRMED)) == (200, 200)
    assert house.sql("SELECT count(*) FROM orders_shippingorderevent") == 200
    answer["press"]()
    assert (answer["status"], house.sql(CONFIRMED)) == (200, 200)
    house.valkey.start()
