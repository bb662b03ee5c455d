"""What a scenario file may say: frozen models, no unknown keys, held against the facts that their numbers stand for."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from simlib.scenario.fields import (
    DISTINCT,
    FIRST_YEAR,
    FROZEN,
    ITEMS,
    LAST_YEAR,
    LEFT_OUT,
    Count,
    Delay,
    FrozenDict,
    Guarantee,
    IncomePath,
    KeyedModels,
    OfFact,
    Parameters,
    PlanFile,
    RoundFunds,
    Share,
    SocialFunds,
    Text,
    Yuan,
)

Level = Literal["village", "county", "prefecture", "helper"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)


class Strict(BaseModel):
    """Frozen, no unknown keys, no silent conversion, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


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


class MeasureLever(Strict):
    """What is decided about a measure in a round: the funds it may draw on, in order, and its own money lever."""

    money: ClassVar[str]
    """The name of the measure's money lever."""

    funds: RoundFunds
    reason: Text | None = None

    @property
    def amount(self) -> float:
        """The money lever's value in yuan, whatever its name."""
        return float(getattr(self, self.money))


class IndustryLever(MeasureLever):
    """Capital of an industry project a worker, in yuan (clause 二(六)2)."""

    money = "capital_worker"
    capital_worker: Annotated[Yuan, OfFact("industry_capital")] = LEFT_OUT


class TrainingLever(MeasureLever):
    """Cost of a course, in yuan (clause 二(六)3)."""

    money = "cost"
    cost: Annotated[Yuan, OfFact("training_cost")] = LEFT_OUT


class PublicPostLever(MeasureLever):
    """Pay of a public-welfare post, in yuan a year (clause 二(六)3)."""

    money = "pay"
    pay: Annotated[Yuan, OfFact("public_post_pay")] = LEFT_OUT


class AssetSharesLever(MeasureLever):
    """Capital of asset shares a person, in yuan (clause 二(六)7)."""

    money = "capital_pc"
    capital_pc: Annotated[Yuan, OfFact("asset_capital_pc")] = LEFT_OUT


MEASURE_LEVERS: Final[Mapping[str, type[MeasureLever]]] = {
    "industry": IndustryLever,
    "training": TrainingLever,
    "public_post": PublicPostLever,
    "asset_shares": AssetSharesLever,
}


class Reach(Strict):
    """How far a round goes, exactly one of: a share of those it could ever serve, households, yuan a village a year."""

    share: Share | None = None
    number: Count | None = None
    money: Yuan | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [name for name in ("share", "number", "money") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"wanted exactly one of share, number, money; seen {' and '.join(given) or 'none'}")
        return self


class Round(Strict):
    """One serving: who, in which order, with which measures as one package, and how far (docs/model.md, 5)."""

    order: Literal["poorest_first", "without_labour_first", "nearest_line_first", "random"]
    who: Literal["all", "without_labour", "labour_capable"] = "all"
    measures: Annotated[Mapping[str, MeasureLever], KeyedModels(MEASURE_LEVERS)]
    reach: Reach | None = None

    @field_validator("measures")
    @classmethod
    def _at_least_one(cls, measures: Mapping[str, MeasureLever]) -> Mapping[str, MeasureLever]:
        if not measures:
            raise ValueError(f"a round needs at least one measure; known: {', '.join(MEASURE_LEVERS)}")
        return measures


class Allocation(Strict):
    """How a plan comes about (each year anew, once in 2016, or a table) and how long an exited household is kept."""

    mode: Literal["annual", "fixed", "plan"]
    plan: PlanFile | None = None
    retention_years: Annotated[int, Field(ge=0), OfFact("retention_years", ranged=False)] = LEFT_OUT

    @model_validator(mode="after")
    def _plan_with_its_mode(self) -> Self:
        if self.mode == "plan" and self.plan is None:
            raise ValueError("mode plan needs `plan`, the path of its table")
        if self.mode != "plan" and self.plan is not None:
            raise ValueError(f"seen a plan with mode {self.mode}, wanted mode plan or `plan: null`")
        return self


