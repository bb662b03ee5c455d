"""The planner's page in a real browser, served as planners have it: what they see, move, upload and download; both languages."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from simlib.dashboard.session import Asked, bundled
from simlib.dashboard.uploads import scenario_of
from simlib.dashboard.views.tiles import WIDEST
from simlib.facts import load_facts
from simlib.registry import write_registry
from simlib.runs import Run, run_one
from simlib.words import Words
from tests.browsing import DESK, PATIENCE_MS
from tests.programs import serving
from tests.reports.workbook.reading import read
from tests.small import small_register

pytestmark = pytest.mark.browser

TOKEN = "a-token-of-the-tests"  # of a server that lasts as long as its test
TABLET = (1024, 768)
DRAWS = 8
PAID = "levers.funds.household.paid.province"
ZH, EN = Words("zh"), Words("en")
LONG = 4_000
LEAST_TILE = 15.0
"""Pixels a side from which on a tile can be told and touched."""
LEAST_LETTER = 9.0
"""Pixels of height from which on the number on it can be read."""


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("register") / "register.xlsx"
    write_registry(small_register(), path)
    return path


@pytest.fixture(autouse=True)
def patient() -> None:
    expect.set_options(timeout=PATIENCE_MS)


def served(font_env: dict[str, str], *options: object) -> Iterator[str]:
    command = [sys.executable, "-m", "simlib.cli", "app", "--no-browser", "--port", "{port}", *map(str, options)]
    with serving(command, env=font_env | {"JUPYTER_TOKEN": TOKEN}, seconds=600) as address:
        yield f"{address}/?token={TOKEN}"


@pytest.fixture(scope="module")
def address(font_env: dict[str, str], register: Path) -> Iterator[str]:
    yield from served(font_env, "--registry", register, "--draws", DRAWS, "--ensemble", DRAWS)


def opened(page: Page, address: str) -> None:
    """The page, with its levers."""
    page.goto(address, wait_until="commit")
    page.locator("#rendered_cells .simlib-levers [role=slider]").first.wait_for()
    answered(page)


def answered(page: Page) -> None:
    """Until the answer on the page is the one that was asked for, whole."""
    expect(page.locator("#rendered_cells .simlib-status")).to_contain_text(re.compile("完成|done"))
    expect(gauges(page)).not_to_have_class(re.compile("simlib-stale"))
    expect(gauges(page)).not_to_contain_text(re.compile("|".join(words("chances follow") for words in (ZH, EN))))


def gauges(page: Page) -> Locator:
    return page.locator("#rendered_cells .simlib-surface", has=page.locator(".simlib-gauges"))


def lever(page: Page, words: Words) -> Locator:
    name = words("household fund: part paid by {what}", what=words["payer.province"])
    return page.get_by_role("slider", name=name)


def moved(page: Page, words: Words, key: str, times: int) -> None:
    """The province's lever, moved by key, which the page has heard; then answered, with luck in it."""
    reset = page.locator('#rendered_cells [data-act="reset"]')  # tells how many levers were moved
    before = reset.inner_text()
    for _ in range(times):
        lever(page, words).press(key)
    expect(reset).not_to_have_text(before)
    answered(page)


def shares(page: Page) -> list[str]:
    return gauges(page).locator(".simlib-share > b").all_inner_texts()


def own(moves: dict[str, float | str]) -> Run:
    """The same question, asked in Python."""
    return run_one(Asked(bundled("full_package"), moves).scenario(load_facts()), small_register(), draws=DRAWS)


def share_of(run: Run, target: str, words: Words) -> str:
    table = run.targets()
    rows = table[(table["target"] == target) & (table["per"] == "people") & table["line"].isin(["fixed"]) & (table["reading"] == "each")]
    return words.percent(rows["met_share_mean"].iloc[0], 1)


def test_it_opens_in_chinese_and_speaks_english_when_told_to(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page, address)
    assert ZH["target.household_income"] in gauges(page).inner_text()
    page.get_by_role("button", name="English").click()
    expect(gauges(page)).to_contain_text(EN["target.household_income"])
    text = page.locator("#rendered_cells").inner_text()
    assert (
        re.findall(r"[\u4e00-\u9fff]{2,}", re.sub(r"中文|[\u4e00-\u9fff]+[县市区]|[一二三四]\([一二三四五六七八九十]+\)", "", text)) == []
    )
    outside = [url for url in asked if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))]
    assert outside == []


def test_a_lever_moved_by_key_gives_the_numbers_of_the_python_api(page: Page, address: str) -> None:
    opened(page, address)
    assert shares(page)[0] == share_of(own({}), "household_income", ZH)
    moved(page, ZH, "Home", 1)
    assert shares(page)[0] == share_of(own({PAID: 0.0}), "household_income", ZH)
    expect(page.get_by_role("button", name=ZH("all levers back ({count} moved)", count=1))).to_be_enabled()
    moved(page, ZH, "End", 1)
    assert shares(page)[0] == share_of(own({}), "household_income", ZH)


