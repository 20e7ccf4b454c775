"""Commands on the wire: the shape of each field, and frames that are no command."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat import protocol
from chat.protocol import BadCommand, parse_command

ID = "0b0e6c1e-5b0c-4f0e-9c53-5f8f0f1d2a3b"
GOOD: dict[str, dict[str, Any]] = {
    "subscribe": {"room": "lobby", "since": 1, "epoch": "k3", "backlog": 200},
    "unsubscribe": {"room": "lobby"},
    "send": {"room": "lobby", "body": "hi", "client_id": ID, "reply_to": 1, "attachments": []},
    "edit": {"room": "lobby", "seq": 1, "body": "hi", "if_rev": 2},
    "delete": {"room": "lobby", "seq": 1, "reason": "x"},
    "react": {"room": "lobby", "seq": 1, "emoji": "👍", "on": True},
    "read": {"room": "lobby", "seq": 1, "back": True},
    "join": {"room": "lobby"},
    "leave": {"room": "lobby"},
    "typing": {"room": "lobby"},
    "history": {"room": "lobby", "before": 3, "limit": 1},
    "ping": {},
    "pin": {"room": "lobby", "seq": 1, "on": True},
    "save": {"room": "lobby", "seq": 1, "on": True, "remind_at": "2026-11-22T09:00:00.123Z"},
    "forward": {"room": "lobby", "seq": 1, "to": "hall", "client_id": ID},
}
OPTIONAL = {"since", "epoch", "backlog", "reply_to", "attachments", "if_rev", "reason", "back", "limit", "remind_at"}
TEXTS = {"room", "body", "epoch", "reason", "emoji", "to", "remind_at"}
NUMBERS = {"since", "reply_to", "if_rev", "seq", "before", "backlog", "limit"}
FIELDS = [(kind, field) for kind, fields in GOOD.items() for field in fields]


def command(kind: str, **fields: Any) -> str:
    return json.dumps({"type": kind} | GOOD[kind] | fields)


def refusal(text: str) -> BadCommand:
    with pytest.raises(BadCommand) as caught:
        parse_command(text)
    return caught.value


@pytest.mark.parametrize("kind", GOOD)
def test_a_right_command(kind: str) -> None:
    parsed = parse_command(command(kind, ref="r" * 64, unknown={"a": [1]}))
    assert type(parsed) is protocol.COMMANDS[kind]
    assert parsed.ref == "r" * 64
    assert not hasattr(parsed, "unknown")


def test_every_command_is_tested() -> None:
    assert set(GOOD) == set(protocol.COMMANDS)


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_a_missing_or_null_field(kind: str, field: str) -> None:
    missing = json.dumps({"type": kind, "ref": "r"} | {key: GOOD[kind][key] for key in GOOD[kind] if key != field})
    for text in (missing, command(kind, ref="r", **{field: None})):
        if field in OPTIONAL:
            assert getattr(parse_command(text), field) is None
        else:
            error = refusal(text)
            assert (error.code, error.field, error.ref) == ("bad_request", field, "r")
            assert error.room == (None if field == "room" else "lobby")


@pytest.mark.parametrize(
    "wrong", ['{"a": 1}', "[[1]]", "1.0", "1.5", "1e400", "9" * 5000, "-1", str(2**53), str(2**64)]
)
@pytest.mark.parametrize(("kind", "field"), [pair for pair in FIELDS if pair[1] != "attachments"])
def test_a_wrong_value(kind: str, field: str, wrong: str) -> None:
    text = command(kind, ref="r").replace(json.dumps({field: GOOD[kind][field]})[1:-1], f'"{field}": {wrong}')
    assert wrong in text
    error = refusal(text)
    assert (error.field, error.ref) == (field, "r")


@pytest.mark.parametrize(("kind", "field"), [pair for pair in FIELDS if pair[1] in NUMBERS])
@pytest.mark.parametrize("wrong", [True, "1", ""])
def test_numbers_are_numbers(kind: str, field: str, wrong: object) -> None:
    assert refusal(command(kind, **{field: wrong})).field == field


@pytest.mark.parametrize(("kind", "field"), [pair for pair in FIELDS if pair[1] in TEXTS])
@pytest.mark.parametrize("wrong", ["a\0b", "\ud800", "a\udfffb", True])
def test_texts_are_clean_texts(kind: str, field: str, wrong: object) -> None:
    error = refusal(command(kind, **{field: wrong}))
    assert error.field == field
    assert error.room == (None if field == "room" else "lobby")


@pytest.mark.parametrize("clean", ["", "大厅", "Café", "cafe\u0301", "a/b", "x" * 60_000, "\u202e", "\n", "🎉"])
def test_any_clean_text_may_be_a_room(clean: str) -> None:
    assert parse_command(command("join", room=clean)) == protocol.Join(room=clean)


@pytest.mark.parametrize(
    "wrong",
    [ID.upper(), ID.replace("-", ""), f"{{{ID}}}", f"{ID}\n", f" {ID}", "", "0b0e6c1e-5b0c-4f0e-9c53-5f8f0f1d2a3g", 7],
)
def test_a_client_id_is_36_lower_case_characters(wrong: object) -> None:
    assert refusal(command("send", client_id=wrong)).field == "client_id"


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("subscribe", {"backlog": 201}),
        ("history", {"limit": 0}),
        ("history", {"limit": 201}),
        ("read", {"back": 1}),
        ("react", {"on": 1}),
        ("pin", {"on": 1}),
        ("save", {"on": 1}),
        ("save", {"remind_at": "2026-11-22"}),
        ("save", {"remind_at": "2026-13-22T09:00:00Z"}),
        ("save", {"remind_at": "2026-11-22T09:00:00+01:00"}),
        ("save", {"remind_at": "9999-01-01T00:00:00Z"}),
        ("react", {"on": "true"}),
        ("react", {"emoji": ""}),
        ("react", {"emoji": "ok"}),
        ("react", {"emoji": "👍👍"}),
        ("read", {"back": "true"}),
        ("send", {"attachments": {}}),
        ("send", {"attachments": "x"}),
    ],
)
def test_a_value_outside_its_bounds(kind: str, fields: dict[str, object]) -> None:
    assert refusal(command(kind, **fields)).field == next(iter(fields))


@pytest.mark.parametrize("places", [{"after": 1}, {"around": 1}, {"after": 1, "around": 1}, {"before": None}])
def test_history_has_exactly_one_place(places: dict[str, object]) -> None:
    assert refusal(command("history", **places)).field == "before"
    assert parse_command(command("history", before=None, around=0))


@pytest.mark.parametrize("ref", ["r" * 65, 7, True, [], {}, "a\0", "\ud800"])
def test_a_wrong_ref_is_not_echoed(ref: object) -> None:
    error = refusal(command("send", ref=ref))
    assert (error.field, error.ref, error.room) == ("ref", None, "lobby")


@pytest.mark.parametrize("kind", ["SEND", "", "edited", "hello", None, 7, True, [], {}, "\ud800", "x" * 9000])
def test_an_unknown_type(kind: object) -> None:
    error = refusal(json.dumps({"type": kind, "ref": "r", "room": "lobby"}))
    assert (error.field, error.ref, error.room) == ("type", "r", "lobby")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "null",
        "true",
        "7",
        '"ping"',
        "[]",
        '[{"type":"ping"}]',
        "{",
        '{"type":"ping"',
        '{"type":"ping"} {}',
        "\0",
        '{"type":"ping","x":NaN}',
        '{"type":"ping","x":Infinity}',
        "{'type':'ping'}",
        "\ufeff{}",
        "[" * 60_000,
        '{"a":' * 10_000,
    ],
)
def test_no_json_object(text: str) -> None:
    assert refusal(text).code == "bad_request"


def test_deep_json_in_a_field_that_is_not_ours() -> None:
    deep = "[" * 20_000 + "]" * 20_000
    assert refusal(f'{{"type":"ping","x":{deep}}}').code == "bad_request"
    shallow = "[" * 100 + "]" * 100
    assert parse_command(f'{{"type":"ping","x":{shallow},"\\ud800":1}}') == protocol.Ping()


def test_the_last_of_two_keys_counts() -> None:
    assert parse_command('{"type":"join","type":"ping","ref":"a","ref":"b"}') == protocol.Ping(ref="b")


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(), max_size=70)
    | st.sampled_from([ID, "lobby", 2**53 - 1]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)

fields = st.dictionaries(st.sampled_from(sorted({"ref"}.union(*GOOD.values()))), values)


@given(st.sampled_from(sorted(GOOD)) | values, fields)
def test_any_object_is_a_command_or_a_bad_one(kind: object, fields: dict[str, Any]) -> None:
    try:
        parsed = parse_command(json.dumps({"type": kind} | fields))
    except BadCommand as error:
        json.loads(protocol.error_frame(error, ref=error.ref, room=error.room).encode())
    else:
        assert protocol.dumps([parsed.ref, getattr(parsed, "room", None)]).encode()


@given(st.text(st.characters()) | st.binary().map(lambda data: data.decode("latin1")))
def test_any_text_is_refused_as_a_bad_command(text: str) -> None:
    assert refusal(text).code == "bad_request"
