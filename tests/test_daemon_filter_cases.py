"""Cases beside the rules, the worked examples, and what each key of a condition means."""

import contextlib
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from daemon import config, filter_rules
from daemon.cli import main
from daemon.filter_rules.cases import read_cases
from daemon.filter_rules.gathered import symbol_names
from daemon.filter_rules.trying import try_case
from filters.verdict import Rules

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
WORKED = sorted(path for path in (EXAMPLES / "filters").glob("*.toml") if not path.name.endswith(".test.toml"))
MAIL = b"""\
From: =?utf-8?q?Ann_B=C3=B6hm?= <Ann@Acme.example>
To: Support <support@example.com>, x@b\xc3\xbccher.example
Cc: carol@example.com
Reply-To: ann@home.example
Return-Path: <bounces@mail.acme.example>
Subject: =?utf-8?q?Invoice_f=C3=BCr_Mai?=
Date: Tue, 24 Nov 2026 09:00:00 +0000
Message-ID: <1@acme.example>
Content-Language: de-AT
X-Mailer: Example 7
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

The dashboard is down since nine.
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename="May.PDF"
Content-Transfer-Encoding: base64

JVBERi0xLjQKJSVFT0YK
--b--
"""
HOLDS = [
    "subject = 'invoice f.r'",
    "subject = ['nothing', 'mai$']",
    "subject = { pattern = '^Invoice', case = true }",
    "subject = { is = 'INVOICE für Mai' }",
    "text = '\\bdown\\b'",
    "from = 'ANN@acme.example'",
    "from = ['*@acme.example', 'x@y.example']",
    "from = 'a*@acme.*'",
    "from = { pattern = '^ann@' }",
    "from_name = 'böhm'",
    "from_domain = 'acme.example'",
    "reply_to = true",
    "reply_to_domain = ['home.example']",
    "return_path = '*.acme.example'",
    "to = 'carol@example.com'",
    "to_domain = 'bücher.example'",
    "header = { X-Mailer = '^example [0-9]' }",
    "header = { x-mailer = true, List-Id = false }",
    "header = { X-Mailer = { is = 'example 7' } }",
    "attachment_name = '\\.pdf$'",
    "attachment_type = 'application/*'",
    "attachment_type = ['text/html', 'application/pdf']",
    "language = 'de'",
    "language = ['fr', 'de-at']",
    "account = 'acme'",
    "mailbox = 'support@example.com'",
    "automatic = false",
    "proof = ['proven', 'strong']",
    "size = { least = 100, most = 10_000 }",
    "attachments = { least = 1, most = 1 }",
    "attachment_size = { most = 100 }",
    "recipients = { least = 3, most = 3 }",
    "text_length = { least = 5 }",
    "tickets = { least = 2 }",
    "symbols = ['SENDER_PROVEN', 'NO_DATE']",
    "not = { subject = 'offer' }",
    "any = [{ subject = 'offer' }, { text = 'dashboard' }]",
    "all = [{ subject = 'invoice' }, { text = 'dashboard' }]",
    "subject = 'invoice'\ntext = 'dashboard'",
]
HOLDS_NOT = [
    "subject = 'offer'",
    "subject = { pattern = 'invoice', case = true }",
    "subject = { is = 'invoice' }",
    "from = '*@example'",
    "from_domain = '*.acme.example'",
    "from_domain = 'me.example'",
    "header = { X-Mailer = false }",
    "header = { X-Mailer = { is = 'example' } }",
    "attachment_type = 'image/*'",
    "language = 'd'",
    "automatic = true",
    "proof = 'unproven'",
    "size = { most = 99 }",
    "attachments = { most = 0 }",
    "tickets = { most = 1 }",
    "symbols = 'NO_DATE'",
    "not = { subject = 'invoice' }",
    "any = [{ subject = 'offer' }, { text = 'offer' }]",
    "all = [{ subject = 'invoice' }, { text = 'offer' }]",
    "subject = 'invoice'\ntext = 'offer'",
]


@pytest.fixture
def example() -> config.Config:
    return config.load(EXAMPLES / "helpdeskd.toml", {})


@pytest.mark.parametrize(
    ("when", "key"), [*((each, "symbols") for each in HOLDS), *((each, "without") for each in HOLDS_NOT)]
)
def test_a_condition_holds_as_it_is_written(when: str, key: str, tmp_path: Path, example: config.Config) -> None:
    (tmp_path / "mail.eml").write_bytes(MAIL)
    rules = tmp_path / "filters.toml"
    rules.write_text(f'[[rules]]\nname = "MINE"\n[rules.when]\n{when}\n', "utf-8")
    (tmp_path / "filters.test.toml").write_text(
        f'[[cases]]\nname = "it"\nfile = "mail.eml"\nproof = "proven"\ntickets = 2\nexpect = {{ {key} = ["MINE"] }}\n',
        "utf-8",
    )
    [case] = read_cases(rules, example, frozenset({"MINE"}))
    tried = try_case(case, filter_rules.load(example, rules), example.directory)
    assert tried.wrong == ()


def run_cases(path: Path, rules: Rules, settings: config.Config) -> list[bool]:
    names = frozenset({*symbol_names(), *(rule.name for rule in filter_rules.load(settings, path).custom)})
    return [not try_case(case, rules, settings.directory).wrong for case in read_cases(path, settings, names)]


def test_there_are_eight_worked_examples_or_more() -> None:
    assert len(WORKED) >= 8


@pytest.mark.parametrize("path", WORKED, ids=lambda path: path.stem)
def test_a_worked_example_does_what_its_cases_say_and_nothing_does_without_it(
    path: Path, example: config.Config
) -> None:
    with_it = run_cases(path, filter_rules.load(example, path), example)
    without = run_cases(path, Rules(), example)
    assert len(with_it) >= 2
    assert all(with_it)
    assert not all(without)


