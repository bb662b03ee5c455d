"""Parameters of a notebook: which it takes, and what was given for them on the command line."""

import ast
from collections.abc import Mapping, Sequence
from typing import Final

import yaml

from simlib.errors import InputError, Said, said
from simlib.rerun.notebooks import Notebook, bundled, read_notebook
from simlib.words import noop

Value = None | bool | int | float | str | list["Value"]
KINDS: Final = {bool: noop("true or false"), int: noop("a number without a fraction"), float: noop("any number"), list: noop("a list")}


def defaults_of(notebook: Notebook) -> dict[str, Value]:
    """The parameters of a notebook with their stored values, in order; empty where it takes none.

    InputError where its cell does more than give names to plain values.
    """
    found: dict[str, Value] = {}
    for statement in _statements(notebook):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name] = _plain(value, notebook)
            case _:
                raise _not_plain(notebook)
    return found


def _statements(notebook: Notebook) -> Sequence[ast.stmt]:
    try:
        return ast.parse(notebook.parameters or "").body
    except SyntaxError as error:
        raise _not_plain(notebook) from error


def _plain(value: ast.expr, notebook: Notebook) -> Value:
    try:
        found: Value = ast.literal_eval(value)
    except ValueError as error:
        raise _not_plain(notebook) from error
    return found


def _not_plain(notebook: Notebook) -> InputError:
    return InputError(
        said('{path}: the cell tagged "parameters" may only give names to plain values, as in `draws = 50`', path=notebook.path)
    )


def given_parameters(notebook: Notebook, words: Sequence[str]) -> dict[str, Value]:
    """What was asked for with `-p NAME=VALUE`, each value of its default's kind, read as YAML. InputError names what would be right."""
    defaults = defaults_of(notebook)
    given = [_pair(word) for word in words]
    names = [name for name, _ in given]
    for name in names:
        if name not in defaults:
            known = _known(defaults)
            raise InputError(said("{notebook} has no parameter {name!r}; {known}", notebook=notebook.name, name=name, known=known))
        if names.count(name) > 1:
            raise InputError(said("-p {name}: given {count} times, wanted once", name=name, count=names.count(name)))
    return {name: _typed(name, text, defaults[name]) for name, text in given}


def _known(defaults: Mapping[str, Value]) -> Said:
    if defaults:
        return said("it takes {names}", names=", ".join(defaults))
    takers = ", ".join(name for name, path in bundled().items() if read_notebook(path).parameters)
    return said("it takes none; those that do: {names}", names=takers) if takers else said("it takes none")


def _pair(word: str) -> tuple[str, str]:
    name, sign, text = word.partition("=")
    if not sign or not name.strip():
        raise InputError(said("-p {word}: wanted NAME=VALUE, as in -p draws=200", word=word))
    return name.strip(), text.strip()


def _typed(name: str, text: str, default: Value) -> Value:
    """A value as YAML reads it, of its default's kind; what should be a text stays what was written (`no` is a text there)."""
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(said("-p {name}={text}: cannot be read as YAML", name=name, text=text)) from error
    if isinstance(default, str):
        return value if isinstance(value, str) else text
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if default is not None and type(value) is not type(default):
        kind, right = Said(KINDS[type(default)], {}), f"{name}={_as_yaml(default)}"
        raise InputError(said("-p {name}: seen {text!r}, wanted {kind}, as in {right}", name=name, text=text, kind=kind, right=right))
    if not _is_value(value):
        raise InputError(
            said(
                "-p {name}: seen {text!r}, wanted a plain value: a number, a text, true, false, or a list of them",
                name=name,
                text=text,
            )
        )
    plain: Value = value
    return plain


def _is_value(value: object) -> bool:
    if isinstance(value, list):
        return all(_is_value(one) for one in value)
    return value is None or isinstance(value, bool | int | float | str)


def _as_yaml(value: Value) -> str:
    return yaml.safe_dump(value, default_flow_style=True, allow_unicode=True).removesuffix("...\n").strip()
