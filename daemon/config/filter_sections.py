"""The sections of the configuration that belong to filters and quarantine; the rules stand in files of their own."""

from pathlib import Path

from pydantic import Field

from daemon.config.sections import AddressText, Password, Section, Url


class RspamdSection(Section):
    """A second opinion on spam: an rspamd that is asked of every mail; mail flows on without it."""

    url: Url | None = Field(
        None,
        description="Where it listens, like http://127.0.0.1:11333; https where that is another machine. Not set: "
        "nobody is asked.",
    )
    seconds: float = Field(
        3.0, gt=0, le=30, description="How long one answer may take; later a mail is judged without it."
    )
    password: Password = Field(None, description="Its password, where it wants one, as a secret.")


class FiltersSection(Section):
    """What decides that a mail is spam, and where it goes."""

    rules: Path | None = Field(
        None,
        description="Your own rules, a file or a folder of *.toml; they add to ours and override them. Relative to "
        "this file.",
    )
    keep_days: int = Field(
        90,
        ge=1,
        le=36_500,
        description="For how many days the bytes of spam are kept in quarantine; that it was there, from whom, and "
        "why stays on record.",
    )


class QuarantineSection(Section):
    """Who looks after what was put aside, and when they are told of it."""

    readers: tuple[AddressText, ...] = Field(
        (),
        description="The agents who get a digest of what is new in quarantine, a mail for each mailbox, and let mails "
        "out with #ham; by default all agents.",
    )
    digest_hour: int = Field(8, ge=0, le=23, description="The hour at which they get it, each on their own clock.")