def test_a_register_is_opened_and_a_bad_one_is_told_cell_by_cell(page: Page, address: str, register: Path, tmp_path: Path) -> None:
    opened(page, address)
    book = openpyxl.load_workbook(register)
    book.worksheets[0]["C2"] = "many"
    book.save(tmp_path / "bad.xlsx")
    chosen = page.locator("input[type=file][data-act=register]")
    chosen.set_input_files(tmp_path / "bad.xlsx")
    problems = page.get_by_role("alert")
    expect(problems).to_contain_text("many")
    expect(problems).to_contain_text("2")
    before = shares(page)
    (tmp_path / "good.xlsx").write_bytes(register.read_bytes())
    chosen.set_input_files(tmp_path / "good.xlsx")
    expect(page.locator("#rendered_cells .simlib-title")).to_contain_text("good.xlsx")  # with the first look at its answer
    answered(page)
    expect(problems).to_have_count(0)
    assert shares(page) == before


def targets_in(content: bytes, words: Words) -> dict[tuple[object, ...], float]:
    """Of a workbook's sheet of targets the mean shares, by target, line, reading, per and year."""
    rows = list(read(content)[words("Targets")].iter_rows(values_only=True))
    first = next(place for place, row in enumerate(rows) if row[0] == words("target"))
    mean = rows[first].index(words("mean"))
    return {row[:5]: float(str(row[mean])) for row in rows[first + 1 :] if row[0]}


def targets_of(run: Run, words: Words) -> dict[tuple[object, ...], float]:
    """The same of a run, in the workbook's words."""

    def label(kind: str, code: object) -> str | None:
        return words[f"{kind}.{code}"] if isinstance(code, str) else None

    rows = run.targets().to_dict("records")
    names = [(*(label(kind, row[kind]) for kind in ("target", "line", "reading", "per")), row["year"]) for row in rows]
    return {name: row["met_share_mean"] for name, row in zip(names, rows, strict=True)}


def test_downloads_read_back_say_what_the_page_says(page: Page, address: str) -> None:
    opened(page, address)
    moved(page, ZH, "Home", 1)
    with page.expect_download() as scenario:
        page.get_by_role("button", name=ZH("save the scenario file")).click()
    content = Path(scenario.value.path()).read_bytes()
    assert scenario_of(scenario.value.suggested_filename, content).scenario.hash == own({PAID: 0.0}).scenario.hash
    with page.expect_download() as workbook:
        page.get_by_role("button", name=ZH("save the workbook (Excel)")).click()
    assert targets_in(Path(workbook.value.path()).read_bytes(), ZH) == pytest.approx(targets_of(own({PAID: 0.0}), ZH), abs=1e-6)


def test_a_saved_scenario_is_loaded_again_and_a_bad_one_is_told_by_its_place(page: Page, address: str, tmp_path: Path) -> None:
    opened(page, address)
    chosen = page.locator("input[type=file][data-act=scenario]")
    (tmp_path / "bad.yaml").write_text("base: full_package\nlevers: {funds: {household: {delay_years: 9}}}\n", encoding="utf-8")
    chosen.set_input_files(tmp_path / "bad.yaml")
    expect(page.get_by_role("alert")).to_contain_text("levers.funds.household.delay_years")
    (tmp_path / "good.yaml").write_text("base: full_package\nlevers: {funds: {household: {paid: {province: 0}}}}\n", encoding="utf-8")
    chosen.set_input_files(tmp_path / "good.yaml")
    expect(lever(page, ZH)).to_have_attribute("aria-valuenow", "0.0")
    answered(page)
    assert shares(page)[0] == share_of(own({PAID: 0.0}), "household_income", ZH)


def test_a_village_is_opened_by_keys_and_by_mouse_and_names_nobody(page: Page, address: str) -> None:
    opened(page, address)
    tiles = page.locator("#rendered_cells .simlib-tiles [role=button]")
    tiles.first.focus()
    page.keyboard.press("Tab") if tiles.count() == 1 else page.keyboard.press("ArrowRight")
    chosen = page.evaluate("document.activeElement.dataset.value")
    page.keyboard.press("Enter")
    village = page.locator("#rendered_cells .simlib-village")
    expect(village).to_contain_text(chosen)
    ids = small_register().households.query("village_id == @chosen")["household_id"]
    assert sorted(village.locator("table").last.locator("tbody th").all_inner_texts()) == sorted(ids)
    page.keyboard.press("Escape")
    expect(village).to_have_count(0)
    tiles.last.click()
    expect(village.locator("h3")).to_be_in_viewport()
    widths = tiles.locator("rect").evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
    assert max(widths) <= WIDEST  # a few villages are no billboard


