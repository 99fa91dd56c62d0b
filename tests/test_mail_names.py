"""Names of attachments: safe on every file system, and honest about what the file is."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mail.names import extension, safe_name
from mail.parameters import read_parameters


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("report.pdf. . .", "report.pdf"),
        ("CONIN$", "_CONIN$"),
        ("conout$.txt", "_conout$.txt"),
        ("COM¹.txt", "_COM¹.txt"),
        ("lpt9", "_lpt9"),
        ("con .txt", "_con .txt"),
        ("console.txt", "console.txt"),
        ("invoice.pdf.exe", "invoice.pdf.exe"),
        ("invoice.pdf" + " " * 200 + ".exe", "invoice.pdf .exe"),
        ("cod\u202efdp.exe", "codfdp.exe"),
        ("a\u200bb\u2060c\xad.txt", "abc.txt"),
        ("..\u2215..\u2044etc\uff0fpasswd", "_.._etc_passwd"),
        ("setup\uff0eexe", "setup.exe"),
        ("x" * 200 + ".tar.gz", "x" * 147 + ".gz"),
        ("ü" * 100 + ".txt", "ü" * 73 + ".txt"),
        ("-rf", "rf"),
        (".htaccess", "htaccess"),
        ("a:b|c?.txt", "a_b_c_.txt"),
        ("//server/share/", "share"),
        ("👩\u200d💻.png", "👩\u200d💻.png"),
        ("e\u0301.txt", "é.txt"),
        ("\u3164", "part-2.pdf"),
    ],
)
def test_a_name_is_safe_and_shows_all_its_endings(written: str, safe: str) -> None:
    assert safe_name(written, "2", "application/pdf") == safe


RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)")
NASTY = st.sampled_from(
    ["con", "COM1", "/", "\\", ".", " ", "..", "\u202e", "\0", ":", "ü", "é", "e\u0301", "\ud800", "-", "\uff0f"]
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(NASTY, max_size=30).map("".join)))
@example("-. .con")
@example("a" * 149 + "ü.txt")
def test_made_safe_a_name_is_safe_and_stays_as_it_is(written: str) -> None:
    name = safe_name(written, "1", "text/plain")
    assert safe_name(name, "1", "text/plain") == name
    assert 1 <= len(name.encode()) <= 150
    assert not re.search(r'[\x00-\x1f\x7f\\/:*?"<>|\u202a-\u202e]', name)
    assert not RESERVED.match(name)
    assert name == name.strip(" .").lstrip("-")


def test_a_file_without_a_name_gets_the_usual_ending_of_its_type() -> None:
    assert [extension(kind) for kind in ("message/rfc822", "image/png", "text/x-diff", "application/x-odd")] == [
        ".eml",
        ".png",
        ".txt",
        ".bin",
    ]


@pytest.mark.parametrize(
    ("field", "kind", "parameters"),
    [
        ("text/plain charset=utf-8", "text/plain", {"charset": "utf-8"}),
        ('application/pdf name="a b.pdf"', "application/pdf", {"name": "a b.pdf"}),
        ("text/plain (a comment); charset=x", "text/plain", {"charset": "x"}),
        ('attachment; filename="C:\\temp\\new.txt"', "attachment", {"filename": "C:\\temp\\new.txt"}),
        ("attachment; filename=report (1).pdf", "attachment", {"filename": "report (1).pdf"}),
        ('attachment; filename="open.txt', "attachment", {"filename": "open.txt"}),
        ('attachment; filename="a=b; c.txt"', "attachment", {"filename": "a=b; c.txt"}),
        ("attachment; filename=x; filename*=UTF-8''%C3%BC%20a", "attachment", {"filename": "ü a"}),
        ("attachment; filename*1*=%BC.txt; filename*0*=utf-8''%C3", "attachment", {"filename": "ü.txt"}),
        ('attachment; filename*0="=?utf-8?B?w7w=?="', "attachment", {"filename": "ü"}),
        ('attachment; filename="=?utf-8?Q?a?= =?utf-8?Q?b.txt?="', "attachment", {"filename": "ab.txt"}),
        ("; name=x", "", {"name": "x"}),
        ("", "", {}),
    ],
)
def test_fields_with_parameters_are_read_as_they_are_meant(field: str, kind: str, parameters: dict[str, str]) -> None:
    assert read_parameters(field) == (kind, parameters)


@pytest.mark.parametrize("piece", [" ", "; ", ';a="', " a=", '\\"', "(", "\n ", ";a", "a", ";a*0*=x"])
def test_parameters_are_read_in_linear_time(piece: str) -> None:
    for _ in range(20):  # a mail has many parts
        read_parameters("text/plain" + piece * 16_000)
