"""Mail out of files: an mbox, a Maildir, a folder, a tar; mail by mail, and what is odd is told of and passed over."""

import bz2
import gzip
import io
import lzma
import os
import tarfile
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Literal

import pytest

from mailboxes.archive import NoArchive, open_archive
from mailboxes.archive_mail import Found, Odd

DATE = "Tue Nov 24 02:00:00 2026"


def letter(name: str, body: str = "Hello") -> bytes:
    return f"From: ann@one.example\nSubject: {name}\n\n{body}\n".encode()


def mbox(*mails: bytes, date: str = DATE) -> bytes:
    return b"".join(b"From ann@one.example " + date.encode() + b"\n" + mail + b"\n" for mail in mails)


def read(path: Path) -> list[Found | Odd]:
    return [one for one, _ in open_archive(path).read()]


def raws(path: Path) -> list[bytes]:
    return [one.raw for one in read(path) if isinstance(one, Found)]


def odd(path: Path) -> dict[str, str]:
    return {one.path: one.why for one in read(path) if isinstance(one, Odd)}


# ---------------------------------------------------------------- mbox
@pytest.fixture
def box(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes) -> Path:
        path = tmp_path / "old.mbox"
        path.write_bytes(content)
        return path

    return write


def test_an_mbox_gives_its_mails_in_order_with_line_and_date(box: Callable[[bytes], Path]) -> None:
    path = box(mbox(letter("a"), letter("b", "two\nlines")))
    first, second = read(path)
    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert (first.raw, second.raw) == (letter("a"), letter("b", "two\nlines"))
    assert (first.path, second.path) == (f"{path}:1", f"{path}:7")
    assert first.delivered_at == datetime(2026, 11, 24, 2, tzinfo=UTC)


def test_lines_that_were_quoted_lose_one_mark(box: Callable[[bytes], Path]) -> None:
    body = ">From the top\n>>From further down\n> From is no mark\nFrom where?\n>From"
    assert raws(box(mbox(letter("a", body)))) == [
        letter("a", "From the top\n>From further down\n> From is no mark\nFrom where?\n>From")
    ]


def test_a_line_of_prose_that_begins_with_from_separates_nothing(box: Callable[[bytes], Path]) -> None:
    prose = letter("a", "well\n\nFrom my point of view, since 2019:\n\nFrom now on\n")
    assert raws(box(mbox(prose, letter("b")))) == [prose, letter("b")]


@pytest.mark.parametrize(
    "separator",
    [
        "From - Tue Nov 24 02:00:00 2026",
        "From ann at one.example  Tue Nov 24 02:00:00 2026",
        "From MAILER-DAEMON Tue Nov 24 02:00:00 2026",
        "From ann@one.example Tue, 24 Nov 2026 02:00:00 +0000",
        "From ann@one.example Tue Nov 24 02:00:00 +0000 2026",
        "From ann@one.example Tue Nov 24 02:00 2026",
    ],
)
def test_separators_of_many_programs_are_understood(box: Callable[[bytes], Path], separator: str) -> None:
    content = b"".join(separator.encode() + b"\n" + letter(name) + b"\n" for name in "ab")
    assert raws(box(content)) == [letter("a"), letter("b")]


def test_crlf_stays_as_it_is(box: Callable[[bytes], Path]) -> None:
    content = mbox(letter("a"), letter("b")).replace(b"\n", b"\r\n")
    assert raws(box(content)) == [letter(name).replace(b"\n", b"\r\n") for name in "ab"]


def test_a_content_length_that_lies_moves_no_border(box: Callable[[bytes], Path]) -> None:
    mails = [b"Content-Length: 9999\n" + letter("a"), b"Content-Length: 1\n" + letter("b"), letter("c")]
    assert raws(box(mbox(*mails))) == mails


def test_two_separators_in_a_row_are_told_of_with_their_line(box: Callable[[bytes], Path]) -> None:
    path = box(mbox(letter("a"), b"", letter("b")))
    assert odd(path) == {f"{path}:7": "nothing stands between this line and the next mail"}
    assert len(raws(path)) == 2


def test_an_empty_mbox_holds_nothing(box: Callable[[bytes], Path]) -> None:
    assert read(box(b"")) == []


def test_what_is_no_archive_is_refused_with_its_line(box: Callable[[bytes], Path], tmp_path: Path) -> None:
    with pytest.raises(NoArchive, match=r"old\.mbox:1: neither"):
        open_archive(box(b"\x7fELF\n"))
    with pytest.raises(FileNotFoundError):
        open_archive(tmp_path / "nowhere")
    with pytest.raises(NoArchive, match="neither a file"):
        open_archive(Path("/dev/null"))


def test_a_single_mail_is_an_archive_of_one(box: Callable[[bytes], Path]) -> None:
    assert raws(box(letter("a"))) == [letter("a")]


