"""The examples of docs/protocol.md, held against what the site says and takes."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.models import User
from chat import encoding, protocol, selectors
from chat.models import Room
from chat.protocol import Change, parse_command
from tests.factories import post, seat

ID = "0b0e6c1e-5b0c-4f0e-9c53-5f8f0f1d2a3b"


def examples() -> Iterator[dict[str, Any]]:
    text = (Path(settings.BASE_DIR) / "docs" / "protocol.md").read_text(encoding="utf-8")
    for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL):
        while block := block.strip():
            found, end = json.JSONDecoder().raw_decode(block)
            yield found
            block = block[end:]


EXAMPLES = list(examples())
# What docs/protocol.md names under "Additions".
ENTRY_ADDITIONS = {"icon", "settings"}
STATE_ADDITIONS = {"description", "icon", "inviting", "pinning", "mention_all", "history_for_newcomers", "listed"}
FRAMES = {found["type"]: found for found in EXAMPLES if "type" in found}
(MESSAGE,) = (found for found in EXAMPLES if "type" not in found)


def test_the_contract_has_its_examples() -> None:
    assert set(FRAMES) == {"send", "ack", "hello", "subscribed", "history", "events"}


def test_example_of_a_command() -> None:
    sent = parse_command(json.dumps(FRAMES["send"]))
    assert isinstance(sent, protocol.Send)
    assert (sent.ref, sent.reply_to, str(sent.client_id)) == ("a7", 90, ID)


def test_example_of_hello(lobby: Room, bob: User) -> None:
    (entry,) = selectors.sidebar(bob)
    example = FRAMES["hello"]
    assert set(entry) == set(example["rooms"][0]) | ENTRY_ADDITIONS
    assert set(encoding.person(bob)) == set(example["user"])
    assert example["limits"] == protocol.LIMITS
    assert example["protocol"] == protocol.VERSION


def test_examples_of_pages(lobby: Room, bob: User) -> None:
    post(bob, lobby)
    fields, history = selectors.snapshot(seat(bob, lobby)), selectors.history(seat(bob, lobby), before=9)
    example = FRAMES["subscribed"]
    assert set(fields) | {"type", "ref"} == set(example)
    assert set(history) | {"type", "ref"} == set(FRAMES["history"])
    assert set(fields["state"]) == set(example["state"]) | STATE_ADDITIONS
    assert set(fields["me"]) == set(example["me"])
    resumed = selectors.subscribed_fields(seat(bob, lobby), since=0)
    assert set(fields) - set(resumed) == {"has_before"}


def test_example_of_events() -> None:
    text, rev = protocol.events_frame(
        "大厅", 131, 133, [Change(132, 121, '{"seq":121}'), Change(133, 0, '{"topic":""}')]
    )
    assert json.loads(text) == {
        "type": "events",
        "room": "大厅",
        "prev": 131,
        "rev": rev,
        "messages": [{"seq": 121}],
        "state": {"topic": ""},
    }
    assert set(json.loads(text)) - {"state"} == set(FRAMES["events"])


def test_example_of_a_message(lobby: Room, bob: User) -> None:
    (shown,) = selectors.snapshot(seat(post(bob, lobby).message.author or bob, lobby))["messages"]
    assert list(shown) == list(MESSAGE)
    assert set(shown["author"]) == set(MESSAGE["author"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", shown["created_at"])
