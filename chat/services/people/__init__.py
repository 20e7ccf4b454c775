"""What a person keeps for themselves on the whole site: status, level, whom they ignore."""

from chat.services.people.ignoring import set_ignored
from chat.services.people.levels import set_level
from chat.services.people.status import set_do_not_disturb, set_invisible, set_status, sweep_presence

__all__ = ["set_do_not_disturb", "set_ignored", "set_invisible", "set_level", "set_status", "sweep_presence"]
