"""The kinds of value that a scenario's fields have.

Validation takes the facts from its context (`context={"facts": facts}`), else the facts in use. A number that a file
leaves out, or sets to null, takes its fact's value.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NoReturn, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    Tag,
    ValidationInfo,
)
from pydantic_core import CoreSchema, core_schema

from simlib.errors import Said, nearest, said
from simlib.facts import Facts, load_facts
from simlib.facts.lines import BASE_YEAR
from simlib.words import together

FIRST_YEAR: Final = BASE_YEAR + 1
"""The programme's first year, and in this version every scenario's: nothing before it is simulated."""
LAST_YEAR: Final = FIRST_YEAR + 4
"""The last year for which the facts have the province's income and prices."""

K = TypeVar("K")
V = TypeVar("V")


class Strict(BaseModel):
    """Frozen, no unknown keys, no silent conversion, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class FrozenDict(dict[K, V]):
    """A dict that nobody can change, so that a scenario is a value through and through; it keeps its order."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a scenario cannot be changed: make another one, with this one as its base")

    __setitem__ = __delitem__ = __ior__ = _refuse  # narrower than a dict on purpose
    clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]  # a dict has none only because it can change
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild from a plain dict: item by item is refused."""
        return FrozenDict, (dict(self),)


def facts_of(info: ValidationInfo) -> Facts:
    """The facts that a validation was given, else the facts in use."""
    facts = (info.context or {}).get("facts")
    return facts if isinstance(facts, Facts) else load_facts()


@dataclass(frozen=True)
class OfFact:
    """Marks a number that takes a fact's value when left out and, if `ranged`, needs a `reason` outside its range."""

    key: str
    ranged: bool = True

    def __get_pydantic_core_schema__(self, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Fill before the number's own checks, hold against the range after them."""

        def fill(value: object, info: ValidationInfo) -> object:
            if value is not None:
                return value
            number = facts_of(info)[self.key]
            return int(number) if source is int and number.is_integer() else number

        inner = core_schema.with_info_after_validator_function(self._within, handler(source))
        return core_schema.with_info_before_validator_function(fill, inner)

    def _within(self, value: float, info: ValidationInfo) -> float:
        fact = facts_of(info).fact(self.key)
        if not self.ranged or info.data.get("reason") or fact.low is None or fact.high is None:
            return value
        if not fact.low <= value <= fact.high:
            raise ValueError(
                said(
                    "seen {seen:g}, wanted {low:g} to {high:g} {unit}, the range of the fact {fact};"
                    " if it is meant, give a `reason` beside it",
                    **{"seen": value, "low": fact.low, "high": fact.high, "unit": fact.unit, "fact": self.key},
                )
            )
        return value


LEFT_OUT: Final[Any] = Field(default=None, validate_default=True)
"""The default of a number that OfFact fills."""
FILLED: Final[Any] = Field(default={}, validate_default=True)
"""The default of a section whose numbers are all taken from facts."""


def _distinct(values: tuple[V, ...]) -> tuple[V, ...]:
    if twice := [value for place, value in enumerate(values) if value in values[:place]]:
        raise ValueError(said("{value!r} stands twice", value=twice[0]))
    return values


def _some(values: tuple[V, ...]) -> tuple[V, ...]:
    if not values:
        raise ValueError(said("seen an empty list, wanted at least one"))
    return values


def _frozen(values: Mapping[K, V]) -> Mapping[K, V]:
    return FrozenDict(values)


def _uncertain(key: str, info: ValidationInfo) -> str:
    facts = facts_of(info)
    uncertain = [name for name in facts if facts.fact(name).uncertain]
    if key in uncertain:
        return key
    seen: str = repr(key)
    if key in facts:
        seen = said("{key!r}, which is {distribution}", key=key, distribution=facts.fact(key).distribution)
    raise ValueError(said("seen {seen}, wanted the key of an uncertain fact; {hint}", seen=seen, hint=nearest(key, uncertain)))


def _file(path: str) -> str:
    if not Path(path).is_file():
        raise ValueError(said("there is no file {path}", path=path))
    return path


def _of_a_household(fund: object) -> object:
    """Refuse the fund that only villages may spend."""
    if fund == "village_programme":
        wanted = either([repr(one) for one in ROUND_FUNDS])
        raise ValueError(said("seen {fund!r}, which pays village projects only; wanted {wanted}", fund=fund, wanted=wanted))
    return fund


def _of_a_village(fund: object) -> object:
    """Refuse the fund that is raised for households: money of one purpose is spent on it (专项专用, clause 三(十四)1)."""
    if fund == "household":
        raise ValueError(
            said(
                "seen {fund!r}, which pays household measures only, never a village's projects (专项专用, 三(十一)2 and 三(十四)1);"
                " wanted {wanted}",
                fund=fund,
                wanted=either([repr(one) for one in VILLAGE_FUNDS]),
            )
        )
    return fund


def either(words: Sequence[str]) -> Said:
    """Words of which one is wanted: a, b or c."""
    return together([together(words[:-1], ", "), words[-1]], " or ") if len(words) > 1 else together(words)


def _other_than_word(value: object) -> str:
    """The tag of the form that was meant, so that a problem is told of that one; tags `<...>` are no part of a path."""
    return "<word>" if isinstance(value, str) or value is None else "<many>"


ITEMS: Final[Any] = Field(strict=False)
"""A list of YAML becomes a tuple; what stands in it stays strict."""
SOME: Final = AfterValidator(_some)
DISTINCT: Final = AfterValidator(_distinct)
FROZEN: Final = AfterValidator(_frozen)

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Yuan = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
Delay = Annotated[int, Field(ge=0, le=3)]
PlanFile = Annotated[Text, AfterValidator(_file)]

Guarantee = Literal["school", "medical", "housing"]
RoundFund = Literal["household", "guidance", "pool", "sector", "donations", "contingency"]
ROUND_FUNDS: Final[tuple[str, ...]] = get_args(RoundFund)
RoundFunds = Annotated[tuple[Annotated[RoundFund, BeforeValidator(_of_a_household)], ...], ITEMS, SOME, DISTINCT]
VillageFund = Literal["guidance", "pool", "sector", "donations", "contingency", "village_programme"]
VILLAGE_FUNDS: Final[tuple[str, ...]] = get_args(VillageFund)
VillageFunds = Annotated[tuple[Annotated[VillageFund, BeforeValidator(_of_a_village)], ...], ITEMS, SOME, DISTINCT]
WorksFunds = Annotated[tuple[Literal["works"], ...], ITEMS, SOME, DISTINCT]
SocialFunds = Annotated[tuple[Literal["social"], ...], ITEMS, SOME, DISTINCT]

_Year = Annotated[int, Field(ge=BASE_YEAR, le=LAST_YEAR)]
_IncomeByYear = Annotated[Mapping[_Year, Annotated[float, Field(gt=0)]], FROZEN]
IncomePath = Annotated[
    Annotated[Literal["observed", "planned"], Tag("<word>")] | Annotated[_IncomeByYear, Tag("<many>")],
    Discriminator(_other_than_word),
]

_Keys = Annotated[tuple[Annotated[str, AfterValidator(_uncertain)], ...], ITEMS, DISTINCT]
Parameters = Annotated[
    Annotated[Literal["all", "none"], Tag("<word>")] | Annotated[_Keys, Tag("<many>")],
    Discriminator(_other_than_word),
]

Handler = Callable[[Any], dict[str, Any]]


@dataclass(frozen=True)
class KeyedModels:
    """Marks a mapping whose values have a model for each key; it keeps the order in which the file names them."""

    models: Mapping[str, type]

    def __get_pydantic_core_schema__(self, _source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A typed dictionary, put back into the written order."""
        schemas = {key: handler.generate_schema(model) for key, model in self.models.items()}
        fields = {key: core_schema.typed_dict_field(schema, required=False) for key, schema in schemas.items()}
        inner = core_schema.typed_dict_schema(fields, extra_behavior="forbid")
        return core_schema.no_info_wrap_validator_function(self._in_order, inner)

    @staticmethod
    def _in_order(value: Any, handler: Handler) -> FrozenDict[str, Any]:
        seen = handler(value)
        return FrozenDict({key: seen[key] for key in value})
