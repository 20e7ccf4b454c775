"""The facts: rooms, messages and what moderation did to them."""

from chat.models.invitations import InviteLink, InviteUse, JoinRequest, digest_of
from chat.models.jobs import Job, JobFailure
from chat.models.memberships import Membership
from chat.models.messages import Mention, Message, Reaction, RemovedText, Revision, SendAllowance
from chat.models.moderation import AuditEntry, Sanction
from chat.models.reports import CLAIM_TIME, Complaint, Report
from chat.models.rooms import UNDO_TIME, Room
from chat.models.saved import SavedMessage
from chat.models.searching import SearchCursor, SearchEntry
from chat.models.uploads import Upload

__all__ = [
    "CLAIM_TIME",
    "UNDO_TIME",
    "AuditEntry",
    "Complaint",
    "InviteLink",
    "InviteUse",
    "Job",
    "JobFailure",
    "JoinRequest",
    "Membership",
    "Mention",
    "Message",
    "Reaction",
    "RemovedText",
    "Report",
    "Revision",
    "Room",
    "Sanction",
    "SavedMessage",
    "SearchCursor",
    "SearchEntry",
    "SendAllowance",
    "Upload",
    "digest_of",
]
