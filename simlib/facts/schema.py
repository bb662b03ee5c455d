"""What a fact is: one number with its label, range, unit and provenance, checked when it is read."""

from typing import Annotated, Final, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Unit = Literal[
    "yuan",
    "yuan_per_person",
    "yuan_per_village",
    "yuan_per_year",
    "yuan_per_person_year",
    "yuan_per_village_year",
    "yuan_per_mu_year",
    "share",
    "per_year",
    "log",
    "factor",
    "relative",
    "persons",
    "households",
    "villages",
    "organisations",
    "parts",
    "points",
    "labour_units",
    "months",
    "years",
    "year",
    "calendar_month",
    "visits_per_year",
    "trips",
]
Distribution = Literal["fixed", "triangular", "uniform", "choice"]
Confidence = Literal["high", "medium", "low", "assumed"]

UNITS: Final[tuple[str, ...]] = get_args(Unit)
UNCERTAIN: Final = frozenset({"triangular", "uniform"})
WHOLE: Final = frozenset({"persons", "households", "villages", "organisations", "parts", "years", "year", "calendar_month"})
FRACTION: Final = frozenset({"share"})
RATE: Final = frozenset({"per_year"})
CHANGE: Final = frozenset({"relative"})
"""Units of a relative change, 0 for none: 0.05 raises by a twentieth."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Codes = Annotated[str, StringConstraints(pattern=r"^[SEP]\d{2}(, [SEP]\d{2})*$")]
Clause = Annotated[str, StringConstraints(pattern=r"^[一二三四]\([一二三四五六七八九十]+\)\d?$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Years = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{4}$")]
Number = Annotated[float, Field(allow_inf_nan=False)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Label(_Frozen):
    """A fact's name for people, in Chinese and in English."""

    zh: Text
    en: Text


class Fact(_Frozen):
    """One number in use. Money in yuan, shares and rates as fractions; exactly one of source, clause and assumed.

    `triangular` and `uniform` facts are uncertain: a draw takes its own value from low..high. `choice` facts are a
    planner's decision within low..high; `fixed` ones have no range.
    """

    key: Key
    label: Label
    value: Number
    low: Number | None = None
    high: Number | None = None
    distribution: Distribution = "fixed"
    unit: Unit
    year: int | Years | None = None
    source: Codes | None = None
    clause: Clause | None = None
    assumed: Text | None = None
    confidence: Confidence

    @property
    def uncertain(self) -> bool:
        """Whether a draw takes its own value of this fact."""
        return self.distribution in UNCERTAIN

    @model_validator(mode="after")
    def _one_provenance(self) -> Self:
        given = [name for name in ("source", "clause", "assumed") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"needs exactly one of source, clause, assumed; has {' and '.join(given) or 'none'}")
        if (self.confidence == "assumed") != (given == ["assumed"]):
            raise ValueError(f"confidence {self.confidence!r} does not go with {given[0]}")
        return self

    @model_validator(mode="after")
    def _assumed_is_a_sentence(self) -> Self:
        if self.assumed is not None and not (len(self.assumed) >= 15 and self.assumed.endswith((".", "。"))):
            raise ValueError(f"assumed must be a whole sentence that ends with a full stop, not {self.assumed!r}")
        return self

    @model_validator(mode="after")
    def _range_where_it_belongs(self) -> Self:
        bounds = (self.low, self.high)
        if self.distribution == "fixed":
            if bounds != (None, None):
                raise ValueError("is fixed and takes no low or high; give it a distribution or drop the range")
        elif None in bounds:
            raise ValueError(f"is {self.distribution} and needs both low and high")
        return self

    @model_validator(mode="after")
    def _range_holds_the_value(self) -> Self:
        if self.low is None or self.high is None:
            return self
        if not self.low <= self.value <= self.high:
            raise ValueError(f"value {self.value:g} lies outside its range {self.low:g} to {self.high:g}")
        if self.uncertain and self.low == self.high:
            raise ValueError(f"is {self.distribution} over an empty range at {self.low:g}; call it fixed")
        return self

    @model_validator(mode="after")
    def _numbers_fit_the_unit(self) -> Self:
        for number in (self.value, self.low, self.high):
            if number is not None and (wrong := _misfit(number, self.unit)):
                raise ValueError(f"{number:g} is no {self.unit}: {wrong}")
        return self


def _misfit(number: float, unit: str) -> str | None:
    """What is wrong with a number in a unit, or None: guards against percentages, 万 and broken counts."""
    if unit in FRACTION and not 0 <= number <= 1:
        return "a share is a fraction from 0 to 1, never a percentage"
    if unit in RATE and not -1 < number <= 1:
        return "a yearly rate is a fraction, never a percentage"
    if unit in CHANGE and not -1 < number <= 1:
        return "a relative change is a fraction, never a percentage"
    if unit == "points" and not 0 <= number <= 100:
        return "points of a sheet lie from 0 to 100"
    if unit in WHOLE and (number < 0 or number != int(number)):
        return "a count is a whole number, not below 0"
    if unit == "factor" and number <= 0:
        return "a factor is above 0"
    if unit == "log" and number < 0:
        return "a standard deviation is not below 0"
    return None
