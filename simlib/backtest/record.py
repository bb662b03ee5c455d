"""What happened, as numbers that a projection has too: from published counts to shares, each with its year and its sources."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

import pandas as pd

from simlib.facts import Facts

Role = Literal["fit", "test"]
Path = Literal["exited", "exited_of_kept", "exited_meizhou", "villages", "villages_sheet", "villages_meizhou", "income"]
FIT_YEARS: Final = (2016, 2017)
"""Years that may adjust the model; later ones test it."""


class Record(NamedTuple):
    """One published outcome. `path` names the model's number that it is held against (`said.paths`), `keys` the facts behind it."""

    key: str
    what: str
    year: int
    path: Path
    value: float  # a share, or yuan a head and year
    keys: tuple[str, ...]

    @property
    def role(self) -> Role:
        """`fit` where it may adjust the model, `test` where it may not: by its year alone."""
        return "fit" if self.year in FIT_YEARS else "test"

    @property
    def of_people(self) -> bool:
        """Whether it is a share of the people on the register: only for these is a discrepancy stated."""
        return self.path.startswith("exited")


_FIRST, _FINAL, _STANDARD = "history_register_first", "history_register_final", "history_villages_at_standard_2019"
_RECORDS: Final[tuple[tuple[str, str, int, Path, tuple[str, ...]], ...]] = (
    ("exits_2016", "off the register by end-2016, province", 2016, "exited", ("history_exited_2016", _FIRST)),
    (
        "meizhou_2017",
        "off the register by end-2017, Meizhou",
        2017,
        "exited_meizhou",
        ("history_meizhou_exited_by_2017", "register_people_meizhou"),
    ),
    ("exits_2018_first", "off the register by end-2018, of all registered at first", 2018, "exited", ("history_exited_by_2018", _FIRST)),
    (
        "exits_2018_kept",
        "off the register by end-2018, of those not struck off",
        2018,
        "exited_of_kept",
        ("history_exited_by_2018", _FINAL),
    ),
    ("exits_2019_first", "off the register by end-2019, of all registered at first", 2019, "exited", ("history_exited_by_2019", _FIRST)),
    (
        "exits_2019_kept",
        "off the register by end-2019, of those not struck off",
        2019,
        "exited_of_kept",
        ("history_exited_by_2019", _FINAL),
    ),
    ("villages_2019", "villages at the standard by end-2019, by the policy's rule", 2019, "villages", (_STANDARD,)),
    ("villages_sheet_2019", "villages at the standard by end-2019, by the province's score sheet", 2019, "villages_sheet", (_STANDARD,)),
    (
        "villages_meizhou_2019",
        "villages at the standard by end-2019 in Meizhou, by the policy's rule",
        2019,
        "villages_meizhou",
        ("history_meizhou_villages_exited_2019", "history_meizhou_villages"),
    ),
    ("income_2019", "income a head of the labour-capable in 2019, yuan", 2019, "income", ("history_capable_income_2019",)),
)
"""Key, words, year, the model's number, and the facts: one, or what is counted and of how many."""


def records(facts: Facts, role: Role | None = None) -> tuple[Record, ...]:
    """Every outcome with a source, or those that may adjust the model (`fit`), or the others (`test`).

    The register shrank by 8.5 %, so that what has left it by 2018 and 2019 is read twice: of all registered at first, and of those who
    were not struck off. The province's 573,600 and Meizhou's 120,957 are held against the register as it stood when they were counted.
    """
    given = ((key, what, year, path, _value([facts[one] for one in keys]), keys) for key, what, year, path, keys in _RECORDS)
    found = [Record(*fields) for fields in given]
    return tuple(record for record in found if role is None or record.role == role)


def _value(numbers: Sequence[float]) -> float:
    """A number, or one over another."""
    return numbers[0] if len(numbers) == 1 else numbers[0] / numbers[1]


def sources_of(record: Record, facts: Facts) -> str:
    """The codes of a record's sources, each once: `S01, S05`."""
    return ", ".join(sorted({code for key in record.keys for code in (facts.fact(key).source or "").split(", ")}))


def record_table(shown: Sequence[Record], facts: Facts) -> pd.DataFrame:
    """One row a record: what, year, value, what it may be used for, sources."""
    rows = [(record.what, record.year, record.value, record.role, sources_of(record, facts)) for record in shown]
    return pd.DataFrame(rows, columns=["what", "year", "record", "used as", "source"], index=[record.key for record in shown])
