"""HTML of a mail made safe to be shown within a page of ours: it runs nothing, loads nothing and covers nothing.

nh3 takes it apart as browsers do and leaves in what is named here. Pictures are shown where they came with the mail
(`cid:`) or stand in the HTML itself; whoever shows the page replaces each `cid:` by an address of the attachment.
"""

import re

import nh3

LIMIT = 1024 * 1024  # characters of HTML that are shown
_MOST_TAGS = 15_000  # nh3 takes quadratic time for deep elements; no count of closing tags tells how deep they are
_MOST_REFERENCES = 100_000  # quadratic, too

_TAGS = """
a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em
figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp section small
span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr
"""
# With all that is in them; other tags vanish alone, and their words stay.
_GONE = frozenset(
    {"script", "style", "title", "template", "noembed", "noframes", "iframe", "object", "svg", "math", "xmp"}
)
_ATTRIBUTES = {
    "*": {"align", "bgcolor", "dir", "lang", "style", "title", "valign", "width"},
    "a": {"href"},
    "blockquote": {"type"},
    "col": {"span"},
    "colgroup": {"span"},
    "font": {"color", "face", "size"},
    "img": {"alt", "border", "height", "src"},
    "li": {"value"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap"},
    "ul": {"type"},
}
_SCHEMES = {"http", "https", "mailto", "cid", "data"}  # each attribute allows its own of them
_LINK = re.compile(r"(?i)(?:https?://|mailto:)[^\s]")
_PICTURE = re.compile(r"(?i)cid:[^\s\"'<>]{1,500}\Z|data:image/(?:png|gif|jpeg|webp);base64,[a-z0-9+/=\s]*\Z")

# Nothing of these moves text out of its place, hides it or lays it over ours.
_STYLES = """
background-color border border-bottom border-collapse border-color border-left border-right border-spacing border-style
border-top border-width color direction font font-family font-size font-style font-variant font-weight height
list-style-type max-width padding padding-bottom padding-left padding-right padding-top text-align text-decoration
vertical-align white-space width word-break word-wrap
"""
_ALLOWED_STYLES = frozenset(_STYLES.split())
_VALUE = re.compile(r"(?:[\w\s#%.,'\"!/-]|rgba?\([\d\s.,%/]{1,40}\)){1,300}")
_NUMBER = re.compile(r"-?[\d.]+")
_LARGEST = 4000  # of any number with a unit


def sanitise(html: str) -> str | None:
    """The HTML as it may stand in an element of our own page, harmless whatever went in; never raises.

    None: it is too long or too full of tags to be shown, so the mail's text has to do.
    """
    if len(html) > LIMIT or html.count("<") > _MOST_TAGS or html.count("&") > _MOST_REFERENCES:
        return None
    return nh3.clean(
        html.replace("\0", ""),
        tags=set(_TAGS.split()),
        clean_content_tags=set(_GONE),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_filter,
        url_schemes=set(_SCHEMES),
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


def _filter(tag: str, name: str, value: str) -> str | None:
    """The value that an attribute may have; None leaves it out."""
    if name == "href":
        return value.strip() if _LINK.match(value.strip()) else None
    if name == "src":
        return value.strip() if tag == "img" and _PICTURE.match(value.strip()) else None
    if name == "style":
        return _filter_style(tag, value) or None
    if name in {"width", "height", "size", "border", "cellpadding", "cellspacing", "colspan", "rowspan", "span"}:
        return value if _is_small(value) else None
    return value


def _filter_style(tag: str, style: str) -> str:
    kept = []
    for declaration in style[:4000].split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip()
        if name == "height" and tag != "img":  # of a text it would lay the next one over it
            continue
        if name in _ALLOWED_STYLES and _VALUE.fullmatch(value) and _is_small(value):
            kept.append(f"{name}:{value}")
    return ";".join(kept)


def _is_small(value: str) -> bool:
    """No number that would blow up the page, and none below nothing: that moves text out of its place."""
    numbers = _NUMBER.findall(value)
    return all(not number.startswith("-") and len(number) < 12 and _size(number) <= _LARGEST for number in numbers)


def _size(number: str) -> float:
    try:
        return float(number)
    except ValueError:  # two dots
        return _LARGEST + 1
