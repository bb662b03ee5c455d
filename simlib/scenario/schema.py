"""What a scenario file may say: frozen models, no unknown keys, held against the facts that their numbers stand for."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import Field, ValidationInfo, field_validator, model_validator

from simlib.errors import said
from simlib.scenario.fields import (
    DISTINCT,
    FILLED,
    FIRST_YEAR,
    FROZEN,
    ITEMS,
    LAST_YEAR,
    LEFT_OUT,
    Count,
    FrozenDict,
    Guarantee,
    IncomePath,
    OfFact,
    Parameters,
    PlanFile,
    SocialFunds,
    Strict,
    Text,
)
from simlib.scenario.schema_funds import FundLevers, Payers
from simlib.scenario.schema_measures import MEASURE_LEVERS, MeasureLever, Round, Village
from simlib.words import together

__all__ = ["LEVELS", "MEASURE_LEVERS", "Content", "FactOverride", "Levers", "MeasureLever", "Payers", "Round", "Village"]

Level = Literal["village", "county", "prefecture", "helper"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)


class Title(Strict):
    """A scenario's name for people; one language stands in for the other."""

    en: Text
    zh: Text

    @model_validator(mode="before")
    @classmethod
    def _one_for_the_other(cls, value: object) -> object:
        if isinstance(value, Mapping) and set(value) in ({"en"}, {"zh"}):
            return dict.fromkeys(("en", "zh"), *value.values())
        return value


class FactOverride(Strict):
    """Another number for a fact, in the fact's own unit. Outside the fact's range it needs a reason."""

    value: float
    low: float | None = None
    high: float | None = None
    reason: Text | None = None


class Allocation(Strict):
    """How a plan comes about (each year anew, once in 2016, or a table) and how long an exited household is kept."""

    mode: Literal["annual", "fixed", "plan"]
    plan: PlanFile | None = None
    retention_years: Annotated[int, Field(ge=0), OfFact("retention_years", ranged=False)] = LEFT_OUT

    @model_validator(mode="after")
    def _plan_with_its_mode(self) -> Self:
        if self.mode == "plan" and self.plan is None:
            raise ValueError(said("mode plan needs `plan`, the path of its table"))
        if self.mode != "plan" and self.plan is not None:
            raise ValueError(said("seen a plan with mode {mode}, wanted mode plan or `plan: null`", mode=self.mode))
        return self


class SocialSecurity(Strict):
    """Social security by right, from the social fund, and its parts: pupils' aid, medical care, pensions (clause 二(六)4)."""

    funds: SocialFunds = ("social",)
    school: bool = True
    medical: bool = True
    pension_contributions: bool = True


class Dibao(Strict):
    """Dibao as registered, growing with its line, or up to the line at the year's coverage (clause 二(六)4)."""

    enrolment: Literal["registered", "coverage"]
    funds: SocialFunds = ("social",)


class Entitled(Strict):
    """What is given by right, after every round; dibao always last."""

    social_security: SocialSecurity | None = None
    dibao: Dibao


class Identification(Strict):
    """Whether the register is re-checked, and those who were listed wrongly are removed (clause 二(四))."""

    recheck: bool = False


class Staff(Strict):
    """Resident cadres a village, paid by those who send them and never from the funds (clause 三(十三))."""

    cadres_per_village: Annotated[Count, OfFact("cadres_per_village", ranged=False)] = LEFT_OUT


class Levers(Strict):
    """What a planner decides."""

    horizon: Annotated[tuple[int, int], ITEMS]
    provincial_income: IncomePath
    governing_line: Literal["fixed", "moving", "indexed"]
    register_income: Literal["simulated", "reported"] = "simulated"
    identification: Identification = Identification()
    allocation: Allocation
    exit_requires: Annotated[tuple[Guarantee, ...], ITEMS, DISTINCT]
    village: Village = FILLED
    rounds: Annotated[tuple[Round, ...], ITEMS] = ()
    entitled: Entitled
    funds: FundLevers = FundLevers()
    staff: Staff = FILLED

    @field_validator("horizon")
    @classmethod
    def _from_the_first_year(cls, horizon: tuple[int, int]) -> tuple[int, int]:
        first, last = horizon
        if first != FIRST_YEAR or not first <= last <= LAST_YEAR:
            raise ValueError(
                said(
                    "seen [{first}, {last}], wanted [{begin}, last] with last from {begin} to {end}:"
                    " in this version every scenario starts there",
                    **{"first": first, "last": last, "begin": FIRST_YEAR, "end": LAST_YEAR},
                )
            )
        return horizon

    @field_validator("provincial_income")
    @classmethod
    def _every_year(cls, path: str | Mapping[int, float], info: ValidationInfo) -> str | Mapping[int, float]:
        first, last = info.data.get("horizon", (FIRST_YEAR, FIRST_YEAR))
        missing = [str(year) for year in range(first, last + 1) if not isinstance(path, str) and year not in path]
        if missing:
            raise ValueError(said("no number for {years}; wanted one for every year of the horizon", years=together(missing, ", ")))
        return path

    @field_validator("rounds")
    @classmethod
    def _no_parts_in_a_fixed_plan(cls, rounds: tuple[Round, ...], info: ValidationInfo) -> tuple[Round, ...]:
        """A fixed plan has rows to begin whole; a part of a cost depends on who asks in that very year."""
        allocation, divided = info.data.get("allocation"), [place for place, one in enumerate(rounds) if one.order == "equal_shares"]
        if divided and allocation is not None and allocation.mode == "fixed":
            place = divided[0]
            raise ValueError(
                said("round [{place}] has order equal_shares, which a plan of mode fixed cannot hold; wanted mode annual", place=place)
            )
        return rounds


class Shocks(Strict):
    """Which of the nested shocks strike (docs/model.md, 1)."""

    province: bool = True
    prefecture: bool = True
    village: bool = True
    household: bool = True


class Uncertainties(Strict):
    """Which facts each draw takes anew, and which shocks strike."""

    parameters: Parameters = "all"
    shocks: Shocks = Shocks()


class Reporting(Strict):
    """By what results are grouped, and when a target counts as met."""

    by: Annotated[tuple[Level, ...], ITEMS, DISTINCT] = LEVELS
    tolerance: Annotated[float, Field(gt=0, le=1), OfFact("tolerance_default", ranged=False)] = LEFT_OUT
    confidence: Annotated[float, Field(gt=0, lt=1), OfFact("confidence_default", ranged=False)] = LEFT_OUT


class Content(Strict):
    """A scenario file, with what it inherits from its base."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    title: Title
    why: str = ""
    source: Annotated[tuple[Text, ...], ITEMS] = ()
    base: Text | None = None
    scenarios: Annotated[tuple[Text, ...], ITEMS] = ()
    facts: Annotated[Mapping[str, FactOverride], FROZEN] = Field(default_factory=FrozenDict)
    levers: Levers
    uncertainties: Uncertainties = Uncertainties()
    reporting: Reporting = FILLED
    not_modelled: Annotated[Mapping[str, Text], FROZEN] = Field(default_factory=FrozenDict)
