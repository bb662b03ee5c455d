"""What is told of findings."""

import json

import pytest

from simlib.verify.findings import SHOWN, Finding, Step, Verification

RIGHT = Finding("hash", "a.txt", "1", "1", ok=True)
CLOSE = Finding("table", "", "within 1e-12", "within 1e-09", ok=True)
WRONG = Finding("changed", "b.txt", "1", "2", ok=False)


@pytest.mark.parametrize(
    ("findings", "answer"),
    [((), "right"), ((RIGHT,), "right"), ((RIGHT, CLOSE), "differs"), ((CLOSE, WRONG), "WRONG")],
)
def test_the_answer_of_a_step(findings: tuple[Finding, ...], answer: str) -> None:
    step = Step("files", "so and so", findings)
    assert (step.answer, step.ok) == (answer, answer != "WRONG")
    assert step.text.splitlines()[0] == f"{answer:8}  files: so and so"


def test_only_what_is_worth_telling_is_told_and_the_wrong_first() -> None:
    step = Step("files", "one", (RIGHT, CLOSE, WRONG))
    assert step.text.splitlines()[1:] == [
        "    changed, b.txt: seen 1, wanted 2",
        "    table: seen within 1e-12, wanted within 1e-09",
    ]


def test_a_screen_is_not_flooded_and_json_has_all() -> None:
    step = Step("files", "many", (WRONG,) * (SHOWN + 3))
    assert len(step.text.splitlines()) == SHOWN + 2
    assert step.text.endswith("and 3 more, all of them with --json")
    assert len(step.to_json()["findings"]) == SHOWN + 3


def test_a_step_that_was_not_made_verifies_nothing() -> None:
    step = Step("re-run", "no register", made=False)
    assert (step.answer, step.ok) == ("not made", False)


@pytest.mark.parametrize(
    ("codes", "code", "conclusion"),
    [
        ((), 0, "run: verified; its record is sha256:0"),
        ((1,), 1, "run: NOT verified: folder and register are as recorded, and the re-run gives other numbers"),
        ((2,), 2, "run: NOT verified: step 2"),
        ((2, 1), 2, "run: NOT verified: step 2, step 1"),
    ],
)
def test_the_outcome(codes: tuple[int, ...], code: int, conclusion: str) -> None:
    found = Verification("run", "sha256:0", (Step("fine", ""), *(Step(f"step {each}", "", (WRONG,), each) for each in codes)))
    assert (found.ok, found.exit_code, found.conclusion) == (code == 0, code, conclusion)
    told = found.to_json()
    assert (told["schema"], told["ok"], told["exit_code"], told["record"]) == (1, code == 0, code, "sha256:0")
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert found.text.splitlines()[-1] == conclusion
