"""A transcript as a mail to an agent says it."""

from commands.transcript import Change, Transcript
from templates.contexts import TranscriptContext

MOST_LINES = 500  # of the agent's own text; the whole of it lies in what they sent


def context_of(transcript: Transcript, helpdesk: str, returned: str = "") -> TranscriptContext:
    """What the template is filled with; `helpdesk` is what we call ourselves, `returned` whom an answer never met."""
    lines = transcript.text.split("\n") if transcript.text else []
    return TranscriptContext(
        helpdesk=helpdesk,
        number=transcript.number or 0,
        subject=transcript.subject,
        commands=transcript.commands,
        changes=tuple(_line(each, transcript.number) for each in transcript.changes),
        back=transcript.back,
        recallable=transcript.recallable,
        returned=returned,
        wrong=tuple(map(str, transcript.errors)),
        text=(*lines[:MOST_LINES], *(["…"] if len(lines) > MOST_LINES else [])),
    )


def _line(change: Change, number: int | None) -> str:
    at = f"#{change.number} " if change.number not in {0, number} else ""
    return f"{at}{change.what}: {change.before or '–'} → {change.after or '–'}"  # noqa: RUF001 a dash for nothing
