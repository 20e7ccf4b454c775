from tests.chat.announcements import announced
from tests.chat.live import bells
from tests.chat.newcomers import crypt
from tests.chat.processes import site

__all__ = ["announced", "bells", "crypt", "site"]
