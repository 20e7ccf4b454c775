from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from bench import wire
from bench.dialects import Kind, Naive, Site, body, numbers

SIZES = st.sampled_from([0, 1, 125, 126, 127, 65535, 65536, 70000])


def served(payload: bytes, opcode: Opcode = Opcode.TEXT) -> bytes:
    """A frame as a server of another make writes it."""
    return Frame(opcode, payload).serialize(mask=False)


@given(st.lists(SIZES, max_size=4), st.integers(min_value=0))
def test_frames_are_found_whole_and_in_order(sizes: list[int], cut: int) -> None:
    payloads = [bytes([number]) * size for number, size in enumerate(sizes)]
    wires = [served(payload) for payload in payloads]
    data = b"".join(wires)
    data = data[: cut % (len(data) + 1)]
    whole, length = [], 0
    for payload, written in zip(payloads, wires, strict=True):
        length += len(written)
        if length <= len(data):
            whole.append(payload)
    assert [data[begin:end] for _, begin, end in wire.frames(data)] == whole


def test_the_opcode_is_told() -> None:
    data = served(b"a", Opcode.PING) + served(b"", Opcode.CLOSE) + served(b"b")
    assert [opcode for opcode, _, _ in wire.frames(data)] == [wire.PING, wire.CLOSE, wire.TEXT]


@given(SIZES)
def test_a_server_of_another_make_reads_our_frames(size: int) -> None:
    reader = StreamReader()
    reader.feed_data(wire.client_frame(b"x" * size))
    parsing = Frame.parse(reader.read_exact, mask=True)
    try:
        next(parsing)
    except StopIteration as done:
        frame = done.value
    assert (frame.opcode, bytes(frame.data), frame.fin) == (Opcode.TEXT, b"x" * size, True)


def test_a_message_counts_once_though_its_text_is_there_twice() -> None:
    one = '{"type":"events","messages":[{"body":"%s","html":"<p>%s</p>"},{"body":"%s"}]}'
    payload = (one % (body(7), body(7), body(12))).encode()
    assert numbers(payload) == (7, 12)
    assert numbers(b'{"type": "message", "body": "' + body(3).encode() + b'"}') == (3,)


def test_a_body_has_a_hundred_letters() -> None:
    assert {len(body(number)) for number in (0, 9, 10**9)} == {100}


def test_frames_of_both_sites_are_told_apart() -> None:
    assert Site().kind(b'{"type":"events","room":"a"}') is Kind.MESSAGES
    assert Site().kind(b'{"type":"subscribed","ref":"a"}') is Kind.READY
    assert Site().kind(b'{"type":"error","ref":"a"}') is Kind.REFUSED
    assert Site().acked(b'{"type":"ack","ref":"42","room":"a"}') == 42
    assert Naive().kind(b'{"type": "history", "messages": []}') is Kind.READY
    assert Naive().kind(b'{"type": "message", "body": ""}') is Kind.MESSAGES


def test_no_client_id_is_used_twice() -> None:
    site = Site()
    assert site.message(1, "a") != site.message(1, "a")