def test_of_a_huge_mbox_only_one_mail_is_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "huge.mbox"
    with path.open("wb") as file:
        for _ in range(400):
            file.write(mbox(letter("a", "x" * 70 + "\n" + "y" * 50_000)))
    tracemalloc.start()
    try:
        found = sum(isinstance(one, Found) for one, _ in open_archive(path).read())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == 400
    assert path.stat().st_size > 20_000_000
    assert peak < 2_000_000


def test_of_a_mail_over_the_limit_the_rest_is_left_out_and_named(
    box: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("archive_mail", "archive_mbox"):
        monkeypatch.setattr(f"mailboxes.{module}.MAIL_LIMIT", 1000)
    first, second = read(box(mbox(letter("a", "x" * 5000), letter("b"))))
    assert isinstance(first, Found)
    assert len(first.raw) == 1000
    assert first.left_out == "5 kB in all, of which 1 kB were taken in"
    assert isinstance(second, Found)
    assert (second.raw, second.left_out) == (letter("b"), None)


# ---------------------------------------------------------------- Maildir and folder
def test_a_maildir_gives_what_is_new_and_seen_in_the_order_of_delivery(tmp_path: Path) -> None:
    names = {"cur": ["1700000002.M1P1.host:2,S", "999999999.x.host:2,"], "new": ["1700000001.V1.host"], "tmp": ["3.x"]}
    for part, files in names.items():
        (tmp_path / part).mkdir()
        for name in files:
            (tmp_path / part / name).write_bytes(letter(name))
    found = read(tmp_path)
    assert [one.path.rpartition("/")[2] for one in found] == [
        "999999999.x.host:2,",
        "1700000001.V1.host",
        "1700000002.M1P1.host:2,S",
    ]
    assert isinstance(found[1], Found)
    assert found[1].delivered_at == datetime.fromtimestamp(1_700_000_001, UTC)
    assert open_archive(tmp_path).kind == "Maildir"


def test_a_folder_gives_its_mails_by_name_and_tells_of_all_else(tmp_path: Path) -> None:
    for name in ("2.eml", "10.eml", "1.eml", "without-ending"):
        (tmp_path / name).write_bytes(letter(name))
    (tmp_path / "odd.eml").write_bytes(b"no header at all")
    (tmp_path / "empty.eml").write_bytes(b"\n")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0 JFIF")
    (tmp_path / "sub").mkdir()
    (tmp_path / "gone.eml").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.eml")
    found = [Path(one.path).name for one in read(tmp_path) if isinstance(one, Found)]
    assert found == ["1.eml", "10.eml", "2.eml", "odd.eml", "without-ending"]
    assert {Path(path).name: why for path, why in odd(tmp_path).items()} == {
        "empty.eml": "empty",
        "gone.eml": "No such file or directory",
        "photo.jpg": "no mail: it does not begin with a header field",
        "pipe.eml": "no file",
        "sub": "a folder; import it by itself",
    }


def test_a_file_that_may_not_be_read_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.eml").write_bytes(letter("a"))
    (tmp_path / "b.eml").write_bytes(letter("b"))
    opened = Path.open

    def refuse(path: Path, mode: Literal["rb"]) -> object:
        if path.name == "a.eml":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, mode)

    monkeypatch.setattr(Path, "open", refuse)
    assert odd(tmp_path) == {str(tmp_path / "a.eml"): "Permission denied"}
    assert raws(tmp_path) == [letter("b")]


# ---------------------------------------------------------------- tar
def packed(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            info.mtime = 1_700_000_000
            tar.addfile(info, io.BytesIO(content))
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        link = tarfile.TarInfo("link.eml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return out.getvalue()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress], ids=["plain", "gz", "bz2", "xz"])
def test_a_tar_gives_its_files_in_their_order(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "old.tar"
    path.write_bytes(pack(packed(("b.eml", letter("b")), ("dir/a.eml", letter("a")), ("notes", b"no mail"))))
    found = [one for one in read(path) if isinstance(one, Found)]
    assert [(one.path, one.raw) for one in found] == [("b.eml", letter("b")), ("dir/a.eml", letter("a"))]
    assert found[0].delivered_at == datetime.fromtimestamp(1_700_000_000, UTC)
    assert odd(path) == {"notes": "no mail: it does not begin with a header field", "link.eml": "no file"}


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress], ids=["plain", "gz", "xz"])
def test_of_a_tar_that_breaks_off_what_was_before_is_taken(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    bodies = (Random(n).randbytes(50_000).hex() for n in range(9))
    whole = pack(packed(*((f"{n}.eml", letter(str(n), body)) for n, body in enumerate(bodies))))
    path = tmp_path / "old.tar"
    path.write_bytes(whole[: len(whole) // 2])
    assert 0 < len(raws(path)) < 9
    assert [why[:20] for why in odd(path).values()] == ["it breaks off here: "]
