"""How long people wait for the planner's page: `simlib app` as it is, the full task, looked at by a real Chromium.

    python -m benchmarks.page [--repeat 5]

Cold: the first page of a server that was just started (its kernel may not be ready yet). Preheated: pages after it, opened when a kernel
is ready. A move: a slider goes to another value by its key; waited for until the page shows the first look (central values), the first
draws, the whole ensemble with the status done. Medians, in milliseconds; a view's figure likewise. Needs `chromium` on the PATH.
"""

import argparse
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Locator, Page, expect

from benchmarks.table import machine
from simlib.dashboard.session import DRAWS, ENSEMBLE
from simlib.runs.single import SEED
from simlib.words import Words
from tests.browsing import DESK, browsing
from tests.fonts import with_chinese
from tests.programs import serving

TOKEN = "a-token-of-the-benchmark"
PATIENCE_MS = 120_000
SHOWN = "#rendered_cells"
KERNEL_S = 12.0
"""Until the next kernel is ready, after a page was opened (`dashboard.serving.REFILL_S` and its start)."""


ZH = Words("zh")
WATCH = """() => {
    const state = () => ({
        ms: performance.now() - begun,
        text: document.querySelector('#rendered_cells .simlib-status')?.innerText ?? '',
        stale: document.querySelector('#rendered_cells .simlib-surface.simlib-stale .simlib-gauges') !== null,
    });
    window.seen = [];
    window.begun = performance.now();
    window.addEventListener('keydown', () => { seen.length = 0; begun = performance.now(); }, { capture: true, once: true });
    window.watcher?.disconnect();
    window.watcher = new MutationObserver(() => seen.push(state()));
    watcher.observe(document.querySelector('#rendered_cells'), { subtree: true, childList: true, characterData: true, attributes: true });
}"""
"""Has the browser write down, at each change of the page, when it came after the key, the status, and whether the gauges are stale."""


class Goal(NamedTuple):
    """Something that is waited for, and for how long at most (None: no goal)."""

    what: str
    ms: int | None


FIRST, COLD = Goal("first numbers on the page, preheated", 2_000), Goal("first numbers on the page, cold", 6_000)
LOOK, LUCK = Goal("a slider's move to the first look", 400), Goal(f"a slider's move to {DRAWS} futures", 1_500)
LEVERS, WHOLE = Goal("levers can be moved, preheated", None), Goal(f"a slider's move to {ENSEMBLE} futures, all done", None)
VIEW = Goal("another view with its figure", None)
GOALS = (FIRST, COLD, LEVERS, LOOK, LUCK, WHOLE, VIEW)


def line(goal: Goal, taken: list[float]) -> str:
    """A row of the table: goal and median in ms, the least and the most of how many."""
    if not taken:
        return f"{goal.what:<52}{goal.ms or '':>8}{'–':>10}"
    middle = statistics.median(taken)
    verdict = "" if goal.ms is None else "met" if middle <= goal.ms else "missed"
    return f"{goal.what:<52}{goal.ms or '':>8}{middle:>10.0f}{min(taken):>10.0f}{max(taken):>10.0f}{len(taken):>5}  {verdict}"


def since(begin: float) -> float:
    """Milliseconds."""
    return 1_000 * (time.perf_counter() - begin)


@contextmanager
def looking(browser: Browser) -> Iterator[Page]:
    """A new browser's page of a county office's screen."""
    with browser.new_context(viewport={"width": DESK[0], "height": DESK[1]}) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context.new_page()


def opened(page: Page, address: str) -> tuple[float, float]:
    """Open the page. -> milliseconds to its first numbers, and to its levers"""
    begin = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(".simlib-gauges").first.wait_for()
    first = since(begin)
    slider(page).wait_for()
    levers = since(begin)
    status(page, "完成")
    return first, levers


def slider(page: Page) -> Locator:
    """The first lever."""
    return page.locator(f"{SHOWN} .simlib-levers [role=slider]").first


def status(page: Page, text: str) -> None:
    """Wait until the status says this."""
    expect(page.locator(f"{SHOWN} .simlib-status")).to_contain_text(re.compile(text), timeout=PATIENCE_MS)


def moved(page: Page, key: str) -> dict[Goal, float]:
    """Move the first lever by a key. -> milliseconds from the key to each look, by the browser's own clock"""
    page.evaluate(WATCH)
    slider(page).focus()
    page.keyboard.press(key)
    done = ZH("done")
    page.wait_for_function("done => seen.some(one => one.stale) && !seen.at(-1).stale && seen.at(-1).text.includes(done)", arg=done)
    seen = page.evaluate("seen")
    stale = next(place for place, one in enumerate(seen) if one["stale"])
    fresh = [one for one in seen[stale:] if not one["stale"]]
    luck = ZH("{count} futures, seed {seed}", count=DRAWS, seed=SEED)
    found = {
        LOOK: next(iter(fresh), None),
        LUCK: next((one for one in fresh if luck in one["text"]), None),
        WHOLE: next((one for one in fresh if done in one["text"]), None),
    }
    return {goal: one["ms"] for goal, one in found.items() if one is not None}


def viewed(page: Page, place: int) -> float:
    """Open a view that has a figure. -> milliseconds until it is there and fresh"""
    begin = time.perf_counter()
    page.locator(f"{SHOWN} .simlib-views button").nth(place).click()
    page.locator(f"{SHOWN} .simlib-surface:not(.simlib-stale) figure img:visible").first.wait_for()
    return since(begin)


def measured(browser: Browser, env: dict[str, str], repeat: int) -> dict[Goal, list[float]]:
    """Everything, on one server."""
    taken: dict[Goal, list[float]] = {goal: [] for goal in GOALS}
    command = [sys.executable, "-m", "simlib.cli", "app", "--no-browser", "--port", "{port}"]
    with serving(command, env=env | {"JUPYTER_TOKEN": TOKEN}, seconds=900) as address:
        for number in range(repeat + 1):
            with looking(browser) as page:
                first, levers = opened(page, f"{address}/?token={TOKEN}")
                taken[FIRST if number else COLD].append(first)
                if number:
                    taken[LEVERS].append(levers)
                for key in ("Home", "End"):
                    for goal, ms in moved(page, key).items():
                        taken[goal].append(ms)
                taken[VIEW].append(viewed(page, 1))
            time.sleep(KERNEL_S)
    return taken


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5, help="preheated pages")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        env = with_chinese(Path(folder))
        before = os.getloadavg()[0]
        with browsing(env) as browser:
            taken = measured(browser, env, told.repeat)
    print(f"{machine()}; load a minute before and after: {before:.1f}, {os.getloadavg()[0]:.1f}")
    print(f"{'wait':<52}{'goal ms':>8}{'median':>10}{'least':>10}{'most':>10}{'of':>5}")
    for goal in GOALS:
        print(line(goal, taken[goal]))


if __name__ == "__main__":
    main()
