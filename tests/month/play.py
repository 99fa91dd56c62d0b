"""The month is played: step by step whatever is due comes in, is decided, and leaves."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from store import ledger
from tests.agents_mail import bounce
from tests.month.house import BEGIN, BEN, CHANNELS, DOWN, END, MEMBERS, OURS, House, Left
from tests.month.plots import Move, Story
from tests.notice_team import text_of
from tests.office import HI, SUPPORT

CLOSELY, STEP, NIGHT = timedelta(minutes=1), timedelta(minutes=10), timedelta(minutes=30)
SOON = timedelta(seconds=20)  # where something has left, it is looked again
WATCHED = (DOWN[1], datetime(2026, 3, 30, 7, tzinfo=UTC))  # what is late goes out: each minute is looked at
PATIENCE = timedelta(hours=4)  # of an agent who waits for a notice
YES = Move("agent", "#yes", 0.5)
DAYS_OFF = {date(2026, 4, 3), date(2026, 4, 6)}  # Good Friday and Easter Monday


@dataclass
class Player:
    """One story on its way."""

    story: Story
    number: int | None = None  # of its ticket
    arrival: int | None = None  # of its first mail
    turn: int = 0
    ready: datetime = BEGIN  # from when on the next move may come
    moves: list[Move] = field(init=False)

    def __post_init__(self) -> None:
        self.moves = list(self.story.moves)


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote about a ticket, and when that reached us."""

    at: datetime
    ticket: int
    move: Move


@dataclass
class Month:
    """The house, the stories, and what the mails between them were."""

    house: House
    players: list[Player]
    waiting: list[tuple[datetime, bytes, str, Player]] = field(default_factory=list)  # sent while we were out of reach
    sums: list[bool] = field(default_factory=list)  # whether the ledger added up, day by day
    said: list[Said] = field(default_factory=list)

    async def play(self) -> None:
        """From the first morning to the last night."""
        await self.house.open()
        now = BEGIN
        while now < END:
            self.house.office.now = now
            if DOWN[0] <= now < DOWN[1]:
                self._begin_stories(now)
                self._move_customers(now)
            else:
                await self._step(now)
            if now.hour == now.minute == 0:
                self._look_at_books()
            now += pace(now)

    async def _step(self, now: datetime) -> None:
        self._deliver_late(now)
        self._begin_stories(now)
        await self.house.decide()
        self._number()
        for player in self.players:
            await self._move(player, now)
        await self.house.decide()
        await self._look_after_spam(await self._let_leave(), now)

    async def _let_leave(self) -> list[Left]:
        """Do what is due by the clock and let leave what follows, until nothing more does."""
        fresh: list[Left] = []
        while True:
            self.house.office.tick()
            left = await self.house.let_leave()
            if not left:
                return fresh
            fresh += left
            self.house.office.now += SOON

    # ------------------------------------------------------------ first mails
    def _begin_stories(self, now: datetime) -> None:
        for player in self.players:
            if player.arrival is None and player.turn == 0 and player.story.at <= now and player.ready is BEGIN:
                player.ready = now
                story = player.story
                for box in (story.mailbox, *story.copies):
                    self._send(player, letter(story, story.at), box, now)

    def _send(self, player: Player, raw: bytes, box: str, now: datetime) -> None:
        if DOWN[0] <= now < DOWN[1]:
            self.waiting.append((now, raw, box, player))
            return
        arrival = self.house.take_in(raw, box)
        if player.arrival is None:
            player.arrival = arrival

    def _deliver_late(self, now: datetime) -> None:
        waited, self.waiting = self.waiting, []
        for at, raw, box, player in waited:
            arrival = self.house.take_in(raw, box, now - at)
            if player.arrival is None:
                player.arrival = arrival
            player.ready = now

    def _number(self) -> None:
        for player in self.players:
            if player.number is None and player.arrival is not None and player.story.is_acknowledged:
                player.number = self.house.office.arrival(player.arrival).ticket

    # ------------------------------------------------------------ what follows
    def _next(self, player: Player, now: datetime) -> Move | None:
        if player.number is None or player.turn >= len(player.moves):
            return None
        move = player.moves[player.turn]
        due = player.ready + timedelta(hours=move.hours)
        if due > now or (is_ours(move) and not is_at_work(now)):
            return None
        return move

    def _move_customers(self, now: datetime) -> None:
        for player in self.players:
            move = self._next(player, now)
            if move is not None and move.who == "customer":
                self._write(player, move, now)

    async def _move(self, player: Player, now: datetime) -> None:
        move = self._next(player, now)
        if move is None:
            return
        if "slack" in move.to:
            await self._say(player, move, now)
        else:
            self._write(player, move, now)

    async def _say(self, player: Player, move: Move, now: datetime) -> None:
        for channel in CHANNELS:
            for message in self.house.slack.messages[channel]:
                if "thread_ts" not in message and f"#\u200b{player.number} " in message["text"]:
                    who = move.who if move.who in MEMBERS else player.story.agent
                    await self.house.say(channel, message["ts"], MEMBERS[who], move.text)
                    self._done(player, move, now)
                    return

    def _write(self, player: Player, move: Move, now: datetime) -> None:
        story = player.story
        who = story.agent if move.who == "agent" else move.who if "@" in move.who else story.sender
        asked = self._asked(player, move, who)
        if asked is None:
            if move.who == "agent" and now - player.ready > PATIENCE:
                self._write_anew(player, move, now)
            return
        name, mail = f"m{len(self.said)}", asked.mail()
        if move.who == "bounce":
            raw = bounce(asked.message_id, who)
        elif move.who == "unsubscribe":
            raw = unsubscribe(mail, who, now)
        else:
            is_proven = move.proven and (story.proven or who.endswith(OURS))
            raw = answer(mail, who, name, self._with_numbers(move.text), now, more=move.more, proven=is_proven)
        self._send(player, raw, story.mailbox, now)
        self._done(player, move, now)

    def _write_anew(self, player: Player, move: Move, now: datetime) -> None:
        """An agent who has read of a ticket in a digest alone writes to it, and says yes when asked."""
        if move.text.startswith("#"):  # commands can wait until there is a notice to answer
            player.turn += 1
            return
        subject, agent = f"[#{player.number}] About {player.story.name}", player.story.agent
        fields = head(agent, f"n{player.number}", subject, now, to=SUPPORT, proven=True)
        self._send(player, f"{fields}\r\n{move.text}\r\n".encode(), SUPPORT, now)
        player.moves[player.turn] = YES
        player.ready = now

    def _with_numbers(self, text: str) -> str:
        """The names of stories in braces become the numbers of their tickets."""
        if "{" not in text:
            return text
        return text.format_map({player.story.name: player.number for player in self.players})

    def _done(self, player: Player, move: Move, now: datetime) -> None:
        player.turn += 1
        player.ready = now
        assert player.number is not None, "what follows a first mail is about its ticket"
        self.said.append(Said(DOWN[1] if DOWN[0] <= now < DOWN[1] else now, player.number, move))

    def _asked(self, player: Player, move: Move, who: str) -> Left | None:
        """The newest mail to them that they answer."""
        mine = (each for each in reversed(self.house.left) if each.ticket == player.number and each.to == who)
        return next((each for each in mine if (each.kind in move.to if move.to else each.klass == "notice")), None)

    async def _look_after_spam(self, fresh: list[Left], now: datetime) -> None:
        """Whoever reads the digest of the quarantine lets out what is none."""
        for each in fresh:
            lines = text_of(each.mail()).splitlines() if each.kind == "quarantine" else []
            for line in lines:
                if "pharmacy" in line:
                    words = f"#ham {line.split(':')[0].strip('- ')}"
                    self.house.take_in(answer(each.mail(), BEN, "ham", words, now), HI)
        await self.house.decide()

    def _look_at_books(self) -> None:
        with self.house.office.desk.store.read() as session:
            self.sums.append(ledger.ledger(session).adds_up)


