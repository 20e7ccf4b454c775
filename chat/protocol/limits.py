"""Numbers of the protocol: limits and close codes. Lengths are code points unless a name says bytes."""

from enum import IntEnum

VERSION = 1
BUILD = "0.1.0"
BODY_LENGTH = 4_000
SLUG_LENGTH = 80
REASON_LENGTH = 200
STATUS_LENGTH = 100
ALT_LENGTH = 1_000
REF_LENGTH = 64
# Beyond it there are zones whose calendar has no day for a moment.
LAST_YEAR = 9998
REACTION_KINDS = 20
PINS_MOST = 50
SMALL_ROOM = 20
REACTION_USERS = 50
BACKLOG = 50
BACKLOG_MOST = 200
REPLAY_MOST = 500
ROOMS_MOST = 500
PRESENCE_MOST = 1_000
FRAME_BYTES = 65_536
SERVER_FRAME_BYTES = 4 * 1024 * 1024
COMMANDS_WAITING = 100
COMMANDS_FLOOD = 1_000
FLOOD_BYTES = COMMANDS_WAITING * FRAME_BYTES
BAD_FRAMES = 30
BAD_FRAMES_SECONDS = 60
LIMITS = {"body": BODY_LENGTH, "frame": FRAME_BYTES, "backlog": BACKLOG_MOST, "rooms": ROOMS_MOST}


class Close(IntEnum):
    """Why the server ends a socket."""

    RESTART = 1012
    TOO_BIG = 1009
    BAD_FRAMES = 4400
    SIGNED_OUT = 4401
    BANNED = 4403
    TOO_SLOW = 4408
    FLOODING = 4429
