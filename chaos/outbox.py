"""What a person still has to say: operations by room, in order, each retried until it has a definite answer. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chaos.record import Ack, Broken, Change, Sent

IN_FLIGHT = 5
AGAIN = frozenset({"unavailable", "rate_limited", "slow_mode"})
# A moderator may delete what its author edits at the same moment, or be deleting what another has.
NO = frozenset({"conflict", "forbidden"})


@dataclass(slots=True, eq=False)
class Operation:
    """A send, an edit (`text`) or a deletion. `if_rev` keeps a late copy of an earlier try from undoing newer ones."""

    kind: str
    sent: Sent
    text: str = ""
    if_rev: int = 0
    is_flying: bool = False
    attempts: int = 0
    attempt: int = 0
    not_before: float = 0.0

    def command(self) -> dict[str, Any]:
        fields: dict[str, Any] = {"type": self.kind, "room": self.sent.room}
        if self.kind == "send":
            return fields | {"body": self.text, "client_id": self.sent.client_id}
        fields["seq"] = self.sent.acks[0].seq
        return fields if self.kind == "delete" else fields | {"body": self.text, "if_rev": self.if_rev}


class Outbox:
    """Everything of one person that has no definite answer yet."""

    def __init__(self) -> None:
        self.rooms: dict[str, list[Operation]] = {}
        self.attempt = 0

    def __len__(self) -> int:
        return sum(map(len, self.rooms.values()))

    def add(self, operation: Operation) -> None:
        operation.sent.is_busy = True
        self.rooms.setdefault(operation.sent.room, []).append(operation)

    def due(self, now: float) -> Iterator[Operation]:
        """What may be sent now, in order. A send that must be retried goes alone and holds back the later ones."""
        for operations in self.rooms.values():
            flying = [operation for operation in operations if operation.is_flying]
            is_held = any(operation.kind == "send" and operation.attempts > 1 for operation in flying)
            is_sending = any(operation.kind == "send" for operation in flying)
            room = IN_FLIGHT - len(flying)
            for operation in operations:
                if operation.is_flying or room <= 0:
                    continue
                if operation.kind == "send":
                    is_retry = operation.attempts > 0
                    if is_held or operation.not_before > now or (is_retry and is_sending):
                        is_held = True
                        continue
                    is_held, is_sending = is_retry, True
                elif operation.not_before > now:
                    continue
                room -= 1
                yield operation

    def launch(self, operation: Operation) -> dict[str, Any]:
        """The command of one try."""
        self.attempt += 1
        operation.attempts += 1
        operation.attempt = self.attempt
        operation.is_flying = True
        return operation.command()

    def land(self) -> None:
        """The connection is gone: nobody knows what of the unanswered was done."""
        for operations in self.rooms.values():
            for operation in operations:
                operation.is_flying = False

    def answered(self, operation: Operation, frame: dict[str, Any], connection: int, now: float) -> None:
        """Take an `ack` or `error`. Raises Broken on an answer that no faithful client can get."""
        operation.is_flying = False
        if frame["type"] == "error" and frame["code"] in AGAIN:
            operation.not_before = now + min(frame.get("retry_after", 1.0), 5.0)
            return
        if frame["type"] == "error" and (operation.kind == "send" or frame["code"] not in NO):
            raise Broken(f"{operation.command()} was refused: {frame}")
        sent = operation.sent
        self.rooms[sent.room].remove(operation)
        sent.is_busy = False
        if frame["type"] == "error":
            sent.is_dead = frame["code"] == "conflict" or sent.is_dead
        elif operation.kind == "send":
            if frame["client_id"] != sent.client_id:
                raise Broken(f"the ack of {sent.client_id} speaks of {frame['client_id']}")
            sent.acks.append(Ack(connection, operation.attempt, frame["seq"], frame["rev"], frame["duplicate"]))
        else:
            sent.changes.append(Change(operation.text if operation.kind == "edit" else None, frame["rev"]))
            sent.is_dead = operation.kind == "delete"
