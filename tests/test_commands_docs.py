"""The pages about commands are made of the docstrings of commands, and say the same."""

from pathlib import Path

from commands import manual, registry

DOCS = Path(__file__).resolve().parent.parent / "docs"


def test_the_table_for_agents_is_that_of_the_docstrings() -> None:
    assert manual.table() in (DOCS / "agents.md").read_text("utf-8")


def test_the_manual_page_tells_of_each_command_what_its_docstring_tells() -> None:
    page = (DOCS / "helpdeskd.1").read_text("utf-8")
    section = page.partition("\n.SH COMMANDS\n")[2].partition("\n.SH ")[0]
    assert section.partition("\n")[2] == manual.roff()


def test_the_manual_by_mail_holds_every_command_with_its_examples() -> None:
    page = manual.page()
    for command in registry().values():
        assert f"\n{command.form}\n" in page
        assert all(f"\n    {example}" in page for example in command.examples)
    assert max(map(len, page.split("\n"))) <= 120


def test_nothing_in_the_manual_page_is_taken_for_a_request_of_roff() -> None:
    for line in manual.roff().split("\n"):
        assert not line.startswith(("'", ".")) or line.startswith((".TP", ".B ", ".sp"))