def test_all_worked_examples_can_stand_in_one_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(EXAMPLES / "helpdeskd.toml"), "filters", "test", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"]
    assert told["rules_without_a_case"] == []
    assert len(told["cases"]) >= 2 * len(WORKED)


RULES = """
[thresholds]
spam = 3.0

[[rules]]
name = "OFFER"
reason = "an offer"
score = 3.5
tags = ["offer"]

[rules.when]
subject = "offer"
"""
CASE = '''
[[cases]]
name = "an offer"
mail = """
From: Bob <bob@sender.example>
To: hi@example.com
Subject: An offer
Date: Tue, 24 Nov 2026 09:00:00 +0000
Message-ID: <1@sender.example>

Hello.
"""
'''


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A configuration with rules beside it."""
    text = (EXAMPLES / "helpdeskd.toml").read_text("utf-8").replace('rules = "filters"', 'rules = "filters.toml"')
    (tmp_path / "helpdeskd.toml").write_text(text, "utf-8")
    (tmp_path / "filters.toml").write_text(RULES, "utf-8")
    return tmp_path


def helpdeskd(site: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A verb of the filters as a person calls it, in this process."""
    command = ["--config", str(site / "helpdeskd.toml"), "filters", *words]
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        status = main(command)
    return subprocess.CompletedProcess(command, status, out.getvalue(), err.getvalue())


def try_expecting(site: Path, expect: str) -> tuple[int, Any]:
    (site / "filters.test.toml").write_text(f"{CASE}expect = {{ {expect} }}\n", "utf-8")
    done = helpdeskd(site, "test", "--json")
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def test_cases_that_come_out_as_expected_are_exit_status_0(site: Path) -> None:
    status, told = try_expecting(
        site, 'decision = "spam", symbols = ["OFFER"], score = { least = 3, most = 9 }, tags = ["offer"], team = ""'
    )
    assert (status, told["ok"]) == (0, True)
    [case] = told["cases"]
    assert case["where"] == f"{site}/filters.test.toml:2"
    assert case["symbols"]["OFFER"] == 3.5


def test_whatever_is_not_as_expected_is_told_with_exit_status_1(site: Path) -> None:
    status, told = try_expecting(
        site,
        'decision = "genuine", symbols = ["NO_DATE"], without = ["OFFER"], score = { most = 1 }, protected = true, '
        'tags = [], team = "sales", priority = "", call = "ce"',
    )
    assert (status, told["ok"]) == (1, False)
    [case] = told["cases"]
    assert case["wrong"] == [
        "it is spam, not genuine",
        "it is not protected",
        "NO_DATE was not found",
        "OFFER was found",
        f"its score is {case['score']:.2f}, above 1",
        "its tags are offer, not none",
        "team is nothing, not sales",
        "call is nothing, not ce",
    ]
    in_words = helpdeskd(site, "test")
    assert in_words.returncode == 1
    assert f"{site}/filters.test.toml:2: an offer: it is spam, not genuine" in in_words.stdout
    assert "cases: 1, not as expected: 1" in in_words.stdout


def test_no_case_at_all_is_no_success(site: Path) -> None:
    (site / "filters.test.toml").write_text("", "utf-8")
    done = helpdeskd(site, "test")
    assert done.returncode == 1
    assert done.stdout.splitlines() == ["there is no case", "no case finds OFFER"]


@pytest.mark.parametrize(
    ("case", "fault"),
    [
        ("", "1: cannot be read: No such file or directory"),
        (
            f'{CASE}expect = {{ symbols = ["OFER"] }}',
            "13: cases[1].expect.symbols[1]: there is no such symbol; did you mean OFFER?",
        ),
        (f"{CASE}file = 'filters.toml'\nexpect = {{}}", "4: cases[1].mail: mail is wanted, or file"),
        (
            '[[cases]]\nname = "x"\nfile = "x.eml"\nexpect = {}',
            "3: cases[1].file: cannot be read: No such file or directory",
        ),
        (
            f'{CASE}mailbox = "ho@example.com"\nexpect = {{}}',
            "13: cases[1].mailbox: there is no such mailbox; did you mean hi@example.com?",
        ),
        (f'{CASE}account = "Acne"\nexpect = {{}}', "13: cases[1].account: there is no such account"),
        (CASE, "2: cases[1].expect: is missing"),
        ("[case]", "1: case: unknown table; [[cases]] is wanted"),
        ("cases = 1", "1: cases: tables are wanted, each under [[cases]]"),
    ],
)
def test_broken_cases_are_refused_with_file_and_line(case: str, fault: str, site: Path) -> None:
    if case:
        (site / "filters.test.toml").write_text(case, "utf-8")
    done = helpdeskd(site, "test")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{site}/filters.test.toml:{fault}\n"


def test_the_symbols_are_listed_with_what_they_weigh_by_the_rules(site: Path) -> None:
    (site / "filters.toml").write_text(RULES.replace("[[rules]]", "[scores]\nNO_DATE = 0\n[[rules]]"), "utf-8")
    done = helpdeskd(site, "symbols", "--json")
    assert done.returncode == 0
    rows = {row["symbol"]: row for row in json.loads(done.stdout)}
    assert set(rows) == {*symbol_names(), "OFFER"}
    assert rows["NO_DATE"]["score"] == 0
    assert rows["NO_DATE"]["default"] > 0
    assert (rows["OFFER"]["score"], rows["OFFER"]["meaning"]) == (3.5, "an offer")
