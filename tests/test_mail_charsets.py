"""Characters: what bytes mean, whatever their charset is called; and the encoded words of header fields."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.charset_names import codec
from mail.charsets import decode
from mail.encoded_words import decode_field


@pytest.mark.parametrize(
    ("declared", "data", "text"),
    [
        ("iso-8859-1", "Grüße €".encode("cp1252"), "Grüße €"),
        ("iso-8859-1", "Grüße".encode(), "Grüße"),
        ("windows-1252", "„Ćwiczenie“".encode(), "„Ćwiczenie“"),
        ("koi8", "привет".encode("koi8-r"), "привет"),
        ("koi8-r", "привет".encode(), "привет"),
        ("gb2312", "镕".encode("gbk"), "镕"),
        ("gb2312", "𠮷".encode("gb18030"), "𠮷"),
        ("gb2312", "中文信件".encode(), "中文信件"),
        ("shift_jis", "①㈱髙".encode("cp932"), "①㈱髙"),
        ("x-sjis", "日本".encode("cp932"), "日本"),
        ("ks_c_5601-1987", "똠방".encode("cp949"), "똠방"),
        ("big5", "嘅".encode("big5hkscs"), "嘅"),
        ("x-x-big5", "中文".encode("big5"), "中文"),
        ("unicode-1-1-utf-7", b"Gr+APwA3w-e", "Grüße"),
        ("x-user-defined", b"Gr\xfc\xdfe", "Grüße"),
        ("utf8mb4", "Grüße 😀".encode(), "Grüße 😀"),
        ("iso-8859-8-i", "שלום".encode("iso8859-8"), "שלום"),
        ("iso-8859-7", b"\xe1\xe2\xd2\xe4\xe8", "αβ\ufffdδθ"),
        ("windows-874", "ยก".encode("cp874"), "ยก"),
        ("iso-2022-jp", b"\x1b$B-!\x1b(B ok", "① ok"),
        ("iso-2022-jp", b"\x1b(I6E\x1b(B", "ｶﾅ"),
        (None, b"\x1b$BF|K\\\x1b(B", "日本"),
        ("us-ascii (Plain text)", b"plain", "plain"),
        ("utf-8", b"Gr\xc3\xbc\xdfe \x93x\x94", "Grüße “x”"),
        ("utf-8", b"\xef\xbb\xbfmarked", "marked"),
        ("utf-16", "wide ü".encode("utf-16"), "wide ü"),
        ("utf-16", "wide ü".encode("utf-16-be"), "wide ü"),
        ("utf-16", "wide ü".encode("utf-16-le"), "wide ü"),
        ("utf-16", b"it is not", "it is not"),
        ("big5", "中文信".encode("big5") + b"\xff", "中文信\ufffd"),
    ],
)
def test_bytes_are_read_by_what_they_are_where_their_label_lies(declared: str | None, data: bytes, text: str) -> None:
    assert decode(data, declared)[0] == text


@pytest.mark.parametrize(
    ("declared", "data", "said"),
    [
        ("iso-8859-1", "ü".encode(), "charset 'iso-8859-1' read as utf-8"),
        ("utf-8", b"\xc3\xbc \xfc", "charset 'utf-8' read as utf-8 and windows-1252"),
        ("us-ascii", b"\xfc", "8-bit text declared as us-ascii, read as windows-1252"),
        ("iso-8859-1", b"\x93x\x94", None),
        ("shift_jis", b"plain", None),
        ("utf-8", "ü".encode(), None),
        (None, b"\xfc", None),
    ],
)
def test_a_label_that_lies_is_told_unless_everybody_means_the_same_by_it(
    declared: str | None, data: bytes, said: str | None
) -> None:
    assert decode(data, declared)[1] == said


@pytest.mark.parametrize(
    "name", ["punycode", "idna", "rot13", "hex", "unicode_escape", "undefined", "", "\0", "x" * 999]
)
def test_what_is_no_charset_is_none(name: str) -> None:
    assert codec(name) is None


@settings(deadline=None)
@given(st.text(alphabet="abäöüßéÄÖ ", min_size=1))
def test_german_in_latin_1_is_never_taken_for_anything_else(words: str) -> None:
    assert decode(words.encode("latin-1"), "iso-8859-1")[0] == words


@settings(deadline=None)
@given(
    st.binary(max_size=60), st.sampled_from(["utf-8", "utf-16", "iso-2022-jp", "gb2312", "hz", "utf-7", "big5", "koi8"])
)
def test_no_bytes_of_any_charset_raise(data: bytes, declared: str) -> None:
    text, _ = decode(data, declared)
    assert "\0" not in text
    assert text or not data.strip(b"\0~{}+-\x1b\n\xef\xbb\xbf\xfe\xff") or declared != "utf-8"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("=?utf-8?B?R3LD?= =?utf-8?B?vMOf?=e", "Grüße"),
        ("=?utf-8?B?aGV?=\n =?utf-8?B?sbG8=?=", "hello"),
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe", "Grüße"),
        ("=?utf-8?Q?cut =?utf-8?Q?_whole?=", "cut  whole"),
        ("=?utf-8?Q?What?_Yes??=", "What? Yes?"),
        ("=?iso-8859-1?Q?a?==?iso-8859-1?Q?b?=", "ab"),
        ('"=?utf-8?Q?quoted_w=C3=B6rd?="', '"quoted wörd"'),
        ("=?iso-2022-jp?B?GyRCRnwbKEI=?= =?iso-2022-jp?B?GyRCS1wbKEI=?=", "日本"),
        ("=?utf-8?q?Re:_=3D=3Futf-8=3F?=", "Re: =?utf-8?"),
        ("a =?b c=d", "a =?b c=d"),
        ("=?utf-8*en?q?tagged?=", "tagged"),
    ],
)
def test_encoded_words_are_read_however_they_were_cut(written: str, shown: str) -> None:
    assert decode_field(written) == shown
