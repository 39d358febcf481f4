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


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("buyer 张三", "buyer [text]"),
        ("(name=abc张三, note)", "(name=[text] note)"),
        ("name=张三:上海(13号楼 x", "name=[text] x"),
        ("(张三)李四)end", "([text])[text])end"),
        ("sku)红 'L红色L' \\蓝", "sku)[text] '[text]' \\[text]"),
    ],
)
def test_chinese_goes_with_what_is_glued_to_it(said: str, kept: str) -> None:
    assert scrubbed(said) == kept


def test_a_word_of_any_length_is_scrubbed_and_a_path_is_cut() -> None:
    long = "a" * 100_000

    assert scrubbed(long) == long
    assert scrubbed(f"{long}张") == "[text]"
    record = logging.makeLogRecord({"msg": "request", "path": f"/{long}"})
    assert json.loads(JsonFormatter().format(record))["path"] == f"/{long}"[:200]


def test_the_path_of_a_request_is_scrubbed_too() -> None:
    record = logging.makeLogRecord({"msg": "request", "path": f"/desk/answer/{TOKEN}/", "status": 200})

    line = json.loads(JsonFormatter().format(record))

    assert (line["path"], line["status"]) == ("/desk/answer/[key]/", 200)
    assert TOKEN not in json.dumps(line)
