"""What is written about commands, all of it made from their docstrings: #help, a table, a part of the manual page."""

from commands import Command, registry

_INTRODUCTION = """\
Commands stand in the subject of your answer to a notice, behind what we put there, or on the first lines of the mail,
one a line. All of a mail is done or none of it; you are told which. What stands below the commands is your text:
without #note it goes to the customer. A line that begins with \\# is text."""


def page() -> str:
    """The manual that #help sends."""
    return "\n\n".join([_INTRODUCTION, *(_paragraph(command) for command in registry().values())])


def table() -> str:
    """One row for each command, in Markdown."""
    rows = (f"| `{_cell(command.form)}` | {_cell(command.summary)} |" for command in registry().values())
    return "\n".join(["| command | does |", "| --- | --- |", *rows])


def roff() -> str:
    """One paragraph for each command, for the manual page."""
    return "\n".join(f".TP\n.B {_roff(command.form)}\n{_roff(command.told)}" for command in registry().values())


def _paragraph(command: Command) -> str:
    told = "\n".join(f"    {line}".rstrip() for line in command.told.split("\n"))
    examples = "\n".join(f"    {example}" for example in command.examples)
    return f"{command.form}\n{told}\n\n{examples}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _roff(text: str) -> str:
    """The text with what roff takes for its own escaped, an empty line as a new paragraph."""
    lines = text.replace("\\", "\\(rs").replace("-", "\\-").replace("'", "\\(aq").split("\n")
    return "\n".join(".sp" if not line else f"\\&{line}" if line.startswith(".") else line for line in lines)
