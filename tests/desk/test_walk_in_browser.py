"""The warehouse's pages in a real browser: a scanner that types and presses Enter, a phone, and the keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.models import User, Warehouse
from apps.warehouse.actions import plan_wave, start_wave
from apps.warehouse.models import PickLine, Wave
from tests.browsing import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SitDown = Callable[..., Page]
Orders = Callable[..., list[ShippingOrder]]


def _beep(page: Page, code: str) -> None:
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def test_a_wave_is_walked_with_a_scanner_on_a_phone(
    sit_down: SitDown,
    noor: User,
    reserved: Orders,
    warehouse: Warehouse,
    as_vera: Actor,
) -> None:
    reserved(2, lines=2)
    wave = plan_wave(warehouse.pk, by=as_vera)
    start_wave(wave.pk, by=Actor.of(noor))
    page = sit_down(noor, "en", viewport=PHONE)
    page.goto(f"/desk/waves/{wave.pk}/walk/")

    expect(page.locator("#code")).to_be_focused()
    _beep(page, "QH-777")
    expect(page.locator(".result.bad")).to_have_text("Wrong item. This stop is for QH-000.")
    _beep(page, "QH-000")
    expect(page.locator(".result.good")).to_have_text("Right: put it into slot 1.")
    expect(page.locator(".so-many")).to_have_text("1 / 2")
    expect(page.locator("#code")).to_be_focused()
    expect(page.locator("#code")).to_have_value("")
    _beep(page, "QH-000")
    expect(page.locator(".so-many")).to_have_text("0 / 2")
    _beep(page, "QH-001")
    expect(page.locator(".so-many")).to_have_text("1 / 2")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    _beep(page, "QH-001")
    expect(page.locator("#bench")).to_contain_text("Everything is picked")
    expect(page.get_by_role("button", name="Finish picking")).to_be_focused()
    expect(page.locator("#code")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/waves/{wave.pk}/")

    assert Wave.objects.get().state == "picked"
    assert list(PickLine.objects.values_list("picked_quantity", flat=True)) == [2, 2]


def test_a_scan_that_is_half_typed_when_the_answer_comes_is_not_cut(
    sit_down: SitDown, noor: User, reserved: Orders, warehouse: Warehouse, as_vera: Actor
) -> None:
    reserved(2)
    wave = plan_wave(warehouse.pk, by=as_vera)
    start_wave(wave.pk, by=Actor.of(noor))
    page, held = sit_down(noor, "en", viewport=PHONE), list[Route]()
    page.goto(f"/desk/waves/{wave.pk}/walk/")
    page.route("**/walk/", lambda route: held.append(route))  # noqa: PLW0108 -- Playwright looks at its signature

    with page.expect_request("**/walk/"):
        _beep(page, "QH-777")
    page.keyboard.type("QH-")
    held[0].continue_()
    expect(page.locator(".result.bad")).to_be_visible()
    page.keyboard.type("000")

    expect(page.locator("#code")).to_have_value("QH-000")


HEARD = """
    window.heard = [];
    window.AudioContext = class {
        currentTime = 0;
        destination = null;
        createGain() { return { gain: {}, connect: () => {} }; }
        createOscillator() {
            return {
                frequency: {},
                connect: (next) => next,
                start() { window.heard.push(this.frequency.value < 440 ? "low" : "high"); },
                stop() {},
            };
        }
    };
"""


def _heard(page: Page, sounds: int) -> list[str]:
    """What was heard once there were so many sounds: they come when the answer has settled, after it can be seen."""
    page.wait_for_function("sounds => window.heard.length >= sounds", arg=sounds)
    return list(page.evaluate("window.heard"))


def test_the_ear_tells_a_wrong_item_from_a_right_one(
    sit_down: SitDown, noor: User, reserved: Orders, warehouse: Warehouse, *, as_vera: Actor
) -> None:
    reserved(2)
    wave = plan_wave(warehouse.pk, by=as_vera)
    start_wave(wave.pk, by=Actor.of(noor))
    page = sit_down(noor, "en")
    page.add_init_script(HEARD)
    page.goto(f"/desk/waves/{wave.pk}/walk/")

    _beep(page, "QH-777")
    expect(page.locator(".result.bad")).to_be_visible()
    assert _heard(page, 1) == ["low"]
    _beep(page, "QH-000")
    expect(page.locator(".result.good")).to_be_visible()
    assert _heard(page, 2) == ["low", "high"]


CAMERA = """
    window.BarcodeDetector = class {
        static async getSupportedFormats() { return ["ean_13"]; }
        async detect() { return [{ rawValue: "QH-000" }]; }
    };
    navigator.mediaDevices.getUserMedia = async () => {
        const canvas = document.createElement("canvas");
        setInterval(() => canvas.getContext("2d").fillRect(0, 0, 9, 9), 50);
        return window.given = canvas.captureStream(20);
    };
