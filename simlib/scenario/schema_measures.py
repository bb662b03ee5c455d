"""What a scenario decides about measures: their money and funds, rounds, and the village's own projects."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from simlib.errors import said
from simlib.scenario.fields import (
    LEFT_OUT,
    Count,
    KeyedModels,
    OfFact,
    RoundFunds,
    Share,
    Strict,
    Text,
    VillageFunds,
    WorksFunds,
    Yuan,
)
from simlib.words import together

MOST_LENT: Final = 50_000
"""Yuan that a small loan may have at most (S35)."""
DIVIDED: Final = ("industry", "asset_shares")
"""Measures of which a household can have a part: what it put in is the money that it got."""
YEARLY: Final = ("public_post", "local_jobs", "housing")
"""Measures whose reach counts a year's households."""


class MeasureLever(Strict):
    """What is decided about a measure: the funds it may draw on, in order, and its own money lever."""

    money: ClassVar[str]
    """The name of the measure's money lever."""

    funds: tuple[str, ...]
    reason: Text | None = None

    @property
    def amount(self) -> float:
        """The money lever's value in yuan, whatever its name."""
        return float(getattr(self, self.money))


class HouseholdLever(MeasureLever):
    """A measure for households, paid from the funds of a round."""

    funds: RoundFunds


class IndustryLever(HouseholdLever):
    """Capital of an industry project a worker, in yuan (clause 二(六)2)."""

    money = "capital_worker"
    capital_worker: Annotated[Yuan, OfFact("industry_capital")] = LEFT_OUT


class TrainingLever(HouseholdLever):
    """Cost of a course, in yuan (clause 二(六)3)."""

    money = "cost"
    cost: Annotated[Yuan, OfFact("training_cost")] = LEFT_OUT


class PublicPostLever(HouseholdLever):
    """Pay of a public-welfare post, in yuan a year (clause 二(六)3)."""

    money = "pay"
    pay: Annotated[Yuan, OfFact("public_post_pay")] = LEFT_OUT


class AssetSharesLever(HouseholdLever):
    """Capital of asset shares a person, in yuan (clause 二(六)7)."""

    money = "capital_pc"
    capital_pc: Annotated[Yuan, OfFact("asset_capital_pc")] = LEFT_OUT


class LandTransferLever(HouseholdLever):
    """Cost of a contract for land that is let, in yuan (clause 二(六)7)."""

    money = "contract"
    contract: Annotated[Yuan, OfFact("land_contract_cost")] = LEFT_OUT


def _within_the_most_lent(loan: float) -> float:
    if loan > MOST_LENT:
        raise ValueError(said("seen {loan:g}, wanted {most:g} yuan at most: more is no small loan (S35)", loan=loan, most=MOST_LENT))
    return loan


class MicrocreditLever(HouseholdLever):
    """Principal of a small loan, in yuan; the funds pay its interest and the guarantee reserve (clause 二(六)5, S35)."""

    money = "loan"
    loan: Annotated[Yuan, AfterValidator(_within_the_most_lent), OfFact("microcredit_loan")] = LEFT_OUT


class LocalJobsLever(MeasureLever):
    """Pay of day work on village projects, in yuan a year; part of those projects' money (clause 二(六)3)."""

    money = "pay"
    funds: WorksFunds = ("works",)
    pay: Annotated[Yuan, OfFact("local_jobs_pay")] = LEFT_OUT


class HousingLever(HouseholdLever):
    """Grant for a dangerous house, in yuan (clause 二(六)4)."""

    money = "grant"
    grant: Annotated[Yuan, OfFact("housing_grant")] = LEFT_OUT


class MindsetLever(HouseholdLever):
    """Cost of work on a household's attitude, in yuan (clause 二(六)1)."""

    money = "cost"
    cost: Annotated[Yuan, OfFact("mindset_cost")] = LEFT_OUT


