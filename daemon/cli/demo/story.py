"""The day that the demo tells, in order."""

from daemon.cli.demo import deeds
from daemon.cli.demo.letters import CALLING, CLOSING, DORA, MORNING, RATING, Letter
from daemon.cli.demo.show import Deed

STORY: tuple[Letter | Deed, ...] = (
    *MORNING,
    Deed(
        "The admin asks why Dora's question is held, and lets it out",
        deeds.let_out,
        "it runs through as if it had just come: a ticket, acknowledged; the filters learn from it",
        acknowledged=DORA,
    ),
    *CALLING,
    Deed(
        "The engineer answers in the thread on Slack",
        deeds.answer_in_thread,
        "an internal note; Alice is told, and the customer sees nothing of it",
    ),
    *CLOSING,
    Deed("Ann is asked how it went", deeds.wait_for_survey, "one survey for a closed ticket, by mail, with links"),
    RATING,
    Deed("What the rating counts for", deeds.tell_csat, "one was asked, one has answered"),
)
