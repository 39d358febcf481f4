"""The box at the end of `make run`, and logs that stay small."""

from pathlib import Path

from opsdesk.supervisor import console, logs


def test_the_box_is_straight_with_chinese_names_in_it() -> None:
    box = console.boxed(["lin  客服", "otto  finance"])

    assert box == "┌───────────────┐\n│ lin  客服     │\n│ otto  finance │\n└───────────────┘"


def test_a_log_that_grew_too_large_is_set_aside_while_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"old line\n")

        logs.rotate(log, largest=5)
        writer.write(b"new line\n")

    assert log.read_bytes() == b"new line\n"
    assert (tmp_path / "web.log.1").read_bytes() == b"old line\n"


def test_a_small_log_is_left_alone(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"line\n")

    logs.rotate(log, largest=5)

    assert log.read_bytes() == b"line\n"
    assert not (tmp_path / "web.log.1").exists()
