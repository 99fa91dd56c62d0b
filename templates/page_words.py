"""The words on the pages that customers' links open, in each language that we have."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that our pages say; `{…}` is filled in."""

    day: str  # how a date is written, for strftime
    title: str
    question: str
    hint: str
    scores: tuple[str, str, str, str, str]  # the worst first
    comment: str
    send: str
    change: str
    thanks: str
    saved: str
    until: str
    missing: str
    no_more: str
    opt_out_title: str
    opt_out_ask: str
    opt_out_send: str
    opt_out_done: str
    opt_out_told: str
    gone: str
    gone_told: str
    unknown: str
    unknown_told: str
    fault: str
    fault_told: str


ENGLISH = Words(
    day="%d %B %Y",
    title="How did it go?",
    question="How content are you with our help on #{number}?",
    hint="Your answer counts once you send it.",
    scores=("very bad", "bad", "fair", "good", "very good"),
    comment="What should we know? (optional)",
    send="Send my answer",
    change="Change my answer",
    thanks="Thank you",
    saved="Your answer is saved: {score} of 5.",
    until="You can change it here until {until}.",
    missing="Please choose a number from 1 to 5.",
    no_more="Do not ask me again",
    opt_out_title="No more surveys",
    opt_out_ask="Shall we never ask you again how it went? Your messages to us are answered as before.",
    opt_out_send="Do not ask me again",
    opt_out_done="Done",
    opt_out_told="We will not ask you again. Your messages to us are answered as before.",
    gone="This survey has ended",
    gone_told="It could be answered until {until}. Just write to us if there is something that you would like to say.",
    unknown="This link leads nowhere",
    unknown_told="Perhaps a part of it is missing: copy it whole from our mail.",
    fault="That did not work",
    fault_told="Nothing was saved. Please try again in a while.",
)
GERMAN = Words(
    day="%d.%m.%Y",
    title="Wie war es?",
    question="Wie zufrieden sind Sie mit unserer Hilfe zu #{number}?",
    hint="Ihre Antwort zählt, sobald Sie sie absenden.",
    scores=("sehr schlecht", "schlecht", "mittel", "gut", "sehr gut"),
    comment="Was sollten wir wissen? (freiwillig)",
    send="Antwort absenden",
    change="Antwort ändern",
    thanks="Vielen Dank",
    saved="Ihre Antwort ist gespeichert: {score} von 5.",
    until="Bis zum {until} können Sie sie hier ändern.",
    missing="Bitte wählen Sie eine Zahl von 1 bis 5.",
    no_more="Nicht mehr fragen",
    opt_out_title="Keine Umfragen mehr",
    opt_out_ask="Sollen wir Sie nie wieder fragen, wie es war? Ihre Nachrichten beantworten wir wie bisher.",
    opt_out_send="Nicht mehr fragen",
    opt_out_done="Erledigt",
    opt_out_told="Wir fragen Sie nicht mehr. Ihre Nachrichten beantworten wir wie bisher.",
    gone="Diese Umfrage ist beendet",
    gone_told="Sie konnte bis zum {until} beantwortet werden. Schreiben Sie uns einfach, wenn Sie etwas sagen möchten.",
    unknown="Dieser Link führt ins Leere",
    unknown_told="Vielleicht fehlt ein Teil davon: Kopieren Sie ihn vollständig aus unserer Mail.",
    fault="Das hat nicht geklappt",
    fault_told="Nichts wurde gespeichert. Bitte versuchen Sie es später noch einmal.",
)
WORDS: Mapping[str, Words] = {"en": ENGLISH, "de": GERMAN}
FALLBACK = "en"


def choose_language(accepted: str, other: str) -> str:
    """The first language that a browser accepts (RFC 9110 §12.5.4) and we have, else `other`, else English."""
    wanted: list[tuple[float, str]] = []
    for part in accepted[:1000].split(","):
        tag, _, rest = part.partition(";")
        wanted.append((_weight(rest), tag.strip().lower().partition("-")[0]))
    wanted = [(weight, tag) for weight, tag in wanted if weight > 0 and tag in WORDS]
    if wanted:
        return max(wanted, key=lambda each: each[0])[1]
    found = other.lower().partition("-")[0]
    return found if found in WORDS else FALLBACK


def _weight(parameters: str) -> float:
    name, _, value = parameters.replace(" ", "").partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value[:5])
    except ValueError:
        return 0.0
