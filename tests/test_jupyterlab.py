"""A notebook in a real JupyterLab: all cells run there, and its last assertion holds."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.programs import serving

NOTEBOOK = Path(__file__).resolve().parent.parent / "notebooks" / "01_policy_and_targets.ipynb"
TOKEN = "for-this-test-only"
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},  # every cell stands on the page
}
FOLDERS = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
IDLE = "Python 3 (ipykernel) | Idle"
ERROR = '[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]'
PATIENCE_MS = 180_000
HEARD_MS, TRIES = 20_000, 3
"""Until a page shows that it was asked to run its cells; and how often it is asked."""


def without_outputs(notebook: dict[str, Any]) -> dict[str, Any]:
    """As somebody opens it who wants to see it run: no number is there before."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return notebook


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, font_env: dict[str, str]) -> Iterator[str]:
    """JupyterLab on a folder with the notebook, and with one whose last assertion is wrong. -> its address"""
    folder, own = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("jupyter")
    notebook = without_outputs(json.loads(NOTEBOOK.read_text(encoding="utf-8")))
    (folder / "right.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    first, last = notebook["cells"][1], {**notebook["cells"][-1], "source": ["assert int(facts['villages']) == 478"]}
    (folder / "wrong.ipynb").write_text(json.dumps(notebook | {"cells": [first, last]}), encoding="utf-8")
    overrides = own / FOLDERS[0] / "labconfig" / "default_setting_overrides.json"
    overrides.parent.mkdir(parents=True)
    overrides.write_text(json.dumps(SETTINGS), encoding="utf-8")
    env = {**font_env, **{name: str(own / name) for name in FOLDERS}, "JUPYTER_PREFER_ENV_PATH": "1"}
    options = [
        "--no-browser",
        "--ip=127.0.0.1",
        "--port={port}",
        f"--IdentityProvider.token={TOKEN}",
        "--allow-root",
        f"--notebook-dir={folder}",
    ]
    with serving([sys.executable, "-m", "jupyter", "lab", *options], at=f"/api?token={TOKEN}", env=env, cwd=folder) as address:
        yield address


def run_all(page: Page, lab: str, name: str) -> None:
    """Open a notebook and run all its cells, by the menu; until the kernel has nothing left to do."""
    page.goto(f"{lab}/lab/tree/{name}?token={TOKEN}")
    expect(page.get_by_text(IDLE)).to_be_visible(timeout=PATIENCE_MS)
    assert any(asked_and_ran(page) for _ in range(TRIES)), "the last cell was never run"
    expect(page.get_by_text(IDLE)).to_be_visible(timeout=PATIENCE_MS)


def asked_and_ran(page: Page) -> bool:
    """Ask for all cells. -> whether the last was run; a page that has just opened may lose what it is asked while its kernel connects."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    try:
        expect(last_prompt(page)).to_have_text(re.compile(r"\[(\*|\d+)\]:"), timeout=HEARD_MS)
    except AssertionError:
        return False
    expect(last_prompt(page)).not_to_have_text("[*]:", timeout=PATIENCE_MS)
    return re.fullmatch(r"\[\d+\]:", last_prompt(page).inner_text().strip()) is not None


def last_prompt(page: Page) -> Any:
    return page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt").last


def test_all_cells_run_and_the_last_assertion_holds(page: Page, lab: str) -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    numbers = [f"[{number}]:" for number in range(1, 1 + sum(cell["cell_type"] == "code" for cell in cells))]
    run_all(page, lab, "right.ipynb")
    assert page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt").all_inner_texts() == numbers
    assert page.locator(ERROR).count() == 0
    assert "assert" in page.locator(".jp-Notebook .jp-CodeCell").last.inner_text()
    expect(page.locator(".jp-OutputArea").get_by_text("9820", exact=True).first).to_be_attached()
    expect(page.locator(".jp-RenderedImage img").first).to_be_attached()


def test_an_assertion_that_does_not_hold_is_seen(page: Page, lab: str) -> None:
    run_all(page, lab, "wrong.ipynb")
    expect(page.locator(ERROR)).to_contain_text("AssertionError")
