"""A mail whose words stand in it twice, as plain text and as HTML: which of them tells what was newly written."""

import re

from mail.mime.bodies import Content
from mail.mime.html_text import LAYOUT_TAGS, read_html
from mail.replies.html_quotes import mark_quotes
from mail.reply import Split, split

_TARGET = re.compile(r"<[^<>\s]{1,2000}>")  # of a link, which only one of the two may tell


def split_both(content: Content, subject: str) -> Split:
    """By the text that is shown; where nothing in it is quoted but the HTML marks a quote, by the HTML.

    Only where the text holds all of the reply that the HTML shows: else they are no two forms of one letter.
    """
    found = split(content.marked, subject)
    is_quoted = found.quote or any(line.startswith(">") for line in found.reply.split("\n"))
    if is_quoted or not content.html or content.marked != content.text:
        return found
    marked = mark_quotes(content.html)
    if marked == content.html:
        return found
    text, _ = read_html(marked, lay_out=marked.count("<") <= LAYOUT_TAGS)
    other = split(text, subject)
    is_same = other.quote and other.reply and _words(other.reply) in _words(found.reply)
    return other if is_same else found


def _words(text: str) -> str:
    return "".join(filter(str.isalnum, _TARGET.sub("", text)))
