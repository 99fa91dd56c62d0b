"""The limits of the house: small files, small functions, names that say something, pages that keep up with the code."""

import argparse
import ast
import re
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from daemon.cli import filters, parser_of, verbs

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (*("channels", "commands", "daemon", "filters", "mail", "mailboxes", "store", "templates", "tickets", "web"),)
FILES = sorted(path for folder in (*ROOMS, "bench", "tests") for path in (ROOT / folder).rglob("*.py"))
MOST_LINES = 400
MOST_FUNCTION_LINES = 40
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
MANUAL = (ROOT / "docs" / "helpdeskd.1").read_text("utf-8")


def test_no_file_is_longer_than_a_person_reads_at_once() -> None:
    lengths = {str(path.relative_to(ROOT)): path.read_text("utf-8").count("\n") for path in FILES}
    assert not {name: lines for name, lines in lengths.items() if lines > MOST_LINES}


def test_no_function_is_longer_than_a_screen() -> None:
    steps = ROOT / "store" / "migrations"  # a table there is one statement, and never changes once it is written
    assert not [told for path in FILES if path.parent != steps for told in _long_functions(path)]


def _long_functions(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MOST_FUNCTION_LINES:
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines} lines"


def test_no_file_is_called_by_a_name_that_says_nothing() -> None:
    words = {str(path): set(path.stem.split("_")) for path in FILES}
    assert not [name for name, parts in words.items() if parts & SAYS_NOTHING]


@pytest.mark.parametrize("room", ROOMS)
def test_nobody_else_provides_a_package_of_this_name(room: str) -> None:
    assert set(packages_distributions()[room]) == {"helpdeskd"}


def test_every_room_is_told_of_to_those_who_check_it() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert found == set(ROOMS)
    settings = (ROOT / "setup.cfg").read_text("utf-8")
    roots = settings.partition("root_packages =")[2].partition("include_external")[0].split()
    assert set(roots) == set(ROOMS)


def test_the_folder_of_units_is_no_package() -> None:
    assert not (ROOT / "systemd" / "__init__.py").exists()


@pytest.mark.parametrize(
    "page", ["README.md", "docs/flow.md", "docs/configuration.md", "docs/understanding-mail.md", "docs/filters.md"]
)
def test_our_pages_name_only_files_that_are_there(page: str) -> None:
    named = re.findall(
        r"[`(]((?:\.\./)?(?:[a-z]+/)+[a-z_.]+\.(?:py|md|toml|service|conf|html|txt|1))[`)#]", _page(page)
    )
    folder = (ROOT / page).parent
    assert not [name for name in named if not (ROOT / name).exists() and not (folder / name).exists()]
    assert named


def _page(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def test_the_way_of_a_mail_is_told_in_eight_hops_in_and_six_out() -> None:
    coming, _, leaving = _page("docs/flow.md").partition("## Out")
    assert [int(hop) for hop in re.findall(r"^\| (\d) \|", coming, re.MULTILINE)] == list(range(1, 9))
    assert [int(hop) for hop in re.findall(r"^\| (\d) \|", leaving, re.MULTILINE)] == list(range(1, 7))


@pytest.mark.parametrize("verb", verbs())
def test_the_manual_tells_of_every_verb_with_all_its_options(verb: str) -> None:
    _, heading, behind = MANUAL.partition(f"\n.SS {verb}\n")
    assert heading, "this verb stands under no .SS"
    told = re.split(r"\n\.S[SH] ", behind)[0].replace("\\-", "-").replace("\\(aq", "'")
    options = set(re.findall(r"--[a-z-]+", parser_of(verb).format_help())) - {"--help", "--config", "--traceback"}
    assert not [option for option in options if option not in told]
    assert verbs()[verb].splitlines()[0] in told


def test_the_manual_tells_of_no_verb_that_is_gone() -> None:
    assert set(re.findall(r"^\.SS (\S+)$", MANUAL, re.MULTILINE)) == verbs().keys()


def test_the_manual_tells_of_every_verb_of_the_filters_with_all_its_options() -> None:
    part = MANUAL.partition("\n.SS filters\n")[2].partition("\n.SS ")[0].replace("\\-", "-").replace("\\(aq", "'")
    told = {paragraph.partition("\n")[0]: paragraph for paragraph in part.split("\n.TP\n.B ")[1:]}
    assert told.keys() == set(filters.names())
    parser = argparse.ArgumentParser()
    filters.add_arguments(parser)
    [verbs_of_it] = [action.choices for action in parser._actions if isinstance(action.choices, dict)]
    for name, verb in verbs_of_it.items():
        options = set(re.findall(r"--[a-z-]+", verb.format_help())) - {"--help", "--config", "--traceback"}
        assert not [option for option in options if option not in told[name]], name
        assert verb.description.partition("\n")[0] in told[name]
