"""The tables of a file with cases."""

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from daemon.config.sections import AddressText, Line, Section
from daemon.filter_rules.sections import Name, Score


class ScoreSection(Section):
    """Between which scores, both included."""

    least: Score | None = Field(None, description="At least.")
    most: Score | None = Field(None, description="At most.")


class ExpectSection(Section):
    """What must come of a mail; what is not named may be anything."""

    decision: Literal["spam", "doubtful", "genuine"] | None = Field(None, description="What the mail is.")
    symbols: tuple[Name, ...] = Field((), description="Symbols that must be found.")
    without: tuple[Name, ...] = Field((), description="Symbols that must not be found.")
    score: ScoreSection = Field(ScoreSection(), description="Between which scores: { least = 5, most = 7 }.")
    protected: bool | None = Field(None, description="Whether content alone can never quarantine it.")
    tags: tuple[str, ...] | None = Field(None, description="All tags that the ticket gets.")
    priority: str | None = Field(None, description='Its priority; "" for none.')
    team: str | None = Field(None, description='Its team; "" for none.')
    call: str | None = Field(None, description='Who is called in; "" for nobody.')
    automatic: str | None = Field(None, description='Why no person wrote it, as a rule says; "" where none does.')


class CaseSection(Section):
    """One case."""

    name: Line = Field(min_length=1, description="What it shows.")
    mail: str | None = Field(None, description="The whole mail: header, an empty line, text.")
    file: Path | None = Field(None, description="Or a file that holds it, relative to this one.")
    mailbox: AddressText | None = Field(None, description="Where it came to; by default the first mailbox.")
    proof: Literal["strong", "proven", "unproven", "failed"] = Field(
        "unproven", description="How far its sender is proven."
    )
    account: str | None = Field(
        None, description='The customer that its sender belongs to; by default by the domain, "" for none.'
    )
    tickets: int = Field(0, ge=0, description="Genuine tickets that this address opened before.")
    answers_us: bool = Field(default=False, description="Whether it answers a mail of ours by its token.")
    learned: Score | None = Field(None, description="The learner's score; by default it was not asked.")
    expect: ExpectSection = Field(description="What must come of it.")

    @model_validator(mode="after")
    def _has_one_mail(self) -> "CaseSection":
        if (self.mail is None) == (self.file is None):
            raise ValueError("mail is wanted, or file")
        return self
