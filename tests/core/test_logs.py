"""What must never be in a log."""

import json
import logging

import pytest

from apps.core.logs import JsonFormatter, scrubbed

TOKEN = "q7Xn0-vY3bZk_2Lr8TtA5sEwJc9MdHgPfUiQoRxNVyK"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"/desk/answer/{TOKEN}/", "/desk/answer/[key]/"),
        (f"/desk/answer/statement/{TOKEN}/paper/", "/desk/answer/statement/[key]/paper/"),
        (
            f"Internal Server Error: /desk/answer/statement/{TOKEN}/",
            "Internal Server Error: /desk/answer/statement/[key]/",
        ),
        ("/desk/answer/statement/", "/desk/answer/statement/"),
        ("/desk/orders/17/", "/desk/orders/17/"),
        ("call 13812345678", "call [phone]"),
    ],
)
def test_the_key_of_a_signed_link_and_a_phone_are_not_written_down(said: str, kept: str) -> None:
    assert scrubbed(said) == kept


def test_the_path_of_a_request_is_scrubbed_too() -> None:
    record = logging.makeLogRecord({"msg": "request", "path": f"/desk/answer/{TOKEN}/", "status": 200})

    line = json.loads(JsonFormatter().format(record))

    assert (line["path"], line["status"]) == ("/desk/answer/[key]/", 200)
    assert TOKEN not in json.dumps(line)
