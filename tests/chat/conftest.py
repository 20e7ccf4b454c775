from tests.chat.announcements import announced
from tests.chat.live import bells

__all__ = ["announced", "bells"]