"""


def test_a_phone_that_reads_codes_scans_with_its_camera_and_lets_it_go(
    sit_down: SitDown, noor: User, reserved: Orders, warehouse: Warehouse, as_vera: Actor
) -> None:
    reserved(2)
    wave = plan_wave(warehouse.pk, by=as_vera)
    start_wave(wave.pk, by=Actor.of(noor))
    page = sit_down(noor, "en", viewport=PHONE)
    page.add_init_script(CAMERA)
    page.goto(f"/desk/waves/{wave.pk}/walk/")

    page.get_by_role("button", name="Scan with the camera").click()

    # A piece that stays in the picture counts once: the next one is asked for by a press.
    expect(page.locator("#camera-box [role=status]")).to_have_text("Right: put it into slot 1.")
    expect(page.locator(".so-many")).to_have_text("1 / 2")
    expect(page.get_by_role("button", name="Next code")).to_be_focused()
    page.get_by_role("button", name="Next code").click()
    expect(page.locator("#bench")).to_contain_text("Everything is picked")
    expect(page.locator("#camera-box")).not_to_be_visible()
    # The box tells of its closing a moment after it is gone.
    page.wait_for_function("window.given.getTracks().every((track) => track.readyState === 'ended')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    "broken",
    [
        "window.BarcodeDetector.prototype.detect = async () => { throw new Error(); };",
        "HTMLMediaElement.prototype.play = async () => { throw new Error(); };",
    ],
)
def test_a_camera_that_shows_or_reads_nothing_is_let_go_and_the_box_says_so(
    sit_down: SitDown, noor: User, reserved: Orders, warehouse: Warehouse, *, as_vera: Actor, broken: str
) -> None:
    reserved(2)
    wave = plan_wave(warehouse.pk, by=as_vera)
    start_wave(wave.pk, by=Actor.of(noor))
    page = sit_down(noor, "en", viewport=PHONE)
    page.add_init_script(CAMERA + broken)
    page.goto(f"/desk/waves/{wave.pk}/walk/")

    page.get_by_role("button", name="Scan with the camera").click()

    expect(page.locator("#camera-box [role=alert]")).to_be_visible()
    expect(page.locator("#camera-box [role=alert]")).to_contain_text("The camera could not be opened.")
    assert page.evaluate("window.given.getTracks().every((track) => track.readyState === 'ended')")
    expect(page.locator(".so-many")).to_have_text("0 / 2")


def test_a_browser_that_reads_no_codes_shows_no_camera(
    sit_down: SitDown, noor: User, reserved: Orders, warehouse: Warehouse, as_vera: Actor
) -> None:
    reserved(1)
    wave = plan_wave(warehouse.pk, by=as_vera)
    start_wave(wave.pk, by=Actor.of(noor))
    page = sit_down(noor, "en", viewport=PHONE)
    page.add_init_script("delete window.BarcodeDetector")

    answer = page.goto(f"/desk/waves/{wave.pk}/walk/")

    expect(page.locator("#code")).to_be_focused()
    expect(page.locator("#camera")).to_be_hidden()
    assert answer is not None
    assert answer.headers["permissions-policy"].startswith("camera=(self), microphone=()")


def test_a_short_pick_is_told_on_the_walk_and_the_next_stop_comes_up(
    sit_down: SitDown,
    noor: User,
    reserved: Orders,
    warehouse: Warehouse,
    as_vera: Actor,
) -> None:
    reserved(2)
    wave = plan_wave(warehouse.pk, by=as_vera)
    start_wave(wave.pk, by=Actor.of(noor))
    page = sit_down(noor, "en", viewport=PHONE)
    page.goto(f"/desk/waves/{wave.pk}/walk/")

    page.locator(".short summary").click()
    page.fill(".short input[name=quantity]", "1")
    page.fill(".short input[name=reason]", "少一件")
    page.locator(".short button[type=submit]").click()

    expect(page.locator(".result.info")).to_contain_text("Noted. 1 order left the wave")
    expect(page.locator("#bench")).to_contain_text("Everything is picked")


def test_the_preview_follows_the_form_and_planning_leads_to_the_wave(
    sit_down: SitDown,
    vera: User,
    reserved: Orders,
) -> None:
    reserved(3)
    reserved(1, lines=2)
    page = sit_down(vera, "en")
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url("**/desk/board/")

    page.locator("a", has_text="Plan a wave").first.click()
    expect(page.locator("#match")).to_have_text("4 orders match and come along.")
    page.check("input[name=kind][value=single]")
    expect(page.locator("#match")).to_have_text("3 orders match and come along.")
    page.fill("#most", "2")
    expect(page.locator("#match")).to_have_text("3 orders match; the wave takes 2, the earliest paid first.")
    page.locator("#rule button[type=submit]").click()

    expect(page.locator(".toast")).to_contain_text("was planned with 2 orders.")
    expect(page.locator(".slots li")).to_have_count(2)


def test_one_box_ticks_all_orders_of_a_wave_planned_by_hand(sit_down: SitDown, vera: User, reserved: Orders) -> None:
    reserved(3)
    page = sit_down(vera, "en")
    page.goto("/desk/waves/plan/")

    every = page.get_by_label("All that are shown")
    every.check()
    page.locator(".hand .ck").first.uncheck()
    assert every.evaluate("box => box.indeterminate")
    every.check()
    page.get_by_role("button", name="Plan a wave of the chosen orders").click()

    expect(page.locator(".toast")).to_contain_text("was planned with 3 orders.")


def test_a_paper_opens_in_a_window_of_its_own_and_asks_for_the_printer(
    sit_down: SitDown,
    noor: User,
    reserved: Orders,
    warehouse: Warehouse,
    as_vera: Actor,
) -> None:
    reserved(1)
    wave = plan_wave(warehouse.pk, by=as_vera)
    page = sit_down(noor, "en")
    page.context.add_init_script("window.print = () => { document.title = 'printing'; }")
    page.goto(f"/desk/waves/{wave.pk}/")

    page.locator("button", has_text="Print the pick list").click()
    page.wait_for_url("**/desk/papers/*/")
    with page.expect_popup() as opened:
        page.locator("a[data-print]").click()

    expect(opened.value).to_have_title("printing")
    expect(opened.value.locator("body")).to_contain_text(wave.number)
