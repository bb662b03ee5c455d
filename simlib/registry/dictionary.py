"""docs/data-dictionary.md and docs/data-dictionary.zh.md: what columns.yaml declares, for people to read, in either language.

`python -m simlib.registry.dictionary docs` renews both; a test holds them current.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from simlib.registry.columns import ABSENT, Choice, Column, Table, schema
from simlib.words import LANGUAGES, Words, noop

FILES: Final = {"en": "data-dictionary.md", "zh": "data-dictionary.zh.md"}
HEADS: Final = {
    "en": ("column", "中文", "type, unit, range", "empty or absent", "meaning", "other heads"),
    "zh": ("中文列名", "代码", "类型、单位、范围", "空白或缺列时", "含义", "也认这些表头"),
}
TYPES: Final[Mapping[str, str]] = {
    "text": noop("text"),
    "count": noop("whole number"),
    "money": noop("money"),
    "number": noop("number"),
    "share": noop("share"),
    "flag": noop("yes or no"),
    "measures": noop("measures"),
    "year": noop("year"),
}


def data_dictionary(language: str) -> str:
    """The page of a language: every column of both tables with its heads, type, unit, range, default and meaning."""
    words = Words(language)
    source, maker = "`simlib/registry/columns.yaml`", "`simlib.registry.dictionary`"
    parts = [
        words("# Data dictionary of a register"),
        words(
            "Made from {source} by {maker}; a test holds it current. How files are read, checked and mapped: {page}.",
            source=source,
            maker=maker,
            page="[register.md](register.md)",
        ),
        *(_table_text(table, words) for table in schema().tables.values()),
        _words_text(words),
    ]
    return "\n\n".join(parts) + "\n"


def _table_text(table: Table, words: Words) -> str:
    sheets = words.joined([f"`{name}`" for name in (table.zh, table.name, *table.sheets)])
    rows = [HEADS[words.language], ["---"] * len(HEADS["en"]), *(_cells(column, words) for column in table.columns.values())]
    lead = words("One sheet, {row}. Its name may be {sheets}.", row=table.row[words.language], sheets=sheets)
    return "\n".join([f"## {table.name} {table.zh}", "", lead, "", *map(_row, rows)])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(column: Column, words: Words) -> tuple[str, ...]:
    names = (f"`{column.name}`", column.zh)
    kind = words.joined([part for part in (words(TYPES[column.type]), unit(column, words), range_text(column, words)) if part])
    told = (kind, default_text(column, words), column.meaning[words.language], words.joined(list(column.aliases)))
    return (*(names if words.language == "en" else names[::-1]), *told)


def unit(column: Column, words: Words) -> str:
    """The unit of a column, empty where it has none."""
    return schema().units[column.unit] if column.unit and words.language == "zh" else column.unit


def range_text(column: Column, words: Words) -> str:
    """The declared range in words; empty where there is none."""
    if column.high is None:
        return ""
    high = column.shown(column.high)
    low = column.shown(column.low or 0) if column.above is None else f"{column.above:g}"
    closed, open_below = words("from {low} to {high}", low=low, high=high), words("above {low} and up to {high}", low=low, high=high)
    span = closed if column.above is None else open_below
    return span if column.step is None else words("{range} in steps of {step}", range=span, step=f"{column.step:g}")


def default_text(column: Column, words: Words) -> str:
    """What stands in for an empty cell, or that nothing does."""
    if column.required:
        lone = "" if column.lone is ABSENT else words("; villages made from households: `{value}`", value=_plain(column.lone, words))
        return words("**required**") + lone
    stands_in, meaning = column.computed or _plain(column.default, words), column.default_meaning[words.language]
    value = words("`{value}`: {meaning}", value=stands_in, meaning=meaning) if stands_in else meaning
    return words("**required for a poor village**; else {value}", value=value) if column.required_poor else value


def _plain(value: Any, words: Words) -> str:
    if isinstance(value, bool):
        return words("yes") if value else words("no")
    return "" if value is None else f"{value}"


def _words_text(words: Words) -> str:
    known = schema()
    chosen = [column for table in known.tables for column in known[table].values() if column.choices]
    told = [_item(_name(column, words), _choices_text(column.choices, words), words) for column in chosen]
    wrong = [
        words("- {column} does not ask for {choices}", column=_name(column, words), choices=_choices_text(column.unasked, words))
        for column in chosen
        if column.unasked
    ]
    limits = [words("- `{name}`: {value} yuan a head a year", name=name, value=f"{value:,}") for name, value in known.limits.items()]
    heads = (words("## Words"), words("## Bounds of a believable income"))
    return "\n".join([heads[0], "", *told, *wrong, *_flags_text(known.flags, words), "", heads[1], "", *limits])


def _name(column: Column, words: Words) -> str:
    return f"`{column.name}`" if words.language == "en" else f"{column.zh}（`{column.name}`）"


def _flags_text(flags: Mapping[str, bool], words: Words) -> list[str]:
    heads = {True: words("yes"), False: words("no")}
    return [_item(head, words.joined([word for word, flag in flags.items() if flag is means]), words) for means, head in heads.items()]


def _item(head: str, told: str, words: Words) -> str:
    return words("- {head}: {told}", head=head, told=told)


def _choices_text(choices: tuple[Choice, ...], words: Words) -> str:
    told = [words("`{code}` ({spellings})", code=one.code, spellings=words.joined([one.zh, *one.aliases])) for one in choices]
    return ("；" if words.language == "zh" else "; ").join(told)


def renew(folder: Path) -> None:
    """Write the pages of both languages anew."""
    for language in LANGUAGES:
        (folder / FILES[language]).write_text(data_dictionary(language), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    import sys

    renew(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
