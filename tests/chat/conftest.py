from tests.chat.announcements import announced

__all__ = ["announced"]
