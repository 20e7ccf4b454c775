"""Our WebSocket takes what plain daphne's takes, however it is cut."""

import time
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from autobahn.twisted.websocket import WebSocketServerFactory
from daphne.ws_protocol import WebSocketProtocol
from hypothesis import given
from hypothesis import strategies as st

from site_config.server import sockets
from site_config.server.flow import Gate
from site_config.server.frames import text_frame, whole_text
from site_config.server.sockets import SiteWebSocket
from tests.site_config.server.transport import Transport

LIMIT = 1_000
SIZES = st.sampled_from((0, 1, 3, 4, 5, 125, 126, 127, 400, LIMIT - 8, LIMIT, LIMIT + 1))
TEXTS = st.builds(lambda text, size: (text * size)[:size].encode(), st.text(min_size=1, max_size=9), SIZES)
PAYLOADS = (
    TEXTS | st.binary(max_size=200) | st.sampled_from((b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf", b"\xe2\x82"))
)


def frame(
    payload: bytes, opcode: int = 1, key: bytes = b"\0\0\0\0", *, last: bool = True, masked: bool = True
) -> bytes:
    """A frame as a client sends it, or as it must not."""
    size = len(payload)
    long = b"" if size < 126 else size.to_bytes(2)
    head = bytes((opcode | last << 7, (126 if long else size) | masked << 7)) + long
    return head + key + bytes(byte ^ key[at % 4] for at, byte in enumerate(payload)) if masked else head + payload


def pieces(payload: bytes, key: bytes) -> bytes:
    """A message in two frames, with a ping between them."""
    return frame(payload[:2], 1, key, last=False) + frame(b"?", 9, key) + frame(payload[2:], 0, key)


KEYS = st.binary(min_size=4, max_size=4)
WELL_FORMED = st.builds(frame, TEXTS, st.just(1), KEYS)
FRAMES = (
    WELL_FORMED
    | st.builds(pieces, PAYLOADS, KEYS)
    | st.builds(
        frame, PAYLOADS, st.sampled_from((0, 1, 2, 3, 8, 9, 10)), KEYS, last=st.booleans(), masked=st.booleans()
    )
    | st.binary(max_size=20)
)


def opened(kind: type[WebSocketProtocol]) -> Any:
    """A protocol of that kind after its handshake; `events` is what its application would receive."""
    factory = WebSocketServerFactory()
    factory.setProtocolOptions(
        openHandshakeTimeout=0,
        closeHandshakeTimeout=0,
        failByDrop=False,
        maxFramePayloadSize=LIMIT,
        maxMessagePayloadSize=LIMIT,
    )
    protocol: Any = kind()
    protocol.factory = factory
    protocol.makeConnection(Transport())
    protocol.transport.registerProducer(Gate(), True)
    protocol.state, protocol.current_frame, protocol.inside_message = protocol.STATE_OPEN, None, False
    protocol.websocket_version, protocol.client_addr, protocol.gate = 13, None, Gate()
    protocol.events = []
    protocol.application_queue = SimpleNamespace(put_nowait=protocol.events.append)
    return protocol


def heard(kind: type[WebSocketProtocol], chunks: list[bytes]) -> tuple[list[dict[str, Any]], bytes, object]:
    """What the application received, what was answered, and how the connection stands; ours hears out whom it fails."""
    protocol = opened(kind)
    for chunk in chunks:
        protocol.dataReceived(chunk)
    transport = protocol.transport
    how = "failed" if protocol.failedByMe else (protocol.state, transport.disconnecting)
    return protocol.events, transport.value(), how


@given(frames=st.lists(FRAMES, max_size=6), cuts=st.lists(st.integers(0, 3_000), max_size=4), is_cut=st.booleans())
def test_whatever_comes_is_taken_as_daphne_takes_it(frames: list[bytes], cuts: list[int], is_cut: bool) -> None:
    data = b"".join(frames)
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    chunks = [data[begin:end] for begin, end in pairwise(places)] if is_cut else frames
    assert heard(SiteWebSocket, chunks) == heard(WebSocketProtocol, chunks)


@given(text=st.text(max_size=300), key=KEYS)
def test_a_whole_text_frame_needs_no_autobahn(text: str, key: bytes) -> None:
    assert whole_text(frame(text.encode(), 1, key)) == text


@given(frame=WELL_FORMED, rest=st.binary(min_size=1, max_size=3))
def test_more_or_less_than_a_frame_does(frame: bytes, rest: bytes) -> None:
    assert whole_text(frame + rest) is None
    assert whole_text(frame[:-1]) is None


def test_an_open_socket_keeps_nothing_of_its_handshake_and_no_copy_of_the_options() -> None:
    kind = SiteWebSocket.with_options(WebSocketServerFactory())
    protocol = opened(kind)
    protocol.request = SimpleNamespace(headers={"cookie": "sessionid=1"}, path="/ws/chat/")
    protocol.clean_headers = [(b"cookie", b"sessionid=1")]
    protocol.server = SimpleNamespace(log_action=lambda *details: None)
    protocol.onOpen()
    assert "sessionid" not in repr(vars(protocol)) + repr(vars(protocol.request))
    assert not set(vars(protocol)) & set(SiteWebSocket.CONFIG_ATTRS)
    assert protocol.requireMaskedClientFrames is True


def test_a_frame_is_offered_only_while_the_transport_takes_more() -> None:
    protocol = opened(SiteWebSocket)
    written: list[str] = []
    protocol.send_text = written.append
    taken = [protocol.offer("1")]
    protocol.gate._shut = object()
    taken.append(protocol.offer("2"))
    protocol.gate._shut = None
    taken.append(protocol.offer("3"))
    protocol.state = protocol.STATE_CLOSING
    taken.append(protocol.offer("4"))
    assert (taken, written) == ([True, False, True, False], ["1", "3"])


def test_only_who_has_been_quiet_is_pinged() -> None:
    protocol = opened(SiteWebSocket)
    pings: list[bool] = []
    protocol._sendAutoPing = lambda: pings.append(True)
    protocol.server = SimpleNamespace(ping_interval=20, websocket_timeout=-1)
    protocol.socket_opened = protocol.last_ping = time.time()
    protocol.check_timeouts()
    assert not pings
    protocol.last_ping -= 21
    protocol.check_timeouts()
    protocol.check_timeouts()
    assert pings == [True]


TOO_LARGE = b"\x81\xfe" + (LIMIT + 1).to_bytes(2) + b"\0\0\0\0"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is to be done later, by (seconds, what), unless it was cancelled."""
    calls: list[Any] = []

    def call_later(seconds: float, call: Any) -> SimpleNamespace:
        calls.append((seconds, call))
        return SimpleNamespace(cancel=lambda: calls.remove((seconds, call)))

    monkeypatch.setattr(sockets, "reactor", SimpleNamespace(callLater=call_later))
    return calls


def test_whoever_still_sends_is_told_why_it_ends_and_heard_out(later: list[Any]) -> None:
    """A reset while the peer sends would take the close frame from it."""
    protocol = opened(SiteWebSocket)
    transport = protocol.transport
    protocol.dataReceived(TOO_LARGE)
    assert transport.value()[2:4] == (1009).to_bytes(2)
    [(seconds, no_answer)] = later
    assert seconds == 1
    no_answer()
    assert (transport.is_half_closed, transport.disconnected) == (True, False)
    protocol.dataReceived(b"x" * (LIMIT + 1))
    protocol.dataReceived(frame((1009).to_bytes(2), 8))
    assert transport.disconnected, "it has answered"
    assert len(later) == 1, "nothing waits for it any more"


def test_what_else_is_wrong_does_not_cut_it(later: list[Any]) -> None:
    protocol = opened(SiteWebSocket)
    protocol.dataReceived(TOO_LARGE + b"\xff" * 2_000)
    assert not protocol.transport.disconnecting


def test_whoever_never_answers_is_cut(later: list[Any]) -> None:
    protocol = opened(SiteWebSocket)
    protocol.serverClose(4408)
    later[0][1]()
    assert not protocol.transport.disconnected
    later[1][1]()
    assert protocol.transport.disconnected


def test_whoever_never_stops_is_cut(later: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "LINGER_BYTES", 3_000)
    protocol = opened(SiteWebSocket)
    protocol.dataReceived(TOO_LARGE)
    protocol.dataReceived(b"\0" * 3_000)
    assert not protocol.transport.disconnected
    protocol.dataReceived(b"\0")
    assert protocol.transport.disconnected


def test_pings_of_a_peer_that_takes_nothing_are_not_answered() -> None:
    protocol = opened(SiteWebSocket)
    protocol.dataReceived(frame(b"1", 9))
    protocol.gate._shut = object()
    protocol.dataReceived(frame(b"2", 9))
    assert protocol.transport.value() == b"\x8a\x011"


def test_endless_empty_pieces_are_too_large_a_message() -> None:
    protocol = opened(SiteWebSocket)
    protocol.dataReceived(frame(b"", last=False) + frame(b"", 0, last=False) * (LIMIT - 1))
    assert protocol.transport.value() == b""
    protocol.dataReceived(frame(b"", 0, last=False))
    assert protocol.transport.value()[2:4] == (1009).to_bytes(2)


@given(st.text(max_size=40), st.sampled_from((1, 30, 1_000, 1_700, 20_000)))
def test_a_text_is_framed_as_autobahn_frames_it(text: str, times: int) -> None:
    prepared = WebSocketServerFactory().prepareMessage((text * times).encode())
    assert text_frame(text * times) == prepared.payloadHybi
