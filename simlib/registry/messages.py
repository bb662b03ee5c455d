"""Every sentence that reading and checking a register can say, in one place: kind -> what would be right (or what was done).

`{name}` places are filled from a problem's `details`; a catalogue in another language needs these kinds and nothing else.
"""

from collections.abc import Mapping

WANTED: Mapping[str, str] = {
    # the file
    "no_table": "a {what} named {wanted}; {hint}",
    "no_rows": "at least one row under the heads",
    "nothing_left": "at least one household that can be read: all {count} rows are refused",
    "no_heads": "column heads in row 1; those of this table stand in row {row}: delete the rows above them",
    "merged_head": "heads in single cells: unmerge {cells} and give every column its own head",
    "not_csv": "rows of comma-separated cells: {reason}",
    "short_row": "{wanted} cells, one for each head",
    "long_row": "{wanted} cells, one for each head; the cell after the last head is not empty",
    "missing_column": "the column {wanted} ({zh}); {hint}",
    "twice_column": "one column for {wanted}; the columns {heads} all stand for it",
    "unknown_near": "{wanted}, if that is what is meant: correct the head, or take the column out",
    "head_unit": "{wanted} in {unit}: where the bracket says another unit, convert the cells; then take the bracket out of the head",
    # a cell
    "empty": "a value: this column may not be empty",
    "empty_poor": "a value: a poor village may not leave it empty",
    "bad_text": "at most {longest} characters, none of them invisible",
    "number_as_id": "the id as text: a number of this length has lost its last digits, so format the column as text and fill it again",
    "not_number": "a number",
    "unit": "the bare number in {unit}{instead}",
    "negative": "a number of 0 or more",
    "out_of_range": "a number {range}",
    "not_whole": "a whole number",
    "not_step": "a multiple of {step}",
    "not_flag": "是 / 否, yes / no, true / false, 1 / 0",
    "unknown_word": "one of {known}; {hint}",
    "unknown_measure": "measures joined by `;` out of {known}; {hint}",
    "unasked_measure": "only measures that a household may refuse, out of {known}: nobody is asked for {word}, so leave it out",
    "none_and_more": "either none or measures, not both",
    "excel_error": "a value: the cell holds an Excel error",
    "formula": "a value: the formula has none stored; open the file in Excel and save it, or paste the values",
    # a row, or rows against each other
    "duplicate_id": "an id of its own: row {row} has the same",
    "duplicate_form": "an id of its own: row {row} has {other!r}, the same once full-width forms and outer blanks are made plain",
    "unknown_village": "a village_id of the village table; {hint}",
    "workers_members": "no more workers than members",
    "labour_workers": "labour units between half the workers and the workers (1 full, 0.5 partial): {low} to {high}",
    "ages_members": "pupils and elderly together no more than members",
    "ill_members": "no more ill than members",
    "disabled_members": "no more disabled than members",
    "dropouts_pupils": "no more dropouts than pupils",
    "income_high": "at most {limit} yuan a head: are the incomes in fen, or for the wrong number of people?",
    "income_low": "0, or at least {limit} yuan a head: are the incomes in 万元?",
    "helper_not_poor": "no helper: only poor villages have one, a pseudo-village leaves it empty",
    "people_residents": "residents, at least the {people} people of its households",
    "differs_in_village": "the same in all rows of a village; row {row} has {other!r}",
    # through a mapping file
    "no_source": "a column named as the mapping says; {hint}",
    "empty_source": "a value, or a `default` in the mapping: nothing is taken for zero by accident",
    "no_factor": "a number other than 0 in {column}, which the mapping multiplies or divides by",
}

NOTES: Mapping[str, str] = {
    "blank_rows": "{count} entirely empty rows skipped",
    "example_row": "the template's example row skipped",
    "ignored_column": "not a column of this table, ignored{hint}",
    "absent_column": "not there, so for every row: {meaning}",
    "villages_made": "no village table: {count} villages made from village_id",
    "no_households": "{count} villages without a household",
    "extra_sheets": "sheets not read: {names}",
}

REASONS: Mapping[str, str] = {
    "not_kept": "outside the mapping's `keep`",
    "village_refused": "its village was refused",
    "no_household_left": "made from households that were all refused",
}


def say(kind: str, details: Mapping[str, str]) -> str:
    """What would be right, for a problem; what was done, for a note."""
    template = WANTED.get(kind) or NOTES.get(kind) or REASONS[kind]
    return template.format_map(details)
