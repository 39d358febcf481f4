"""What falls is started again, later each time it falls quickly; a person reads one line about it."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from opsdesk.embedded import ServerFailed
from opsdesk.supervisor.keeper import Keeper, how_it_ended


@dataclass
class Dummy:
    """A service that a test lets fall. broken: how many of the next starts fail."""

    name: str = "web"
    log: Path = Path("web.log")
    status: int | None = None
    starts: int = 0
    broken: int = 0

    def launch(self) -> None:
        self.starts += 1
        if self.broken:
            self.broken -= 1
            raise ServerFailed("no room")
        self.status = None

    def exit_status(self) -> int | None:
        return self.status

    def request_stop(self) -> None:
        self.status = 0

    def kill(self) -> None:
        self.status = -9


@dataclass
class House:
    """A keeper over one dummy, with a clock that the test moves."""

    web: Dummy = field(default_factory=Dummy)
    now: float = 0
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keeper = Keeper(self.said.append, clock=lambda: self.now)
        self.keeper.keep(self.web)

    def seconds_until_it_is_back(self) -> float:
        """Let the service fall now and count how long it stays away."""
        self.web.status = 1
        fell, starts = self.now, self.web.starts
        self.keeper.tick()
        while self.web.starts == starts:
            self.now += 0.25
            self.keeper.tick()
        return self.now - fell


@pytest.fixture
def house() -> House:
    """A house with one running service."""
    return House()


def test_a_service_that_keeps_falling_comes_back_ever_later_but_within_ten_seconds(house: House) -> None:
    waits = [house.seconds_until_it_is_back() for _ in range(7)]

    assert waits == [0.5, 1, 2, 4, 8, 10, 10]


def test_a_service_that_ran_well_for_a_while_comes_back_quickly_again(house: House) -> None:
    for _ in range(4):
        house.seconds_until_it_is_back()
    house.now += 31

    assert house.seconds_until_it_is_back() == 0.5


def test_a_start_that_fails_is_tried_again(house: House) -> None:
    house.web.broken = 1

    tried = house.seconds_until_it_is_back()
    house.now += 1
    house.keeper.tick()

    assert tried == 0.5
    assert house.web.status is None
    assert "web did not start: no room. Starting it again in 1 s. Its log: web.log" in house.said


def test_the_console_reads_one_line_for_each_fall(house: House) -> None:
    house.web.status = -9
    for _ in range(3):
        house.keeper.tick()

    assert house.said == ["web was ended by SIGKILL. Starting it again in 0.5 s. Its log: web.log"]


def test_a_service_that_runs_is_left_alone(house: House) -> None:
    for _ in range(5):
        house.now += 60
        house.keeper.tick()

    assert house.web.starts == 1
    assert house.said == []


def test_an_ending_is_said_as_a_person_says_it() -> None:
    assert how_it_ended(3) == "ended with exit code 3"
    assert how_it_ended(-15) == "was ended by SIGTERM"
