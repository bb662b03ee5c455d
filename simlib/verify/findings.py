"""What verifying finds: findings in steps, for people and as JSON."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from simlib.errors import InputError, RunError

SCHEMA: Final = 1
SHOWN: Final = 20
"""Findings of one step that are told to people; JSON has them all."""


@dataclass(frozen=True)
class Finding:
    """One thing that was held against what it should be. `where`: file, row or field, empty where `what` says it all."""

    what: str
    where: str
    seen: str
    wanted: str
    ok: bool

    @property
    def differs(self) -> bool:
        """Whether it is worth telling: wrong, or right and yet not the same."""
        return not self.ok or self.seen != self.wanted

    @property
    def text(self) -> str:
        """For people, in one line."""
        place = f", {self.where}" if self.where else ""
        return f"{self.what}{place}: seen {self.seen}, wanted {self.wanted}"


@dataclass(frozen=True)
class Step:
    """One question, what was found, and the answer in a line. `code`: the exit code if something is wrong."""

    name: str
    summary: str
    findings: tuple[Finding, ...] = ()
    code: int = InputError.exit_code
    made: bool = True  # not where what it needs is missing or wrong: the step that says so is wrong itself

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; not, if the question could not be asked."""
        return self.made and all(one.ok for one in self.findings)

    @property
    def answer(self) -> str:
        """`right`, `WRONG`, `differs` (and yet nothing wrong) or `not made`."""
        if not self.made:
            return "not made"
        if not self.ok:
            return "WRONG"
        return "differs" if any(one.differs for one in self.findings) else "right"

    @property
    def text(self) -> str:
        """The answer in a line, below it what is wrong and what differs."""
        told = sorted((one for one in self.findings if one.differs), key=lambda one: one.ok)
        more = [f"    and {len(told) - SHOWN} more, all of them with --json"] if len(told) > SHOWN else []
        return "\n".join([f"{self.answer:8}  {self.name}: {self.summary}", *(f"    {one.text}" for one in told[:SHOWN]), *more])

    def to_json(self) -> dict[str, Any]:
        """A step of the JSON object."""
        told = {"name": self.name, "answer": self.answer, "ok": self.ok, "summary": self.summary}
        return told | {"findings": [asdict(one) for one in self.findings]}


@dataclass(frozen=True)
class Verification:
    """All steps. `record`: the hash of the record as it lies there, which stands for the whole folder."""

    run: str
    record: str
    steps: tuple[Step, ...]

    @property
    def ok(self) -> bool:
        """Whether all is as it was written, and the re-run gives the same numbers."""
        return all(step.ok for step in self.steps)

    @property
    def exit_code(self) -> int:
        """0 where all is right, 2 where folder or register are not what the record says, 1 where only the re-run is another."""
        wrong = {step.code for step in self.steps if not step.ok}
        return max(wrong, default=0)

    @property
    def conclusion(self) -> str:
        """The outcome in a line."""
        if self.ok:
            return f"{self.run}: verified; its record is {self.record}"
        if self.exit_code == RunError.exit_code:
            return f"{self.run}: NOT verified: folder and register are as recorded, and the re-run gives other numbers"
        wrong = ", ".join(step.name for step in self.steps if step.answer == "WRONG")
        return f"{self.run}: NOT verified: {wrong}"

    @property
    def text(self) -> str:
        """For people."""
        return "\n".join([*(step.text for step in self.steps), self.conclusion])

    def to_json(self) -> dict[str, Any]:
        """The JSON object of `simlib verify --json`."""
        told = {"schema": SCHEMA, "run": self.run, "ok": self.ok, "exit_code": self.exit_code, "record": self.record}
        return told | {"steps": [step.to_json() for step in self.steps]}
