"""Renewing the catalogue: which texts simlib says, which of them have a translation, and the file that holds them.

A text is a literal string that `words(...)`, `said(...)`, `noop(...)` or `within(context, ...)` is called with, in Python or in a
template of Jinja, a label of terms.py, or a sentence that stands with its data (what a fact is assumed on, what a scenario is for and
does not model). A text within a context stands here as gettext keeps it, `context\\x04text`.
"""

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from simlib.words.catalogue import DOMAIN
from simlib.words.spoken import WITHIN
from simlib.words.terms import TERMS

KEYWORDS: Final[Mapping[str, Any]] = {"words": None, "said": None, "noop": None, "within": ((1, "c"), 2)}
METHODS: Final = [("**.py", "python"), ("**.html", "jinja2"), ("**.j2", "jinja2"), ("**.jinja", "jinja2")]
SENTENCES: Final = frozenset({"assumed", "not_modelled", "why"})
"""Keys of facts and scenarios whose values are sentences."""
HEADER: Final = """\
# Chinese texts of simlib: the English text is the key. `make words` adds what is missing and drops what is unused.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


class Change(NamedTuple):
    """What a renewal did to a catalogue: texts added (as yet untranslated) and dropped, and all that have no translation now."""

    added: tuple[str, ...]
    dropped: tuple[str, ...]
    untranslated: tuple[str, ...]


def spoken_texts(tree: Path, terms: Mapping[str, str] = TERMS) -> dict[str, str]:
    """Every text said in the files below a folder, and the labels of codes. -> where each is first said, `file:line`"""
    found: dict[str, str] = {}
    for file, line, text, _, context in extract_from_dir(tree, method_map=METHODS, keywords=KEYWORDS, strip_comment_tags=True):
        for one in (text,) if isinstance(text, str) else text:
            found.setdefault(f"{context}{WITHIN}{one}" if context else one, f"{Path(file).as_posix()}:{line}")
    return {label: f"terms: {code}" for code, label in terms.items()} | found


def every_text(package: Path) -> dict[str, str]:
    """Every text that simlib says: of its code and of the data that it comes with. -> where each is first said"""
    return data_texts(package / "facts") | data_texts(package.parent / "scenarios") | spoken_texts(package)


def data_texts(folder: Path) -> dict[str, str]:
    """The sentences in the YAML files of a folder that are said to people (SENTENCES), their lines joined. -> the file of each"""
    return {text: path.name for path in sorted(folder.glob("*.yaml")) for text in _sentences(yaml.safe_load(path.read_text("utf-8")))}


def _sentences(node: Any, *, said: bool = False) -> Iterator[str]:
    """The texts at or below a node, where that or a key above it is one of SENTENCES."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _sentences(value, said=said or key in SENTENCES)
    elif isinstance(node, list):
        for value in node:
            yield from _sentences(value, said=said)
    elif said and isinstance(node, str):
        yield " ".join(node.split())


def read_texts(file: Path) -> dict[str, str]:
    """The texts of a catalogue with their translations, the empty text where there is none. ValueError for a fuzzy one.

    Those that are commented out (`#~`) are left out.
    """
    with file.open("rb") as opened:
        catalogue = read_po(opened, locale=file.parts[-3], domain=DOMAIN)
    fuzzy = [str(message.id) for message in catalogue if message.id and message.fuzzy]
    if fuzzy:
        raise ValueError(f"{file.name}: a guessed translation is none; correct it and take the mark `fuzzy` away: {fuzzy}")
    return {_key(message.context, str(message.id)): str(message.string) for message in catalogue if message.id}


def _key(context: str | None, text: str) -> str:
    return f"{context}{WITHIN}{text}" if context else text


def text_of(texts: Mapping[str, str], language: str) -> str:
    """The file of a catalogue: sorted, one line a text, without dates, so that it changes only where texts do."""
    catalogue = Catalog(locale=language, domain=DOMAIN)
    for key, translation in texts.items():
        context, _, text = key.rpartition(WITHIN)
        catalogue.add(text, translation, context=context or None)
    written = BytesIO()
    write_po(written, catalogue, width=0, omit_header=True, sort_output=True)
    return HEADER.format(language=language) + written.getvalue().decode()


def renewed(known: Mapping[str, str], said: Iterable[str]) -> tuple[dict[str, str], Change]:
    """The catalogue that holds just what is said, old translations kept, and what has changed."""
    wanted = sorted(set(said))
    texts = {text: known.get(text, "") for text in wanted}
    added, dropped = (tuple(sorted(one)) for one in (set(wanted) - set(known), set(known) - set(wanted)))
    return texts, Change(added, dropped, tuple(text for text in wanted if not texts[text]))
