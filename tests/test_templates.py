import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.contexts import (
    TEXTS,
    AcknowledgementContext,
    AlertContext,
    Context,
    Text,
    UnprovenAcknowledgementContext,
)
from templates.render import Rendered, TemplateFault, Templates
from templates.wording import one_line, own_subject

OURS = Templates(None)


class Words(HTMLParser):
    """What a reader sees of a page, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.links: list[str] = []
        self.link = ""
        self.tags: set[str] = set()
        self.feed(page.partition("<body")[2].partition(">")[2])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.text += "\n- " if tag == "li" else "\n" if tag in {"p", "br"} else ""
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.link = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.links[-1] != self.link:  # where it leads stands behind it in the plain text
            self.text += f" <{self.links[-1]}>"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.link += data


def acknowledgement(subject: str = "Login", requester: str = "Anna") -> AcknowledgementContext:
    return AcknowledgementContext("Example Support", "support@example.com", 42, subject, requester)


def write(context: Context, *, language: str = "en", templates: Templates = OURS) -> Rendered:
    return templates.render(context, language=language, mailbox="support@example.com")


def admin(folder: Path, body: str, *, name: str = "acknowledgement.en.txt", subject: str = "Hi") -> Templates:
    text = f"{{% block subject %}}{subject}{{% endblock %}}\n{{% block body %}}\n{body}\n{{% endblock %}}\n"
    (folder / name).write_text(text, "utf-8")
    return Templates(folder)


def test_our_own_texts_have_no_fault() -> None:
    assert OURS.check() == ()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("text", TEXTS)
def test_html_and_text_say_the_same_words(text: type[Text], language: str) -> None:
    rendered = OURS.preview(text.name, language=language, mailbox="support@example.com")
    assert Words(rendered.html).text.split() == rendered.text.split()
    assert rendered.fault is None


words = st.text(max_size=300)


@given(words, words)
def test_whatever_a_customer_is_called_both_parts_agree_and_nothing_of_theirs_is_markup(who: str, said: str) -> None:
    rendered = write(acknowledgement(said, who))
    seen = Words(rendered.html)
    assert seen.text.split() == rendered.text.split()
    assert seen.tags <= {"p", "br", "bdi", "div"}
    assert seen.links == []
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ufdd0\ufdd1]", rendered.text + rendered.html)
    assert "\n" not in rendered.subject
    assert len(rendered.subject) <= 200
    rendered.text.encode()


@given(st.lists(words, max_size=5), words)
def test_lines_of_an_alert_stay_lines(lines: list[str], title: str) -> None:
    rendered = write(AlertContext("Example", title, tuple(lines)))
    seen = Words(rendered.html)
    assert seen.text.split() == rendered.text.split()
    assert seen.links == []
    assert seen.tags <= {"p", "br", "bdi", "div", "ul", "li"}


def test_the_acknowledgement_says_number_next_step_and_that_answers_reach_us() -> None:
    rendered = write(acknowledgement("AW: Re: Cannot log in"))
    assert rendered.subject == "Re: Cannot log in [#42]"
    for words in ("Hello Anna,", "#42", "The next step is ours", "answer this mail", "Example Support"):
        assert words in " ".join(rendered.text.split())


def test_the_text_for_an_unproven_sender_has_no_place_for_their_words() -> None:
    rendered = write(UnprovenAcknowledgementContext("Example Support", "support@example.com", 42))
    assert rendered.subject == "We have received your message [#42]"
    assert {"subject", "requester"}.isdisjoint(UnprovenAcknowledgementContext.sample().variables())


@pytest.mark.parametrize("language", ["de", "DE", "de-at"])
def test_german_speakers_read_german(language: str) -> None:
    rendered = write(acknowledgement(), language=language)
    assert rendered.text.startswith("Guten Tag Anna,")
    assert rendered.language == "de"
    assert '<html lang="de"' in rendered.html


@pytest.mark.parametrize("language", ["fr", "", "../../etc/passwd", "x" * 10_000, "en.txt\0"])
def test_any_other_language_falls_back_to_english(language: str) -> None:
    assert write(acknowledgement(), language=language).language == "en"


@pytest.mark.parametrize("said", ["{{ 7 * 7 }}", "{% raw %}", "{{ number.__class__ }}", "{# x #}", "${x} %s {0}"])
def test_what_a_customer_writes_is_never_template(said: str) -> None:
    assert write(acknowledgement(said)).subject == f"Re: {said} [#42]"


def test_a_name_that_is_an_address_or_a_link_is_not_said_back() -> None:
    for name in ("victim@example.org", "http://evil.example", "evil.example/x"):
        assert write(acknowledgement(requester=name)).text.startswith("Hello,")


def test_the_subject_bears_no_other_ticket_than_ours() -> None:
    assert own_subject("Re: [#7] AW: [#8] printer [#9]") == "printer"
    assert own_subject("About re: fire") == "About re: fire"


@given(st.text(max_size=600), st.integers(1, 200))
def test_one_line_is_one_line_and_short(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert one_line(line, limit) == line


def test_the_admin_s_folder_wins(tmp_path: Path) -> None:
    templates = admin(tmp_path, "Own words, {{ requester }}.")
    assert write(acknowledgement(), templates=templates).text == "Own words, Anna.\n"
    assert write(acknowledgement(), language="de", templates=templates).language == "de"


@pytest.mark.parametrize("name", ["acknowledgement@support.en.txt", "acknowledgement@support@example.com.en.txt"])
def test_a_mailbox_has_its_own_text(tmp_path: Path, name: str) -> None:
    templates = admin(tmp_path, "At support.", name=name)
    assert templates.check() == ()
    assert write(acknowledgement(), templates=templates).text == "At support.\n"
    other = templates.render(acknowledgement(), language="en", mailbox="hi@example.com")
    assert other.text.startswith("Hello")


def test_a_full_address_wins_over_its_local_part_and_the_reader_s_language_over_both(tmp_path: Path) -> None:
    admin(tmp_path, "local part", name="acknowledgement@support.en.txt")
    templates = admin(tmp_path, "address", name="acknowledgement@support@example.com.en.txt")
    assert write(acknowledgement(), templates=templates).text == "address\n"
    assert write(acknowledgement(), language="de", templates=templates).language == "de"


def test_links_of_ours_are_links_and_lists_are_lists(tmp_path: Path) -> None:
    body = "See https://a.example/x?a=1&b=2, or:\n- (https://b.example)\n- mailto:help@example.com.\n\n"
    body += "Ticket: https://t/{{ number }}"
    rendered = write(acknowledgement(), templates=admin(tmp_path, body))
    seen = Words(rendered.html)
    assert seen.links == ["https://a.example/x?a=1&b=2", "https://b.example", "mailto:help@example.com", "https://t/42"]
    assert seen.tags >= {"ul", "li"}
    assert seen.text.split() == rendered.text.split()


@pytest.mark.parametrize(
    "expression",
    [
        "{{ subject }}",
        "https://good.example/{{ subject }}",
        "{{ subject|upper|lower }}",
        "{{ subject|truncate(30) }}",
        "{{ [subject, subject]|join('\n\n') }}",
        "{{ 'see ' ~ subject }}",
        "{% set all %}{{ subject }}{% endset %}{{ all }}",
        "{% macro say(x) %}{{ x }}{% endmacro %}{{ say(subject) }}",
        "{% filter trim %}{{ subject }}{% endfilter %}",
        "{% autoescape false %}{{ subject }}{% endautoescape %}",
    ],
)
def test_no_way_of_writing_a_value_makes_it_a_link_or_markup(tmp_path: Path, expression: str) -> None:
    templates = admin(tmp_path, expression)
    assert templates.check() == ()
    rendered = write(acknowledgement("<b>x</b> https://evil.example/?a&amp;b"), templates=templates)
    seen = Words(rendered.html)
    assert rendered.fault is None
    assert seen.links == []
    assert "b" not in seen.tags
    assert seen.text.split() == rendered.text.split()
    assert "&lt;" not in rendered.text


FAULTS = [
    ("Hello {{ requestr }}", "acknowledgement.en.txt", 3, "there is no variable 'requestr'; did you mean 'requester'?"),
    ("{% if number < 1 %}\n{{ nobody }}{% endif %}", "acknowledgement.en.txt", 4, "there is no variable 'nobody'"),
    ("one\n{% if %}", "acknowledgement.en.txt", 4, "Expected an expression"),
    ("\n{{ number.__class__ }}", "acknowledgement.en.txt", 4, "unsafe"),
    ("{{ number / 0 }}", "acknowledgement.en.txt", 3, "division by zero"),
    ("{{ subject|safe }}", "acknowledgement.en.txt", 3, "No filter named 'safe'"),
    (
        "{% for i in range(99999) %}{{ subject }}{% endfor %}",
        "acknowledgement.en.txt",
        1,
        "longer than 65536 characters",
    ),
    ("{% include 'alert.en.txt' %}", "acknowledgement.en.txt", 3, "nothing is loaded from others"),
    ("  ", "acknowledgement.en.txt", 1, "the body is empty"),
    ("Hello", "acknowlegement.en.txt", 1, "no text named acknowlegement; did you mean 'acknowledgement'?"),
    ("Hello", "Acknowledgement.txt", 1, "no name of a text"),
    ("Hello {{ subject }}", "acknowledgement-unproven.en.txt", 3, "there is no variable 'subject'"),
]


@pytest.mark.parametrize(("body", "name", "line", "words"), FAULTS)
def test_check_names_file_and_line(tmp_path: Path, body: str, name: str, line: int, words: str) -> None:
    (fault,) = admin(tmp_path, body, name=name).check()
    assert fault.startswith(f"{tmp_path / name}:{line}: ")
    assert words in fault


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{% block subject %}x{% endblock %}", "there is no block 'body'"),
        ("{% block subject %}{% endblock %}{% block body %}x{% endblock %}", "the subject is empty"),
        ("stray{% block subject %}x{% endblock %}{% block body %}x{% endblock %}", "outside of the blocks"),
        ("{% block subject %}x{% endblock %}{% block bodi %}x{% endblock %}", "did you mean 'body'?"),
    ],
)
def test_check_sees_what_is_wrong_with_the_blocks(tmp_path: Path, source: str, words: str) -> None:
    (tmp_path / "alert.en.txt").write_text(source)
    assert any(words in fault for fault in Templates(tmp_path).check())


@pytest.mark.parametrize(
    "piece",
    ["<img src=x>", "<style>p {}</style>", '<p style="background: url(//x)">', '<a href="https://x">x</a>', "<script>"],
)
def test_check_refuses_a_layout_that_would_load_something(tmp_path: Path, piece: str) -> None:
    (tmp_path / "layout.html").write_text(f"<html>\n{piece}{{{{ body }}}}</html>")
    faults = Templates(tmp_path).check()
    assert faults
    assert all(fault.startswith(f"{tmp_path}/layout.html:2: ") for fault in faults)


def test_check_reports_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "alert.en.txt").write_bytes(b"\xff\xfe")
    assert Templates(tmp_path).check() == (f"{tmp_path}/alert.en.txt:1: cannot be read: byte 0 is no UTF-8",)
    missing = tmp_path / "missing"
    assert Templates(missing).check() == (f"{missing}: cannot be read: No such file or directory",)


def test_a_text_that_fails_only_for_some_customers_gives_way_to_ours(tmp_path: Path) -> None:
    templates = admin(tmp_path, "{{ 1 / (number - 42) }}")
    assert templates.check() == ()
    rendered = write(acknowledgement(), templates=templates)
    assert rendered.text.startswith("Hello Anna,")
    assert rendered.fault is not None
    assert rendered.fault.startswith(f"{tmp_path}/acknowledgement.en.txt:3: ")


def test_a_layout_that_fails_gives_way_to_ours(tmp_path: Path) -> None:
    (tmp_path / "layout.html").write_text("{{ body }}{{ nothing }}")
    rendered = write(acknowledgement(), templates=Templates(tmp_path))
    assert rendered.html.startswith("<!DOCTYPE html>")
    assert rendered.fault is not None
    assert "layout.html:1" in rendered.fault


def test_there_is_no_other_text() -> None:
    assert OURS.names() == (
        "acknowledgement",
        "acknowledgement-unproven",
        "alert",
        "notice",
        "digest",
        "transcript",
        "question",
        "call",
        "manual",
        "reply",
        "nudge",
        "closed",
        "heads-up",
        "survey",
    )
    with pytest.raises(TemplateFault, match="there is no text named nothing"):
        OURS.preview("nothing", language="en", mailbox="")


def test_the_languages_of_a_text_are_ours_and_the_admins(tmp_path: Path) -> None:
    (tmp_path / "acknowledgement@support.fr.txt").write_text(
        "{% block subject %}s{% endblock %}{% block body %}b{% endblock %}"
    )
    assert Templates(tmp_path).languages("acknowledgement") == {"en", "de", "fr"}
    assert Templates(None).languages("alert") == {"en"}