def pace(now: datetime) -> timedelta:
    """How long until it is looked again at what is due."""
    if any(begin <= now < begin + timedelta(hours=1) for begin in WATCHED):
        return CLOSELY
    return STEP if 6 <= now.hour < 18 else NIGHT


def is_ours(move: Move) -> bool:
    return move.who not in {"customer", "bounce", "unsubscribe"}


def is_at_work(now: datetime) -> bool:
    """Whether our own people write mail then."""
    return now.weekday() < 5 and now.date() not in DAYS_OFF and 7 <= now.hour < 15


def head(sender: str, name: str, subject: str, now: datetime, *, to: str, proven: bool) -> str:
    domain = sender.rpartition("@")[2]
    verdict = "pass" if proven else "none"
    return (
        f"Authentication-Results: mx.acme.example; dmarc={verdict} header.from={domain}\r\n"
        f"Received: from mail.{domain} by mx.acme.example; {format_datetime(now)}\r\n"
        f"From: {sender.partition('@')[0].title()} <{sender}>\r\nTo: {to}\r\nDate: {format_datetime(now)}\r\n"
        f"Subject: {subject}\r\nMessage-ID: <{name}@{domain}>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: text/plain; charset="utf-8"\r\n'
    )


def letter(story: Story, now: datetime) -> bytes:
    """The first mail of a story."""
    fields = head(story.sender, story.name, f"About {story.name}", now, to=story.mailbox, proven=story.proven)
    return f"{fields}{story.more}\r\n{story.text}\r\n".encode()


def answer(
    mail: EmailMessage, sender: str, name: str, text: str, now: datetime, *, more: str = "", proven: bool = True
) -> bytes:
    """An answer to a mail of ours, as a mail program writes it."""
    subject = " ".join(str(mail["Subject"]).split())
    subject = subject if subject.startswith("Re:") else f"Re: {subject}"
    fields = head(sender, name, subject, now, to=str(mail["From"].addresses[0].addr_spec), proven=proven)
    known = str(mail["Message-ID"])
    fields += f"In-Reply-To: {known}\r\nReferences: {mail['References']} {known}\r\n{more}"
    body = text.replace("\n", "\r\n")
    return f"{fields}\r\n{body}\r\n".encode()


def unsubscribe(mail: EmailMessage, sender: str, now: datetime) -> bytes:
    """What a mail program sends where somebody wants no more surveys."""
    subject = str(mail["List-Unsubscribe"]).partition("subject=")[2].partition(">")[0].replace("%20", " ")
    return f"{head(sender, 'unsubscribe', subject, now, to=SUPPORT, proven=True)}\r\n\r\n".encode()
