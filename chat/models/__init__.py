"""The facts: rooms, messages and what moderation did to them."""

from chat.models.invitations import JoinRequest
from chat.models.messages import Mention, Message, Reaction, RemovedText, Revision, SendAllowance
from chat.models.moderation import AuditEntry, Sanction
from chat.models.rooms import Membership, Room

__all__ = [
    "AuditEntry",
    "JoinRequest",
    "Membership",
    "Mention",
    "Message",
    "Reaction",
    "RemovedText",
    "Revision",
    "Room",
    "Sanction",
    "SendAllowance",
]
