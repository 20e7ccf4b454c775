"""Many rooms in which everybody talks: messages that are stored, each second."""

from bench.dialects import Dialect, Kind
from bench.ground import Ground, running
from bench.load import Swarm
from bench.meter import Figures, Length, Meter, gathered
from bench.sockets import Frame, Socket


def rooms(ground: Ground, dialect: Dialect, length: Length, workers: int = 1) -> Figures:
    """200 rooms of five; each says the next thing as soon as the one before is acknowledged."""
    people = ground.fill(dialect, "rooms", users=1000, rooms=200, members=5, messages=0)
    with running(ground, dialect, workers=workers) as site, gathered(site, people) as (load, _):
        talkers = Talkers(load)
        talkers.begin()
        load.run_until(lambda: False, 1.0)
        before, meter = ground.count_messages(dialect), Meter(site)
        load.run_until(lambda: False, length.talk_seconds)
        stored = ground.count_messages(dialect) - before
        meter.stop()
        talkers.is_over = True
        load.run_until(lambda: not talkers.waiting, 20)
    return {
        "messages": stored / meter.seconds,
        "message_cpu_us": meter.server / max(1, stored) * 1e6,
        "load": meter.load_share,
        "refused": float(load.refused),
    }


class Talkers:
    """Everyone has one message under way, until it `is_over`."""

    def __init__(self, load: Swarm) -> None:
        self.load = load
        self.next = 0
        self.is_over = False
        self.waiting: dict[Socket, int] = {}
        load.on_ack = self.hear

    def begin(self) -> None:
        for one in list(self.load.sockets.values()):
            self.speak(one)

    def speak(self, one: Socket) -> None:
        self.next += 1
        self.waiting[one] = self.next
        self.load.say(one, self.next)

    def hear(self, one: Socket, frame: Frame) -> None:
        mine = self.waiting.get(one)
        numbers = (
            [self.load.dialect.acked(frame.payload) - self.load.first] if frame.kind is Kind.ACK else frame.numbers
        )
        if mine is not None and mine in numbers:
            del self.waiting[one]
            if not self.is_over:
                self.speak(one)
