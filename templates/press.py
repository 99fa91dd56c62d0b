"""Compile one template file and run it in the sandbox."""

from collections.abc import Iterator
from dataclasses import dataclass
from traceback import walk_tb

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from templates.contexts import Context
from templates.files import TextFile, language_of
from templates.page import as_html, as_line, as_text, mark
from templates.wording import one_line

MOST_CHARACTERS = 65_536  # of one block
MOST_BYTES = 262_144  # of what is made of it, in either format
SUBJECT_LIMIT = 200
BLOCKS = ("subject", "body")
# What these make of a value would pass for our own words, or stand as HTML in the plain text.
NEVER_FILTERS = ("safe", "e", "escape", "forceescape", "urlize", "xmlattr", "tojson", "pprint")
# Whatever an expression of a template can raise.
TROUBLES = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Written:
    """What one file made of a context: the subject, and the body still marked as page.py reads it."""

    subject: str
    text: str
    body: str  # HTML without a page around it
    language: str


@pass_eval_context
def keep_apart(_: EvalContext, value: object) -> Markup:
    """Mark what an expression gives; numbers, and what other blocks and macros have marked, stay as they are.

    The evaluation context is asked for only so that constants are not written down before they come here.
    """
    if isinstance(value, Markup):
        return value
    text = str(value)  # raises where the value is undefined
    return Markup(text if isinstance(value, int) else mark(text))  # noqa: S704 not HTML yet: page.py escapes it


class Press:
    """The sandbox in which texts run: nothing to load, nothing to reach, an unknown name is an error."""

    def __init__(self) -> None:
        self._texts = ImmutableSandboxedEnvironment(
            autoescape=True, undefined=StrictUndefined, finalize=keep_apart, trim_blocks=True, lstrip_blocks=True
        )
        for name in NEVER_FILTERS:
            del self._texts.filters[name]
        self._pages = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
        self._compiled: dict[str, Template] = {}

    def write(self, file: TextFile, context: Context) -> Written:
        """Run a text; raises whatever its template raises, ValueError where it comes out empty or too long."""
        template = self.compiled(file)
        variables = template.new_context(context.variables())
        subject, body = (_limited(template.blocks[name](variables)) for name in BLOCKS)
        line = one_line(as_line(subject), SUBJECT_LIMIT)
        written = Written(line, as_text(body), as_html(body), language_of(file))
        if not line or not written.text.strip():
            raise ValueError("the subject is empty" if not line else "the body is empty")
        if len(written.text.encode()) > MOST_BYTES:
            raise ValueError(f"longer than {MOST_BYTES} bytes")
        return written

    def wrap(self, layout: TextFile, written: Written) -> str:
        """Put a body into this layout; raises whatever its template raises, ValueError where it is too long."""
        template = self._compile(layout, self._pages)
        body = Markup(written.body)  # noqa: S704 page.py escaped it
        page = template.render(subject=written.subject, body=body, language=written.language)
        if len(page.encode()) > MOST_BYTES:
            raise ValueError(f"longer than {MOST_BYTES} bytes")
        return page

    def compiled(self, file: TextFile) -> Template:
        """The template of a text, compiled once. Raises TemplateError."""
        return self._compile(file, self._texts)

    def explain(self, file: TextFile, trouble: BaseException) -> str:
        """A fault in one line of words, with file and line."""
        return f"{file.where}:{self._line(file, trouble)}: {_say(trouble)}"

    def _compile(self, file: TextFile, environment: ImmutableSandboxedEnvironment) -> Template:
        found = self._compiled.get(file.where)
        if found is None:
            code = environment.compile(file.source, file.where, file.where)
            found = Template.from_code(environment, code, environment.make_globals(None))
            self._compiled[file.where] = found
        return found

    def _line(self, file: TextFile, trouble: BaseException) -> int:
        if isinstance(trouble, TemplateSyntaxError):
            return trouble.lineno
        lines = [line for frame, line in walk_tb(trouble.__traceback__) if frame.f_code.co_filename == file.where]
        template = self._compiled.get(file.where)
        return template.get_corresponding_lineno(lines[-1]) if lines and template else 1


def _limited(pieces: Iterator[str]) -> str:
    """Join what a block gives; raises ValueError as soon as it is too long."""
    taken: list[str] = []
    room = MOST_CHARACTERS
    for piece in pieces:
        room -= len(piece)
        if room < 0:
            raise ValueError(f"longer than {MOST_CHARACTERS} characters")
        taken.append(piece)
    return "".join(taken)


def _say(trouble: BaseException) -> str:
    if isinstance(trouble, KeyError):
        return f"there is no block {trouble}"
    return " ".join(str(trouble).split()) or type(trouble).__name__
