"""What a mail says of its conversation: the ids that it names, Exchange's hint, its subject without prefixes."""

import base64

import pytest

from mail.model import Address, Mail
from mail.threads import MAX_IDS, bare_subject, conversation_root, named_ids

ROOT = bytes(range(16))


def indexed(*values: str) -> Mail:
    return Mail(headers=tuple(("Thread-Index", value) for value in values))


def index(*, answers: int = 0, root: bytes = ROOT) -> str:
    return base64.b64encode(b"\x01\xd5\xff\xff\xff\xff" + root + b"abcde" * answers).decode()


def test_the_newest_mail_named_comes_first_and_none_twice() -> None:
    mail = Mail(in_reply_to=("<c@x>",), references=("<a@x>", "<b@x>", "<c@x>"))
    assert named_ids(mail) == ("<c@x>", "<b@x>", "<a@x>")


def test_a_mail_is_not_its_own_parent() -> None:
    assert named_ids(Mail(message_id="<a@x>", in_reply_to=("<a@x>", "<b@x>"))) == ("<b@x>",)


def test_a_person_whom_an_old_program_names_is_no_mail() -> None:
    mail = Mail(in_reply_to=("<Ann@X>", "<a@x>"), to=(Address("Ann", "ann@x"),))
    assert named_ids(mail) == ("<a@x>",)


def test_of_very_many_the_first_of_all_is_kept() -> None:
    named = named_ids(Mail(references=tuple(f"<{n}@x>" for n in range(200))))
    assert (len(named), named[0], named[-1]) == (MAX_IDS, "<199@x>", "<0@x>")


def test_answers_of_exchange_share_the_root_of_their_conversation() -> None:
    first, answer = indexed(index()), indexed(index(answers=2))
    assert conversation_root(first) == conversation_root(answer) == ROOT.hex()


def test_a_folded_or_unpadded_index_is_read() -> None:
    folded = index(answers=1)
    assert conversation_root(indexed(folded[:20] + " " + folded[20:])) == ROOT.hex()
    assert conversation_root(indexed(folded.rstrip("="))) == ROOT.hex()
    assert conversation_root(indexed(f"=?utf-8?B?{base64.b64encode(folded.encode()).decode()}?=")) == ROOT.hex()


@pytest.mark.parametrize(
    "mail",
    [Mail(), indexed(""), indexed("no base64!"), indexed("AdX"), indexed(index(root=bytes(16))), indexed("é" * 40)],
)
def test_what_is_no_index_has_no_root(mail: Mail) -> None:
    assert conversation_root(mail) is None


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: Cannot log in", "cannot log in"),
        ("[team] RE: AW: Fwd: Cannot  log in", "cannot log in"),
        ("Re[2]: [#42] x", "x"),
        ("Regarding: x", "regarding: x"),
        ("re", "re"),
        ("", ""),
    ],
)
def test_prefixes_of_answers_and_lists_are_no_part_of_a_subject(subject: str, bare: str) -> None:
    assert bare_subject(subject) == bare


def test_a_hostile_subject_is_read_in_linear_time() -> None:
    for bomb in ("re: ", "[a] ", " ", "[", "re["):
        assert bare_subject(bomb * 100_000) is not None
