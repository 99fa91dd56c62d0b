"""HTML of mails shown within our pages: nothing in it runs, loads, sends or covers anything."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.mime.display import sanitise


def clean(html: str) -> str:
    shown = sanitise(html)
    assert shown is not None
    return shown


HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.test/x></sCrIpT >",
    "<img src=x onerror=alert(1)>",
    "<img/src=`x`onerror=alert(1)>",
    "<svg onload=alert(1)><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java&#10;script:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='vbscript:x'>x</a><a href='data:text/html,<script>1</script>'>x</a>",
    "<a href='//evil.test'>x</a><a href='/tickets/1/close'>x</a><a href='cid:a'>x</a>",
    "<iframe src=https://evil.test></iframe><frame src=x><object data=x></object><embed src=x>",
    "<form action=https://evil.test><input name=password><button>go</button></form>",
    "<base href=https://evil.test><link rel=stylesheet href=x><meta http-equiv=refresh content='0;url=x'>",
    "<style>@import 'https://evil.test/x.css'; body{display:none}</style>",
    "<p style='background:url(https://evil.test/x)'>x</p>",
    "<p style='background-image:u\\72l(https://evil.test/x)'>x</p>",
    "<p style='color:red;/**/background-color:url(https://evil.test/x)'>x</p>",
    "<p style=\"font:12px/1 x;list-style-type:image-set('https://evil.test/x' 1x)\">x</p>",
    "<p style='width:expression(alert(1));-moz-binding:url(x);behavior:url(x)'>x</p>",
    "<div style='position:fixed;top:0;left:0;z-index:9;width:100%;height:100%;margin:-99px;transform:scale(9)'>x</div>",
    "<div style='width:99999px;padding:-5px;font-size:1e9px;height:0;line-height:0;opacity:0;display:none'>x</div>",
    "<img src='https://evil.test/pixel.gif' srcset='https://evil.test/2.gif 2x'>",
    "<img src='data:image/svg+xml;base64,PHN2Zz4='><img src='data:text/html;base64,eA=='>",
    "<table background=https://evil.test/x><td background=x>c</td></table><body background=x bgcolor='red' onload=x>",
    "<video src=x poster=https://evil.test/x ></video><audio src=x></audio><picture><source srcset=x></picture>",
    "<details open ontoggle=alert(1)>x</details><marquee onstart=alert(1)>x</marquee>",
    "<p id=login name=x class='btn hidden' data-action=x contenteditable tabindex=1 accesskey=x>x</p>",
    "<a href=https://ok.test ping=https://evil.test target=_self download>x</a>",
    "<template><script>1</script></template><xmp><img src=x onerror=1></xmp><plaintext><script>1",
    "<![CDATA[<script>alert(1)</script>]]><!--><script>alert(1)</script>--><?xml-stylesheet href=x?>",
    "<p title='\"><script>alert(1)</script>'>x</p>",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
]
ALLOWED = {"a", "img", "p", "div", "table", "tbody", "tr", "td", "b", "i", "font", "span", "br"}
ATTRIBUTES = {"href", "src", "style", "title", "rel", "alt", "bgcolor", "width", "align"}


class Check(HTMLParser):
    """Says whatever a browser could be harmed by."""

    def __init__(self) -> None:
        super().__init__()
        self.harm: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED or {name for name, _ in attrs} - ATTRIBUTES:
            self.harm.append((tag, attrs))
        for name, value in attrs:
            if not self.is_harmless(name, value or ""):
                self.harm.append((tag, name, value))

    @staticmethod
    def is_harmless(name: str, value: str) -> bool:
        if name == "href":
            return re.match(r"https?://|mailto:", value) is not None
        if name == "src":
            return re.match(r"cid:|data:image/(png|gif|jpeg|webp);base64,", value) is not None
        hidden = r"url|expression|image|\\|position|margin|transform|display|opacity|line-height|height|z-index|@|-\d"
        return name != "style" or re.search(hidden, value) is None


def harm(html: str) -> list[object]:
    check = Check()
    check.feed(clean(html))
    check.close()
    return check.harm


@pytest.mark.parametrize("html", HOSTILE)
def test_hostile_html_does_no_harm(html: str) -> None:
    assert harm(html) == []
    assert harm(f"<table><td><b>{html}</table>{html}") == []


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from([*HOSTILE, "<table>", "</p>", "'", '"', "<", ">", "<!--", "-->", "=", "/", "&#x3c;"]),
        max_size=6,
    )
)
def test_hostile_html_does_no_harm_in_any_company(pieces: list[str]) -> None:
    assert harm("".join(pieces)) == []
    assert harm("".join(piece[: len(piece) // 2] for piece in pieces)) == []


@pytest.mark.parametrize("html", [html for html in HOSTILE if "'" not in html[:40]])
def test_what_was_made_safe_stays_as_it_is(html: str) -> None:
    assert clean(clean(html)) == clean(html)


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<b>bold</b> &amp; &lt;more&gt;", "<b>bold</b> &amp; &lt;more&gt;"),
        ('<a href="mailto:a@b.c">m</a>', '<a href="mailto:a@b.c" rel="noopener noreferrer nofollow">m</a>'),
        ('<img src="cid:a@b" alt="x">', '<img src="cid:a@b" alt="x">'),
        ('<img src="data:image/png;base64,iVBO">', '<img src="data:image/png;base64,iVBO">'),
        ("<p style=\"COLOR: red; font-family: 'A B', x\">x</p>", "<p style=\"color:red;font-family:'A B', x\">x</p>"),
        ('<p style="background-color: rgb(1, 2, 3)">x</p>', '<p style="background-color:rgb(1, 2, 3)">x</p>'),
        ("<form>words <button>stay</button></form>", "words stay"),
        ('<td width="50%">c', "c"),
        ('<table width="50%"><td>c</table>', '<table width="50%"><tbody><tr><td>c</td></tr></tbody></table>'),
        ("", ""),
    ],
)
def test_what_a_letter_needs_stays(html: str, shown: str) -> None:
    assert clean(html) == shown


@pytest.mark.parametrize("html", ["<div>" * 100_000, "&" * 1_000_000, "x" * 2_000_000])
def test_what_would_take_too_long_is_not_shown_as_html(html: str) -> None:
    assert sanitise(html) is None


@pytest.mark.parametrize(
    "piece", ["<div>", "<p><div>", "<ul><li>", "<table><tr><td>", "<a href=https://x>", "<b>", "</p>", "& "]
)
def test_what_is_shown_is_shown_soon(piece: str) -> None:
    assert sanitise(piece * (14_000 // piece.count("<") if "<" in piece else 90_000)) is not None
