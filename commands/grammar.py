"""Commands read from a subject, from the first lines of a mail or from the command line, and written down again.

A command is `#name` with words behind it, up to the next one or the end of the line. A word may stand in quotation
marks.
Whoever calls hands over only what the agent wrote anew (`mail.reply`): nothing quoted, forwarded or signed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from commands import Command, registry
from commands.invocation import CommandError, Invocation, nearest
from mail.names import one_line

_LONGEST = 2000  # characters of a line with commands
_MOST = 50  # commands in one mail
_FAULTS = 5  # of one line that are told
_STARTS = re.compile(r"#[A-Za-z]")
_WORD = re.compile(r'(?:"(?:[^"\\]|\\.)*"|\\.|[^\s"\\]|\\$)+')
_PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"|\\(.)|([^"\\]+|\\$)')
_ESCAPED = re.compile(r"\\(.)")
_CURLY = str.maketrans("“”„«»", '"""""')  # what phones make of quotation marks
_UNSEEN = "\u200b\u2060\ufeff"
_NEEDS_MARKS = re.compile(r'[\s"\\“”„«»]')
_FIELD = re.compile(r"([A-Za-z]{1,20})[ \t]*:[ \t]*(.*)")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was said: the commands in their order, the text below them, and what is no command though it begins as one.

    `strays` are lines of the text that would be commands if they stood above it.
    """

    invocations: tuple[Invocation, ...] = ()
    text: str = ""
    errors: tuple[CommandError, ...] = ()
    strays: tuple[str, ...] = ()


def read_mail(sent: str, came: str, body: str) -> Parsed:
    """The commands in the subject of an answer, then those on the first lines of its body.

    `sent` is the subject as we sent it, `came` as it came back: a word of the first is never a command. For a mail that
    answers nothing of ours `sent` is the subject of the ticket that it goes to, or nothing. `body` is the part of the
    mail that the agent wrote.
    """
    above, below = read_subject(sent, came), read_body(body)
    both = (*above.invocations, *below.invocations)
    return Parsed(both, below.text, (*above.errors, *below.errors), below.strays)


def read_subject(sent: str, came: str) -> Parsed:
    """The commands behind what we put into a subject."""
    ours, theirs = sent.split(), came[:_LONGEST].split()
    known = tuple(word.lower() for word in ours if word.startswith("#"))
    rest = theirs[_end_of(ours, theirs) :]
    starts = {at: _is_ours(word, known) for at, word in enumerate(rest) if _STARTS.match(word)}
    first = next((at for at, is_ours in starts.items() if not is_ours), None)
    if first is None:
        return Parsed()
    ambiguous = [rest[at] for at, is_ours in starts.items() if at > first and is_ours]
    if ambiguous:
        what = f"{ambiguous[0]} stood in the subject as we sent it; write it on the first line of the mail instead"
        return Parsed((), "", (CommandError(what, "the subject"),))
    return _read_line(" ".join(rest[first:]), "the subject")


def read_body(body: str) -> Parsed:
    """The commands on the first lines, blank lines left out; the text begins with the first line that is none."""
    lines = [line.rstrip("\r") for line in body.split("\n")]
    found: list[Invocation] = []
    errors: list[CommandError] = []
    for at, line in enumerate(lines):
        said = _bare(line)
        if not said:
            continue
        field = _field_of(found[-1] if found else None, said)
        if field is not None:
            found[-1] = Invocation(found[-1].name, found[-1].args, (*found[-1].fields, field), found[-1].where)
        elif len(found) + len(errors) > _MOST:
            return Parsed((), "", (CommandError(f"more than {_MOST} commands in one mail", f"line {at + 1}"),))
        elif _STARTS.match(said):
            parsed = _read_line(said, f"line {at + 1}")
            found += parsed.invocations
            errors += parsed.errors
        else:
            text = [_unescape(line, found[-1] if found else None), *lines[at + 1 :]]
            return Parsed(tuple(found), "\n".join(text).rstrip(), tuple(errors), _strays(lines[at + 1 :]))
    return Parsed(tuple(found), "", tuple(errors))


def read_words(words: Sequence[str]) -> Parsed:
    """Commands as the command line brings them: `close confirmed`, or one text such as `#take #priority high`."""
    if any(_STARTS.match(word.strip()) for word in words[:1]):
        return _read_line(" ".join(words), "the command line")
    if not words:
        return Parsed((), "", (CommandError("nothing is said to the ticket", expected="a command such as take"),))
    return _known_only([Invocation(words[0].lower(), tuple(words[1:]), where="the command line")])


def render(invocations: Iterable[Invocation], text: str = "") -> str:
    """A body that is read as these commands and this text (which neither begins nor ends with blank lines)."""
    lines: list[str] = []
    last: Invocation | None = None
    for last in invocations:
        lines.append(render_one(last))
        lines += [f"{name}: {value}" for name, value in last.fields]
    if text:
        lines.append(_escape(text, last))
    return "\n".join(lines)


def render_one(invocation: Invocation) -> str:
    """One command in one line, its fields left out."""
    return " ".join((f"#{invocation.name}", *map(_in_marks, invocation.args)))


def _is_ours(word: str, known: tuple[str, ...]) -> bool:
    """Whether a word may be left over from what we sent; a mail program may have cut it."""
    return any(each.startswith(word.lower()) for each in known)


def _end_of(ours: list[str], theirs: list[str]) -> int:
    """Where what we sent ends in what came back; 0 where it cannot be found."""
    many = len(ours)
    places = (at for at in range(len(theirs) - many + 1) if theirs[at : at + many] == ours)
    return next(places, -many) + many


def _read_line(line: str, where: str) -> Parsed:
    """One line that begins with a command."""
    if len(line) > _LONGEST:
        return Parsed((), "", (CommandError(f"a line of more than {_LONGEST} characters is no command", where),))
    plain = line.translate(_CURLY) if '"' not in line else line
    words = _WORD.findall(plain)
    if '"' in _WORD.sub("", plain):
        return Parsed((), "", (CommandError("a quotation mark is opened and never closed", where),))
    found: list[tuple[str, list[str]]] = []
    for word in words:
        if _STARTS.match(word):
            found.append((word[1:].lower(), []))
        else:
            found[-1][1].append(_out_of_marks(word))
    return _known_only([Invocation(name, _once(args), where=where) for name, args in found])


def _known_only(invocations: list[Invocation]) -> Parsed:
    known = registry()
    unknown = [each for each in invocations if each.name not in known]
    return Parsed(
        tuple(each for each in invocations if each.name in known), "", tuple(map(_say_unknown, unknown[:_FAULTS]))
    )


def _say_unknown(invocation: Invocation) -> CommandError:
    near = nearest(invocation.name, registry())
    what = f"there is no command #{one_line(invocation.name, 40)}"
    return CommandError(what, invocation.where, f"#{near}" if near is not None else None, "#help")


def _once(args: list[str]) -> tuple[str, ...]:
    """The words without the second half of what mail programs make of a link: `https://x <https://x>`."""
    links = [{f"<{word}>", f"<mailto:{word.lstrip('+-')}>"} for word in args]
    return tuple(args[:1]) + tuple(word for word, link in zip(args[1:], links, strict=False) if word not in link)


def _bare(line: str) -> str:
    return line.strip().strip(_UNSEEN).strip()


def _command_of(invocation: Invocation | None) -> Command | None:
    return registry().get(invocation.name) if invocation is not None else None


def _field_of(last: Invocation | None, line: str) -> tuple[str, str] | None:
    """A `name: value` line that belongs to the command above it."""
    command = _command_of(last)
    match = _FIELD.fullmatch(line) if command is not None and command.fields else None
    if command is None or match is None or match[1].lower() not in command.fields:
        return None
    return match[1].lower(), match[2].strip()


def _strays(lines: list[str]) -> tuple[str, ...]:
    """Lines of a text that say a command which there is."""
    starts = ((line, _bare(line)[:40].split(maxsplit=1)) for line in lines)
    return tuple(line.strip() for line, words in starts if words and words[0][1:] in registry() and words[0][0] == "#")


def _unescape(line: str, last: Invocation | None) -> str:
    """The first line of a text without the backslash that says it is one."""
    said = _bare(line)
    begins = said.lstrip("\\")
    escaped = len(begins) < len(said) and (begins.startswith("#") or _field_of(last, begins) is not None)
    return said[1:] if escaped else line


def _escape(text: str, last: Invocation | None) -> str:
    begins = text.partition("\n")[0].strip().lstrip("\\")
    return "\\" + text if begins.startswith("#") or _field_of(last, begins) is not None else text


def _in_marks(word: str) -> str:
    """The word as it is read back: in quotation marks where it would be taken for several, or for a command."""
    if word and not _NEEDS_MARKS.search(word) and not _STARTS.match(word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _out_of_marks(word: str) -> str:
    return "".join(
        _ESCAPED.sub(r"\1", inside) if inside else escaped or plain for inside, escaped, plain in _PIECE.findall(word)
    )
