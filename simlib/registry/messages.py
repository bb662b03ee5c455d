"""Every sentence that reading and checking a register can say, in one place: kind -> what would be right (or what was done).

`{name}` places are filled from a problem's `details`. The texts are English; the catalogue (`simlib.words`) has them in Chinese.
"""

from collections.abc import Mapping

from simlib.errors import Said
from simlib.words import noop

WANTED: Mapping[str, str] = {
    # the file
    "no_table": noop("a {what} named {wanted}; {hint}"),
    "no_rows": noop("at least one row under the heads"),
    "nothing_left": noop("at least one household that can be read: all {count} rows are refused"),
    "no_heads": noop("column heads in row 1; those of this table stand in row {row}: delete the rows above them"),
    "merged_head": noop("heads in single cells: unmerge {cells} and give every column its own head"),
    "not_csv": noop("rows of comma-separated cells: {reason}"),
    "short_row": noop("{wanted} cells, one for each head"),
    "long_row": noop("{wanted} cells, one for each head; the cell after the last head is not empty"),
    "missing_column": noop("the column {wanted} ({zh}); {hint}"),
    "twice_column": noop("one column for {wanted}; the columns {heads} all stand for it"),
    "unknown_near": noop("{wanted}, if that is what is meant: correct the head, or take the column out"),
    "head_unit": noop("{wanted} in {unit}: where the bracket says another unit, convert the cells; then take the bracket out of the head"),
    # a cell
    "empty": noop("a value: this column may not be empty"),
    "empty_poor": noop("a value: a poor village may not leave it empty"),
    "bad_text": noop("at most {longest} characters, none of them invisible"),
    "number_as_id": noop(
        "the id as text: a number of this length has lost its last digits, so format the column as text and fill it again"
    ),
    "not_number": noop("a number"),
    "unit": noop("the bare number in {unit}{instead}"),
    "not_bare": noop("the bare number{instead}"),
    "negative": noop("a number of 0 or more"),
    "out_of_range": noop("a number {range}"),
    "not_whole": noop("a whole number"),
    "not_step": noop("a multiple of {step}"),
    "not_flag": noop("是 / 否, yes / no, true / false, 1 / 0"),
    "unknown_word": noop("one of {known}{hint}"),
    "unknown_measure": noop("measures joined by `;` out of {known}{hint}"),
    "unasked_measure": noop("only measures that a household may refuse, out of {known}: nobody is asked for {word}, so leave it out"),
    "none_and_more": noop("either none or measures, not both"),
    "excel_error": noop("a value: the cell holds an Excel error"),
    "formula": noop("a value: the formula has none stored; open the file in Excel and save it, or paste the values"),
    # a row, or rows against each other
    "duplicate_id": noop("an id of its own: row {row} has the same"),
    "duplicate_form": noop("an id of its own: row {row} has {other!r}, the same once full-width forms and outer blanks are made plain"),
    "unknown_village": noop("a village_id of the village table; {hint}"),
    "workers_members": noop("no more workers than members"),
    "labour_workers": noop("labour units between half the workers and the workers (1 full, 0.5 partial): {low} to {high}"),
    "ages_members": noop("pupils and elderly together no more than members"),
    "ill_members": noop("no more ill than members"),
    "disabled_members": noop("no more disabled than members"),
    "dropouts_pupils": noop("no more dropouts than pupils"),
    "income_high": noop("at most {limit} yuan a head: are the incomes in fen, or for the wrong number of people?"),
    "income_low": noop("0, or at least {limit} yuan a head: are the incomes in 万元?"),
    "helper_not_poor": noop("no helper: only poor villages have one, a pseudo-village leaves it empty"),
    "people_residents": noop("residents, at least the {people} people of its households"),
    "differs_in_village": noop("the same in all rows of a village; row {row} has {other!r}"),
    # through a mapping file
    "no_source": noop("a column named as the mapping says; {hint}"),
    "empty_source": noop("a value, or a `default` in the mapping: nothing is taken for zero by accident"),
    "no_factor": noop("a number other than 0 in {column}, which the mapping multiplies or divides by"),
}

NOTES: Mapping[str, str] = {
    "blank_rows": noop("{count} entirely empty rows skipped"),
    "example_row": noop("the template's example row skipped"),
    "ignored_column": noop("not a column of this table, ignored{hint}"),
    "absent_column": noop("not there, so for every row: {meaning}"),
    "villages_made": noop("no village table: {count} villages made from village_id"),
    "no_households": noop("{count} villages without a household"),
    "extra_sheets": noop("sheets not read: {names}"),
    # what looks like a slip
    "short_ids": noop("{count} ids have fewer digits than the others, which have {usual}: has Excel taken a leading zero off?"),
    "low_wages": noop("under {limit} yuan a year, in {count} rows: are the incomes of these rows in 万元?"),
    "not_registered": noop("{count} rows without a year: not registered, near-poor only, and so in no target"),
}

REASONS: Mapping[str, str] = {
    "not_kept": noop("outside the mapping's `keep`"),
    "village_refused": noop("its village was refused"),
    "no_household_left": noop("made from households that were all refused"),
}

SHORT: Mapping[str, str] = {
    **REASONS,
    "short_row": noop("too few cells"),
    "long_row": noop("too many cells"),
    "empty": noop("an empty cell"),
    "empty_poor": noop("an empty cell of a poor village"),
    "bad_text": noop("a text too long, or with invisible characters"),
    "number_as_id": noop("an id that lost its last digits"),
    "not_number": noop("no number"),
    "unit": noop("a unit beside the number"),
    "not_bare": noop("something beside the number"),
    "negative": noop("a negative number"),
    "out_of_range": noop("a number out of its range"),
    "not_whole": noop("no whole number"),
    "not_step": noop("a number between the steps"),
    "not_flag": noop("neither yes nor no"),
    "unknown_word": noop("an unknown word"),
    "unknown_measure": noop("an unknown measure"),
    "unasked_measure": noop("a measure that nobody is asked for"),
    "none_and_more": noop("none and measures together"),
    "excel_error": noop("an Excel error"),
    "formula": noop("a formula without a value"),
    "duplicate_id": noop("an id given twice"),
    "duplicate_form": noop("an id given twice in different forms"),
    "unknown_village": noop("a village that the village table lacks"),
    "workers_members": noop("more workers than members"),
    "labour_workers": noop("labour units that do not go with the workers"),
    "ages_members": noop("more pupils and elderly than members"),
    "ill_members": noop("more ill than members"),
    "disabled_members": noop("more disabled than members"),
    "dropouts_pupils": noop("more dropouts than pupils"),
    "income_high": noop("an income too high to be true"),
    "income_low": noop("an income too low to be true"),
    "helper_not_poor": noop("a helper where the village is not poor"),
    "people_residents": noop("fewer residents than people in its households"),
    "differs_in_village": noop("rows of one village that differ"),
    "empty_source": noop("an empty cell that the mapping needs"),
    "no_factor": noop("nothing to multiply or divide by"),
}
"""Why a row was refused, in a few words: it counts once, under its first problem."""


def say(kind: str, details: Mapping[str, str]) -> Said:
    """What would be right, for a problem; what was done, for a note."""
    return Said(WANTED.get(kind) or NOTES.get(kind) or REASONS[kind], details)