def test_a_pinned_answer_is_compared_under_the_same_luck(page: Page, address: str) -> None:
    opened(page, address)
    page.get_by_role("button", name=ZH("pin for comparison")).click()
    moved(page, ZH, "Home", 1)
    page.get_by_role("button", name=ZH("Comparison"), exact=True).click()
    table = page.locator("#rendered_cells .simlib-table", has_text=ZH("spent in all years to then"))
    expect(table).to_contain_text("−")


def test_the_code_asserts_the_hash_of_the_numbers_on_the_page(page: Page, address: str) -> None:
    from simlib.dashboard import result_hash

    opened(page, address)
    moved(page, ZH, "Home", 1)
    page.get_by_role("button", name=ZH("Show the code")).click()
    expect(page.locator("#simlib-code")).to_contain_text(result_hash(own({PAID: 0.0})))


@pytest.mark.parametrize("name", ["Incomes", "Sources of income", "Money in and out", "All numbers"])
def test_a_figure_comes_with_its_numbers_as_text(page: Page, address: str, name: str) -> None:
    opened(page, address)
    page.get_by_role("button", name=ZH(name), exact=True).click()
    figure = page.locator("#rendered_cells .simlib-figure img").locator("visible=true")
    expect(figure).to_have_count(1)
    assert (figure.get_attribute("alt") or "").strip()
    expect(page.locator("#rendered_cells .simlib-table").locator("visible=true").first).to_be_visible()


def test_a_request_without_the_token_or_for_another_host_is_refused(page: Page, address: str) -> None:
    bare = address.partition("/?")[0]
    with page.expect_websocket() as socket:
        opened(page, address)
    channels = socket.value.url.replace("ws://", "http://").partition("?")[0]  # of a kernel that is there
    assert channels.startswith(f"{bare}/api/kernels/")
    assert page.request.get(channels).status == 400  # let in, and told to speak as a websocket
    assert page.context.browser is not None
    stranger = page.context.browser.new_context()
    try:
        assert stranger.request.get(channels, max_redirects=0).status == 403
        for place in ("", "/voila/files/app.ipynb"):
            assert stranger.request.get(bare + place, max_redirects=0).status in (302, 403)
        assert stranger.request.get(address, headers={"Host": "evil.example"}, max_redirects=0).status == 403
        assert stranger.request.get(address, max_redirects=0).status == 200
    finally:
        stranger.close()


@pytest.fixture(scope="module")
def whole(font_env: dict[str, str]) -> Iterator[str]:
    """The full task: 477 villages; its full ensemble takes longer than it takes to cancel it."""
    yield from served(font_env, "--ensemble", LONG)


def begun(page: Page, address: str) -> None:
    """The page, with a first answer on it, while the full ensemble is under way."""
    page.goto(address, wait_until="commit")
    page.locator("#rendered_cells .simlib-tiles rect").first.wait_for()


def test_a_run_is_cancelled_and_what_was_shown_stays(page: Page, whole: str) -> None:
    begun(page, whole)
    status = page.locator("#rendered_cells .simlib-status")
    page.get_by_role("button", name=ZH("cancel"), exact=True).click()
    expect(status).to_contain_text(ZH("cancelled"))
    expect(status).not_to_contain_text(ZH("{count} futures, seed {seed}", count=LONG, seed=1))
    expect(gauges(page)).not_to_have_class(re.compile("simlib-stale"))
    expect(page.get_by_role("button", name=ZH("cancel"), exact=True)).to_be_hidden()


@pytest.mark.parametrize("size", [DESK, TABLET])
def test_477_tiles_are_legible(page: Page, whole: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    begun(page, whole)
    page.get_by_role("button", name=ZH("cancel"), exact=True).click()
    tiles = page.locator("#rendered_cells .simlib-tiles rect")
    boxes = tiles.evaluate_all("all => all.map(one => one.getBoundingClientRect()).map(box => [box.left, box.top, box.right, box.bottom])")
    letters = page.locator("#rendered_cells .simlib-tiles g text").first.evaluate("one => one.getBoundingClientRect().height")
    assert len(boxes) == 477
    assert all(right - left >= LEAST_TILE and bottom - top >= LEAST_TILE for left, top, right, bottom in boxes)
    assert all(left >= 0 and right <= size[0] for left, _, right, _ in boxes)
    assert size != DESK or max(bottom for *_, bottom in boxes) <= size[1]  # on a desk none is scrolled for
    assert not any(_overlap(one, other) for place, one in enumerate(boxes) for other in boxes[:place])
    assert letters >= LEAST_LETTER


def _overlap(one: list[float], other: list[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
