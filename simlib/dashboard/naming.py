"""What people call a thing, in sentences that were made where it had another name: a temporary file's, a path of this machine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simlib.errors import InputError, Said
from simlib.scenario import Scenario, bundled_scenarios, load_scenario
from simlib.scenario.files import find_scenario
from simlib.words import Both, both

Names = Mapping[str, str]
"""What stands in a sentence, and what is to stand there: a file's name, or a title that has both languages."""


def renamed(text: Any, names: Names) -> Any:
    """A sentence with other names in it; one that was `said` keeps its text and can be told in each language. Other values as they are."""
    if isinstance(text, Both):
        return text
    if isinstance(text, str) and text in names:
        return names[text]
    if isinstance(text, Said):
        return Said(text.text, {key: renamed(value, names) for key, value in text.values.items()})
    if not isinstance(text, str | Path):
        return text
    found = str(text)
    for old, new in names.items():
        found = found.replace(old, str(new))
    return found


def renamed_error(error: InputError, names: Names) -> InputError:
    """The same error, with other names in its message and problems."""
    return InputError(renamed(error.args[0], names), [renamed(one, names) for one in error.problems])


def title_of(scenario: Scenario) -> Both:
    """A scenario's title in both languages."""
    return both(scenario.title.en, scenario.title.zh)


def titles_in(error: InputError) -> dict[str, str]:
    """The bundled scenarios' files that an error names, each with its scenario's title."""
    text = f"{error}"
    paths = {str(find_scenario(name, Path())): name for name in bundled_scenarios()}
    return {path: title_of(load_scenario(name)) for path, name in paths.items() if path in text}
