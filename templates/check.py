"""Look at every text before a customer does: what would fail, and in which line."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from jinja2 import TemplateError, nodes
from jinja2.meta import find_undeclared_variables

from templates.contexts import TEXTS, Context, text_named
from templates.files import FILE_NAME, LAYOUT, Shelf, TextFile
from templates.press import BLOCKS, TROUBLES, Press, Written
from templates.wording import meanings

# What would load something, run something, or count on styles that many readers throw away.
FORBIDDEN_HTML = re.compile(
    r"<\s*(?:img|script|style|link|iframe|object|embed|video|audio|svg|form|base)\b|\bsrc\s*=|\bhref\s*=|url\s*\(|@import"
    r"|\bon[a-z]+\s*=|http-equiv",
    re.IGNORECASE,
)
NAMES = [text.name for text in TEXTS]


def find_faults(shelf: Shelf, press: Press) -> tuple[str, ...]:
    """Every fault of every file that is there, the admin's and ours, as `file:line: what`; empty when all serve."""
    faults = list(shelf.faults)
    for folder in (shelf.theirs, shelf.ours):
        for name, file in sorted(folder.items()):
            faults += _layout(press, file) if name == LAYOUT else _text(press, file, name)
    return tuple(faults)


def _text(press: Press, file: TextFile, name: str) -> list[str]:
    match = FILE_NAME.fullmatch(name)
    if match is None:
        return [f"{file.where}:1: no name of a text: write NAME.LANGUAGE.txt or NAME@MAILBOX.LANGUAGE.txt"]
    text = text_named(match["name"])
    if text is None:
        return [f"{file.where}:1: there is no text named {match['name']}{_nearest(match['name'], NAMES)}"]
    try:
        press.compiled(file)
    except TemplateError as fault:
        return [press.explain(file, fault)]
    return list(_reading(press, file, text)) or _trial(press, file, text)


def _trial(press: Press, file: TextFile, text: type[Context]) -> list[str]:
    try:
        press.write(file, text.sample())
    except TROUBLES as fault:
        return [press.explain(file, fault)]
    return []


def _reading(press: Press, file: TextFile, text: type[Context]) -> Iterator[str]:
    """What can be seen without running the template, in branches that the sample does not reach, too."""
    tree = press.compiled(file).environment.parse(file.source, file.where, file.where)
    known = [name for name, _ in meanings(text)]
    yield from _unknown(tree, file, known)
    for missing in set(BLOCKS) - {block.name for block in tree.find_all(nodes.Block)}:
        yield f"{file.where}:1: there is no block {missing!r}"
    for block in tree.find_all(nodes.Block):
        if block.name not in BLOCKS:
            yield f"{file.where}:{block.lineno}: block {block.name!r} is none of ours{_nearest(block.name, BLOCKS)}"
    for child in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        yield f"{file.where}:{child.lineno}: each text stands in one file; nothing is loaded from others"
    for stray in _outside(tree):
        yield f"{file.where}:{stray.lineno}: this stands outside of the blocks and would never be sent"


def _unknown(tree: nodes.Template, file: TextFile, known: list[str]) -> Iterator[str]:
    strange = find_undeclared_variables(tree) - set(known)
    for name in tree.find_all(nodes.Name):
        if name.name in strange and name.ctx == "load":
            yield f"{file.where}:{name.lineno}: there is no variable {name.name!r}{_nearest(name.name, known)}"


def _outside(tree: nodes.Template) -> Iterator[nodes.TemplateData]:
    for output in tree.body:
        if isinstance(output, nodes.Output):
            for data in output.nodes:
                if isinstance(data, nodes.TemplateData) and data.data.strip():
                    yield data


def _layout(press: Press, file: TextFile) -> list[str]:
    faults = [
        f"{file.where}:{file.source.count(chr(10), 0, match.start()) + 1}: {match[0]!r} has no place in a mail of ours:"
        " inline styles only, nothing that loads"
        for match in FORBIDDEN_HTML.finditer(file.source)
    ]
    try:
        page = press.wrap(file, Written("A subject", "A body", "<p>A body</p>", "en"))
    except TROUBLES as fault:
        return [*faults, press.explain(file, fault)]
    if "<p>A body</p>" not in page:
        faults.append(f"{file.where}:1: the body is missing: write {{{{ body }}}} where it is to stand")
    return faults


def _nearest(name: str, known: list[str] | tuple[str, ...]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(known)}"
