"""The pages that customers' links open: plain HTML, one style, no script, nothing that is loaded from anywhere."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined

from templates.page_words import WORDS

_FILES = ("page.html", "page-survey.html", "page-opt-out.html", "page-word.html")
_STYLE = files("templates").joinpath("page.css").read_text("utf-8")
STYLE_HASH = "sha256-" + b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")  # for CSP (level 3 §6.7.2)


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """The question, and the answer as far as there is one. `opt_out`: where the wish to be asked no more leads."""

    file: str = field(default="page-survey.html", init=False)
    helpdesk: str
    number: int
    until: date
    opt_out: str
    score: int | None = None  # chosen
    given: int | None = None  # saved
    comment: str = ""
    thanks: bool = False
    missing: bool = False


@dataclass(frozen=True, slots=True)
class OptOutPage:
    """Whether somebody is to be asked no more."""

    file: str = field(default="page-opt-out.html", init=False)
    helpdesk: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class WordPage:
    """One thing that is to be said: gone (since `until`), unknown or fault."""

    file: str = field(default="page-word.html", init=False)
    helpdesk: str
    what: str
    until: date | None = None


Page = SurveyPage | OptOutPage | WordPage


def render_page(page: Page, language: str) -> str:
    """The whole page, in one of WORDS' languages; every value in it is escaped."""
    words, until = WORDS[language], getattr(page, "until", None)
    day = until.strftime(words.day) if until is not None else ""
    return _environment().get_template(page.file).render(page=page, words=words, language=language, until=day)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    sources = {name: files("templates").joinpath(name).read_text("utf-8") for name in _FILES}
    made = Environment(
        loader=DictLoader(sources), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals["style"] = _STYLE
    return made
