"""An agent's answer in its template: the agent's words never pass through it, they are put where it leaves room."""

import hashlib
import re
from dataclasses import replace

from templates.contexts import ReplyContext
from templates.page import MARKS
from templates.render import Rendered, TemplateFault, Templates

_ROOM = re.compile(r"<p[^<>]*><bdi>ROOM</bdi></p>|<bdi>ROOM</bdi>".replace("ROOM", "(?:reply[0-9a-f]{40})"))


def render_reply(templates: Templates, context: ReplyContext, html: str, *, language: str, mailbox: str) -> Rendered:
    """The answer as its reader gets it; `context.text` and `html` say the same and are taken as they are.

    Raises TemplateFault where no template serves, or leaves no room for the text.
    """
    room = "reply" + hashlib.sha256(context.text.encode("utf-8", "replace")).hexdigest()[:40]
    rendered = templates.render(replace(context, text=room), language=language, mailbox=mailbox)
    if rendered.text.count(room) != 1:
        raise TemplateFault("the template of an answer does not say the text of it once")
    text = rendered.text.replace(room, MARKS.sub("", context.text).strip("\n"))
    page = _ROOM.sub(lambda _: f"<div>{html}</div>", rendered.html)
    return replace(rendered, text=text, html=page)
