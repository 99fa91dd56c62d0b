"""What we write to people: one file per text and language, rendered strictly, as plain text and as HTML.

Customers' words are values, never template source, and are cleaned, cut and marked before they are written down.
The sandbox keeps a template from reaching into the program. It does not keep it from burning CPU or memory within one
expression (`'a' * 10**9`): files in the admin's folder are trusted that far.
"""

from dataclasses import dataclass
from pathlib import Path

from templates.check import find_faults
from templates.contexts import MACRO, TEXTS, Context, MacroContext, text_named
from templates.files import FILE_NAME, LAYOUT, candidates, read_shelf
from templates.press import TROUBLES, Press, Written


class TemplateFault(Exception):
    """There is no such text, or none of its files can be rendered; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text ready to be composed. `fault` is set when an admin's file failed and another had to serve."""

    subject: str
    text: str
    html: str
    language: str
    fault: str | None = None


class Templates:
    """All texts, the admin's folder before ours. Safe to share between threads; a change on disk needs a new one."""

    def __init__(self, folder: Path | None) -> None:
        self._shelf = read_shelf(folder)
        self._press = Press()

    def names(self) -> tuple[str, ...]:
        """The names of all texts."""
        return tuple(text.name for text in TEXTS)

    def macros(self) -> frozenset[str]:
        """The names of the answers that the admin has prepared, as agents write them."""
        known = (FILE_NAME.fullmatch(file) for file in self._shelf.theirs)
        names = {match["name"] for match in known if match}
        return frozenset(name.removeprefix(MACRO) for name in names if text_named(name) is MacroContext)

    def languages(self, name: str) -> frozenset[str]:
        """The languages that a text is there in, the admin's files counted."""
        known = (FILE_NAME.fullmatch(file) for file in (*self._shelf.ours, *self._shelf.theirs))
        return frozenset(match["language"] for match in known if match and match["name"] == name)

    def check(self) -> tuple[str, ...]:
        """Every fault of every file, the admin's and ours, as `file:line: what`; empty when all serve."""
        return find_faults(self._shelf, self._press)

    def render(self, context: Context, *, language: str, mailbox: str) -> Rendered:
        """Write a text for a reader of `language` in the name of `mailbox` (its address).

        An admin's file that fails is passed over for the next one, at last ours, and `fault` says so: a text that is
        not the admin's is better than none. Raises TemplateFault where none serves.
        """
        fault: str | None = None
        for file in candidates(self._shelf, context.name, language, mailbox):
            try:
                written = self._press.write(file, context)
                break
            except TROUBLES as trouble:
                fault = fault or self._press.explain(file, trouble)
        else:
            raise TemplateFault(fault or f"there is no text named {context.name}")
        html, layout_fault = self._wrap(written)
        return Rendered(written.subject, written.text, html, written.language, fault or layout_fault)

    def preview(self, name: str, *, language: str, mailbox: str) -> Rendered:
        """A text with its sample values. Raises TemplateFault where there is no such text."""
        for text in TEXTS:
            if text.name == name:
                return self.render(text.sample(), language=language, mailbox=mailbox)
        raise TemplateFault(f"there is no text named {name}; there are: {', '.join(self.names())}")

    def _wrap(self, written: Written) -> tuple[str, str | None]:
        """The page around a body, in the admin's layout if it serves, and what is wrong with that if it does not."""
        fault: str | None = None
        theirs = self._shelf.theirs.get(LAYOUT)
        if theirs is not None:
            try:
                return self._press.wrap(theirs, written), None
            except TROUBLES as trouble:
                fault = self._press.explain(theirs, trouble)
        return self._press.wrap(self._shelf.ours[LAYOUT], written), fault