class SocialSecurity(Strict):
    """Social security by right, from the social fund (clause 二(六)4)."""

    funds: SocialFunds = ("social",)


class Dibao(Strict):
    """Dibao as registered, growing with its line, or up to the line at the year's coverage (clause 二(六)4)."""

    enrolment: Literal["registered", "coverage"]
    funds: SocialFunds = ("social",)


class Entitled(Strict):
    """What is given by right, after every round; dibao always last."""

    social_security: SocialSecurity | None = None
    dibao: Dibao


class Payers(Strict):
    """The share of its part that each payer of the household fund really pays (clause 三(十一)2)."""

    province: Share = 1.0
    guangzhou: Share = 1.0
    home_city: Share = 1.0


class HouseholdFund(Strict):
    """The household fund: what is paid, and how many years late (clause 三(十一)2)."""

    paid: Payers = Payers()
    delay_years: Delay = 0


class GuidanceFund(Strict):
    """The village guidance fund; two million a village is a floor, so a factor can only raise it (clause 三(十一)1)."""

    paid: Share = 1.0
    delay_years: Delay = 0
    factor: Annotated[float, Field(ge=1)] = 1.0


class PoolFund(Strict):
    """The pooled part of the guidance money, shared out by income gaps or equally (clause 三(十一)1)."""

    paid: Share = 1.0
    rule: Literal["income_gap", "equal"] = "income_gap"


class FundLevers(Strict):
    """What the payers pay, and when."""

    household: HouseholdFund = HouseholdFund()
    guidance: GuidanceFund = GuidanceFund()
    pool: PoolFund = PoolFund()


class Levers(Strict):
    """What a planner decides."""

    horizon: Annotated[tuple[int, int], ITEMS]
    provincial_income: IncomePath
    governing_line: Literal["fixed", "moving"]
    allocation: Allocation
    exit_requires: Annotated[tuple[Guarantee, ...], ITEMS, DISTINCT]
    rounds: Annotated[tuple[Round, ...], ITEMS] = ()
    entitled: Entitled
    funds: FundLevers = FundLevers()

    @field_validator("horizon")
    @classmethod
    def _from_the_first_year(cls, horizon: tuple[int, int]) -> tuple[int, int]:
        first, last = horizon
        if first != FIRST_YEAR or not first <= last <= LAST_YEAR:
            wanted = f"[{FIRST_YEAR}, last] with last from {FIRST_YEAR} to {LAST_YEAR}"
            raise ValueError(f"seen [{first}, {last}], wanted {wanted}: in this version every scenario starts there")
        return horizon

    @field_validator("provincial_income")
    @classmethod
    def _every_year(cls, path: str | Mapping[int, float], info: ValidationInfo) -> str | Mapping[int, float]:
        first, last = info.data.get("horizon", (FIRST_YEAR, FIRST_YEAR))
        missing = [str(year) for year in range(first, last + 1) if not isinstance(path, str) and year not in path]
        if missing:
            raise ValueError(f"no number for {', '.join(missing)}; wanted one for every year of the horizon")
        return path


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


FILLED: Final[Any] = Field(default={}, validate_default=True)
"""The default of a section whose numbers are all taken from facts."""


class Content(Strict):
    """A scenario file, with what it inherits from its base."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    title: Title
    why: str = ""
    source: Annotated[tuple[Text, ...], ITEMS] = ()
    base: Text | None = None
    facts: Annotated[Mapping[str, FactOverride], FROZEN] = Field(default_factory=FrozenDict)
    levers: Levers
    uncertainties: Uncertainties = Uncertainties()
    reporting: Reporting = FILLED
    not_modelled: Annotated[Mapping[str, Text], FROZEN] = Field(default_factory=FrozenDict)
