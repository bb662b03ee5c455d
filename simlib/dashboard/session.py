"""What the page is about, as values: the register that is open, the scenario as moved, the stages of its answer."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from simlib.dashboard.levers import Values, values_of
from simlib.dashboard.moving import patch, with_moved
from simlib.dashboard.naming import renamed_error, title_of, titles_in
from simlib.errors import InputError, nearest, said
from simlib.facts import Facts, load_facts
from simlib.registry import Registry
from simlib.reports.series import due
from simlib.runs import Result, Run, compare_tables, prepare, run_prepared
from simlib.runs.paired import Drawn
from simlib.runs.single import SEED
from simlib.scenario import Scenario, bundled_scenarios, load_scenario, scenario_from
from simlib.scenario.values import merge

DRAWS: Final = 50
"""Of the first answer with luck in it; as many cost what 64 do."""
ENSEMBLE: Final = 200
"""Of the answer to rely on."""
MOVED: Final = "_moved"
"""Follows the name of a scenario whose levers were moved."""
ADJUSTED: Final = {"en": ", adjusted", "zh": "（已调整）"}
"""Follows its title, in each language."""


@dataclass(frozen=True)
class Base:
    """A scenario that levers are moved on: a bundled one by its name, or a file's content."""

    scenario: Scenario
    content: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.scenario.name


def bundled(name: str) -> Base:
    """A bundled scenario. InputError names the nearest where there is none."""
    if name not in bundled_scenarios():
        raise InputError(said("there is no scenario {name!r}; {hint}", name=name, hint=nearest(name, bundled_scenarios())))
    return Base(load_scenario(name), {"schema": 1, "base": name})


@dataclass(frozen=True)
class Asked:
    """A question: levers moved on a base. `exact`: facts that were moved hold in every draw."""

    base: Base
    moved: Values = field(default_factory=dict)
    exact: bool = False

    def with_lever(self, key: str, value: float | str) -> "Asked":
        """The same with a lever elsewhere; back where the base has it, it is no longer moved."""
        said_there = values_of(self.base.scenario, load_facts())
        return Asked(self.base, with_moved(said_there, self.moved, key, value), self.exact)

    def written(self, facts: Facts) -> dict[str, Any]:
        """What a scenario file says that asks this: the base, and what was moved."""
        found = patch(self.base.scenario, self.moved, facts, exact=self.exact)
        return merge({**self.base.content, "title": self.title} if found else self.base.content, found)

    @property
    def title(self) -> dict[str, str]:
        """What it is called where levers were moved; once, however often it was saved, loaded and moved."""
        title = self.base.scenario.title
        return {"en": _once(title.en, ADJUSTED["en"]), "zh": _once(title.zh, ADJUSTED["zh"])}

    def scenario(self, facts: Facts) -> Scenario:
        """The scenario that is run. InputError for what a scenario may not say, which calls it by its title."""
        written = self.written(facts)
        if written == self.base.content:
            return self.base.scenario
        name = _once(self.base.name, MOVED)
        try:
            return scenario_from(written, name, facts)
        except InputError as error:
            raise renamed_error(error, {f"scenario {name!r}": title_of(self.base.scenario), **titles_in(error)}) from None


def _once(text: str, ending: str) -> str:
    """A text with an ending, which it may have already."""
    return text if text.endswith(ending) else text + ending


class Stage(NamedTuple):
    """One look at the answer: deterministic (`draws` 0), with some draws, or with the whole ensemble (`is_last`)."""

    result: Result
    is_last: bool


class Question(NamedTuple):
    """What the worker is asked: a scenario on a register, and the draws of each look at the answer, fewest first."""

    asked: Asked
    registry: Callable[[], Registry]
    draws: tuple[int, ...]


def looks(draws: int, ensemble: int) -> tuple[int, ...]:
    """The draws of each look at an answer: none, the first ones, the whole ensemble; without draws the deterministic one alone."""
    return tuple(dict.fromkeys((0, draws, max(draws, ensemble)))) if draws else (0,)


def stages(question: Question, check: Callable[[], None], progress: Callable[[int, float], None]) -> Iterator[Stage]:
    """The looks at an answer, one after another; a later one goes on from the draws of the one before.

    Without draws there is none: the register is read and the machine code is at hand for the next question.
    `check` is called at the end of every block and may raise; `progress` hears the draws aimed at and the part that is done.
    """
    check()
    registry, facts = question.registry(), load_facts()
    check()
    ready = prepare(registry, question.asked.scenario(facts), facts)
    households = len(ready.packed.household_ids) * len(ready.packed.years)
    if not question.draws:
        for draws in (0, DRAWS):
            check()
            ready.compiled(draws)
    before: Run | None = None
    for draws in question.draws:
        check()
        tell = _Progress(households * max(1, draws), lambda part, draws=draws: progress(draws, part), check)  # type: ignore[misc]  # a default argument binds the loop's value
        run = run_prepared(ready, draws=draws, seed=SEED, progress=tell, after=before)
        before = run if draws else None
        yield Stage(run, draws == question.draws[-1])


class _Progress:
    """Is told of household-years by the threads of a run; passes on which part of them is done, and asks whether to go on."""

    def __init__(self, total: int, tell: Callable[[float], None], check: Callable[[], None]) -> None:
        self._total, self._tell, self._check, self._done = total, tell, check, 0

    def __call__(self, done: int) -> None:
        self._check()
        self._done += done
        self._tell(min(1.0, self._done / self._total))


# ---- against a pinned answer


def drawn_of(result: Result, draws: int, name: str) -> Drawn:
    """What a paired comparison needs of a result: its first draws, to the year that targets are due in. Draw k is the same in all."""
    table = result.table("draws")
    return Drawn(name, table.loc[(table["draw"] < draws) & (table["year"] <= due(result))].reset_index(drop=True), 0.0)


def differences(pinned: Result, result: Result) -> Any:
    """Paired differences of a result from a pinned one under the same luck, over the draws that both have; `compare_tables`."""
    if not pinned.draws or not result.draws:
        raise InputError(said("a comparison under the same luck needs draws: wait until they are there"))
    draws = min(pinned.draws, result.draws)
    return compare_tables([drawn_of(pinned, draws, "pinned"), drawn_of(result, draws, "now")], "pinned")