MEASURE_LEVERS: Final[Mapping[str, type[MeasureLever]]] = {
    "industry": IndustryLever,
    "training": TrainingLever,
    "public_post": PublicPostLever,
    "asset_shares": AssetSharesLever,
    "land_transfer": LandTransferLever,
    "microcredit": MicrocreditLever,
    "local_jobs": LocalJobsLever,
    "housing": HousingLever,
    "mindset": MindsetLever,
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
            seen = together(given, " and ") if given else said("none")
            raise ValueError(said("wanted exactly one of share, number, money; seen {seen}", seen=seen))
        return self


class Round(Strict):
    """One serving: who, in which order, with which measures as one package, and how far (docs/model.md, 5)."""

    order: Literal["poorest_first", "without_labour_first", "nearest_line_first", "random", "equal_shares"]
    who: Literal["all", "without_labour", "labour_capable"] = "all"
    measures: Annotated[Mapping[str, MeasureLever], KeyedModels(MEASURE_LEVERS)]
    reach: Reach | None = None

    @field_validator("measures")
    @classmethod
    def _at_least_one(cls, measures: Mapping[str, MeasureLever]) -> Mapping[str, MeasureLever]:
        if not measures:
            raise ValueError(said("a round needs at least one measure; known: {names}", names=together(MEASURE_LEVERS, ", ")))
        return measures

    @field_validator("measures")
    @classmethod
    def _one_that_counts_by_year(cls, measures: Mapping[str, MeasureLever]) -> Mapping[str, MeasureLever]:
        """Two of them would share one bound of a year's households, and neither would have its own."""
        yearly = [key for key in measures if key in YEARLY]
        if len(yearly) > 1:
            seen = together(yearly, " and ")
            raise ValueError(said("seen {seen}, wanted one of them at most: give each a round of its own", seen=seen))
        return measures

    @model_validator(mode="after")
    def _what_can_be_divided(self) -> Self:
        if self.order != "equal_shares":
            return self
        if tuple(self.measures) not in [(key,) for key in DIVIDED]:
            alone, seen = together(DIVIDED, " or "), together(self.measures, ", ")
            raise ValueError(said("order equal_shares is for a round of {alone} alone, and this one has {seen}", alone=alone, seen=seen))
        if self.reach is not None and self.reach.money is None:
            raise ValueError(said("order equal_shares serves everybody who asks: wanted a reach of `money`, or none"))
        return self


class VillageLever(MeasureLever):
    """A project of the whole village that is paid in full or not at all, from the funds that villages may spend."""

    funds: VillageFunds


class TechniqueLever(VillageLever):
    """Technology and talent, in yuan a village a year (clause 二(八)1)."""

    money = "yearly"
    yearly: Annotated[Yuan, OfFact("technique_yearly")] = LEFT_OUT


class EcommerceLever(VillageLever):
    """A service point for online sales, in yuan a village, once (clause 二(六)6)."""

    money = "set_up"
    set_up: Annotated[Yuan, OfFact("ecommerce_set_up")] = LEFT_OUT


class VillageShare(Strict):
    """A project of the whole village that gets a share of its funds' yearly budgets."""

    funds: VillageFunds
    money_share: Share


class Village(Strict):
    """Projects of poor villages, before any round; `null` is not done. Clauses 二(六)6, 二(六)7, 二(七), 二(八)."""

    technique: TechniqueLever | None = None
    ecommerce: EcommerceLever | None = None
    services: VillageShare | None = None
    collective: VillageShare | None = None
    reason: Text | None = None
    local_jobs_share: Annotated[float, Field(ge=0, le=1), OfFact("local_jobs_share")] = LEFT_OUT

    @property
    def projects(self) -> tuple[VillageLever | VillageShare | None, ...]:
        """What is decided of each kind of project, None where it is not done; in the order in which they are paid (docs/model.md, 5)."""
        return self.technique, self.ecommerce, self.services, self.collective
