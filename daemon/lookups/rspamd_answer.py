"""What rspamd answers to /checkv2, read strictly: an opinion, or why there is none in it."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from filters import Opinion
from mail.names import one_line

LIMIT = 1024 * 1024  # bytes of an answer; an ordinary one has a few thousand
MOST = 200  # symbols that are kept, those that weigh most
_NAME = 64  # characters


class Nonsense(Exception):
    """An answer in which no opinion can be found; the text says why."""


def _is_possible(score: float) -> float:
    if not -1e6 < score < 1e6:
        raise ValueError("no filter gives such a score")
    return score


_Score = Annotated[float, Field(strict=True), AfterValidator(_is_possible)]


class _Symbol(BaseModel):
    score: _Score


class _Said(BaseModel):
    score: _Score
    required_score: Annotated[_Score, Field(gt=0)]
    symbols: dict[str, _Symbol]


def read_answer(answer: bytes) -> Opinion:
    """The opinion in an answer of at most LIMIT bytes. Raises Nonsense."""
    try:
        said = _Said.model_validate_json(answer)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(one_line(str(step), _NAME) for step in first["loc"])
        raise Nonsense(f"its answer makes no sense: {place or 'JSON'}: {one_line(first['msg'], 200)}") from None
    weighed = [(one_line(name, _NAME), symbol.score) for name, symbol in said.symbols.items() if symbol.score]
    weighed.sort(key=lambda symbol: (-abs(symbol[1]), symbol[0]))
    return Opinion(said.score, said.required_score, tuple(weighed[:MOST]))
