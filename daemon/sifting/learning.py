"""What the house has learned: taken up lesson by lesson, kept now and then, judged by in the writer's thread alone.

Lessons are written down by whoever teaches; only once they are committed are they read again here, in their order. So
nothing is learned of what was rolled back, and nothing is lost by whatever kills us: what follows the last checkpoint
is learned again.
"""

import copy
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from daemon import clock
from daemon.failpoints import reach
from daemon.sandbox import Breach, Sandbox
from filters.learning.learner import Learner, Reason
from filters.learning.state import UnknownState, dump, load
from filters.learning.traits import Traits, read_traits
from mail.model import Mail
from mail.parse import read_headers_only
from store import learning, ledger, lessons
from store.engine import Session, Store, StoreFault

AT_ONCE = 10  # lessons taken up in one turn of the writer, which all others wait for
KEEP_AFTER = 500  # lessons, or so long after one, until a checkpoint is made
KEEP_EVERY = timedelta(minutes=10)
LOOK_SECONDS = 2.0
ENOUGH = (150, 30)  # genuine mails and spam that must be known before what is not suspicious counts as genuine

log = structlog.get_logger("learning")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """How much is known: mails by their worth as lessons, and the last lesson that was taken up."""

    genuine: float
    spam: float
    lesson: int

    @property
    def is_enough(self) -> bool:
        """Whether a mail that is not suspicious may count as genuine for that alone."""
        return self.genuine >= ENOUGH[0] and self.spam >= ENOUGH[1]


@dataclass(slots=True)
class Mind:
    """The learner of a desk. Only functions that the writer runs may call it; `knowledge` may be read by anybody."""

    knowledge: Knowledge | None = None  # None: nobody needed it yet
    _learner: Learner = field(default_factory=Learner)

    def judge(self, session: Session, traits: Traits, mailbox: str) -> float:
        """The learner's score of a mail that came to this mailbox (its address)."""
        self.open(session)
        return self._learner.judge(traits, mailbox)

    def open(self, session: Session) -> Knowledge:
        """Begin with what was kept; with nothing, to learn all lessons again, where that cannot be read."""
        if self.knowledge is None:
            kept = learning.checkpoint(session)
            try:
                self._learner = load(kept.state) if kept is not None else Learner()
            except UnknownState as fault:
                log.warning("what was learned cannot be read; all lessons are learned again", why=str(fault))
                kept, self._learner = None, Learner()
            return self._publish(kept.lesson if kept is not None else 0)
        return self.knowledge

    def take(self, session: Session, studied: Sequence[tuple[lessons.Lesson, Traits | None]], after: int) -> None:
        """Learn these lessons, in their order, where `after` is the last that is known; else they are read again.

        None: its mail is not kept any more.
        """
        if self.open(session).lesson != after:
            return  # other knowledge took its place meanwhile
        for lesson, traits in studied:
            if traits is not None:
                self._learner.learn(traits, lesson.mailbox, spam=lesson.spam)
            self._publish(lesson.id)

    def replace(self, session: Session, checkpoint: learning.Checkpoint, now: datetime) -> Knowledge:
        """Know this from now on, and nothing else; what follows its last lesson is learned as ever. UnknownState."""
        learner = load(checkpoint.state)
        learning.keep(session, checkpoint, now)
        self._learner = learner
        return self._publish(checkpoint.lesson)

    def explain(self, session: Session, mail: Mail, mailbox: str) -> list[Reason]:
        """What moves the learner's score of a mail, the strongest first."""
        self.open(session)
        return self._learner.explain(mail, mailbox)

    def copy(self, session: Session) -> tuple[Knowledge, Learner]:
        """What is known now, as something that another thread may pack."""
        return self.open(session), copy.deepcopy(self._learner)

    def _publish(self, lesson: int) -> Knowledge:
        genuine, spam = self._learner.known
        self.knowledge = Knowledge(genuine, spam, lesson)
        return self.knowledge


@dataclass(slots=True)
class Study:
    """The thread that takes up lessons: it reads their mails in the children, and has the writer learn them."""

    store: Store
    mind: Mind
    sandbox: Sandbox
    beat: Callable[[str], None]
    _stopping: threading.Event = field(default_factory=threading.Event)
    _kept: int = 0  # the lesson of the last checkpoint
    _kept_at: float = field(default_factory=clock.monotonic)

    def run(self) -> None:
        """Work until told to stop, then keep what was learned."""
        begun = False
        while not self._stopping.is_set():
            self.beat("looking for lessons")
            try:
                begun = begun or self._begin()
                if not self.take_up():
                    self._stopping.wait(LOOK_SECONDS)
                self._keep_if_due()
            except StoreFault as fault:
                log.warning("the store fails", why=str(fault))
                self._stopping.wait(max(fault.retry_after, 1.0))
            except Exception:
                log.exception("learning failed by a bug of ours")
                self._stopping.wait(LOOK_SECONDS)
        try:
            self.keep()
        except StoreFault as fault:
            log.warning("stopped without keeping what was learned; it is learned again", why=str(fault))

    def stop(self) -> None:
        """Make `run` end after the lessons in hand."""
        self._stopping.set()

    def take_up(self) -> int:
        """Learn the next lessons; how many there were."""
        known = self.store.write(self.mind.open).result().lesson if self.mind.knowledge is None else self._last()
        with self.store.read() as session:
            found = lessons.after(session, known, AT_ONCE)
        studied = [(lesson, self._read(lesson)) for lesson in found]
        if studied:
            reach("learning.studied")
            self.store.write(partial(self.mind.take, studied=studied, after=known)).result()
        return len(studied)

    def keep(self) -> None:
        """Make a checkpoint, where anything was learned since the last."""
        if self._last() == self._kept:
            return
        knowledge, learner = self.store.write(self.mind.copy).result()
        checkpoint = learning.Checkpoint(knowledge.lesson, dump(learner))
        self.store.write(partial(learning.keep, checkpoint=checkpoint, now=clock.now())).result()
        reach("learning.kept")
        self._kept, self._kept_at = knowledge.lesson, clock.monotonic()

    def _begin(self) -> bool:
        self._kept = self.store.write(self.mind.open).result().lesson
        return True

    def _keep_if_due(self) -> None:
        waits = timedelta(seconds=clock.monotonic() - self._kept_at)
        if self._last() - self._kept >= KEEP_AFTER or waits >= KEEP_EVERY:
            self.keep()

    def _last(self) -> int:
        return self.mind.knowledge.lesson if self.mind.knowledge is not None else self._kept

    def _read(self, lesson: lessons.Lesson) -> Traits | None:
        """What is learned of a mail, read under the same limits as ever; None where its bytes are not kept any more."""
        self.beat(f"studying arrival {lesson.arrival}")
        try:
            with self.store.read() as session:
                raw = ledger.raw(session, lesson.arrival)
        except LookupError:
            return None
        reading = self.sandbox.submit(raw)
        try:
            mail = reading.result()
        except Breach as breach:
            mail = read_headers_only(raw, f"its reader went down: {breach}")
        return reading.traits or read_traits(mail)
