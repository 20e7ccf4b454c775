"""Forms of the pages. What a name or a topic may be is the services' to say; here is only shape."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from chat.models import Membership, Report, Room
from chat.protocol import REASON_LENGTH
from chat.search import QUERY_LENGTH


class GoForm(forms.Form):
    """The classic way in: type a room's name."""

    name = forms.CharField(label=_("Room"), max_length=80)


class Asked(forms.Form):
    """What the address of a page asks for; anything it can't be counts as nothing."""

    def value(self, field: str, default: str = "") -> str:
        """A field's text, or `default` where it is missing or wrong."""
        self.is_valid()
        return str(self.cleaned_data.get(field) or default)


class SearchForm(Asked):
    """Of the directory."""

    TABS = ("all", "joined", "archived")

    q = forms.CharField(required=False, max_length=80)
    tab = forms.CharField(required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=10**6)

    @property
    def chosen_tab(self) -> str:
        tab = self.value("tab", "all")
        return tab if tab in self.TABS else "all"


class FindForm(Asked):
    """Of the page that finds messages."""

    q = forms.CharField(required=False, max_length=QUERY_LENGTH)
    sort = forms.ChoiceField(required=False, choices=[("relevance", ""), ("newest", "")])
    cursor = forms.CharField(required=False, max_length=200)


class PeopleForm(Asked):
    """Of the list of people."""

    q = forms.CharField(required=False, max_length=80)
    tab = forms.ChoiceField(required=False, choices=[("all", ""), ("ignored", "")])
    after = forms.CharField(required=False, max_length=128)


class SavedForm(Asked):
    """Of the list of saved messages."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**53 - 1)


class MyRoomForm(forms.Form):
    """What somebody does with one of their rooms: moves it a place, or sets something of it."""

    STEPS: ClassVar = {"up": -1, "down": 1}
    SETTINGS: ClassVar = {
        "favourite": {"is_favourite": True},
        "plain": {"is_favourite": False},
        "mute": {"is_muted": True},
        "unmute": {"is_muted": False},
        "hide": {"is_hidden": True},
        "show": {"is_hidden": False},
    } | {level: {"notify": level} for level in (*Membership.Notify.values, Membership.AS_IN_SETTINGS)}

    room = forms.CharField(max_length=80)
    act = forms.ChoiceField(choices=[(act, act) for act in (*STEPS, *SETTINGS)])


class RoomForm(forms.Form):
    """A new room."""

    name = forms.CharField(
        label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"class": "input", "autofocus": True})
    )
    topic = forms.CharField(
        label=_("Topic"),
        max_length=250,
        required=False,
        help_text=_("One line on what it is for."),
        widget=forms.TextInput(attrs={"class": "input"}),
    )
    kind = forms.ChoiceField(
        label=_("Who can read it"),
        choices=[
            (Room.Kind.PUBLIC, _("Everyone here can look in and join.")),
            (Room.Kind.PRIVATE, _("Only those who are invited.")),
        ],
        initial=Room.Kind.PUBLIC,
        widget=forms.RadioSelect,
    )


class PlaceForm(forms.Form):
    """A page of the plain transcript: what comes before this message."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**53 - 1)


class DeskForm(Asked):
    """Of the desk: which cases, and how far back the log begins."""

    tab = forms.ChoiceField(required=False, choices=[("open", ""), ("mine", ""), ("resolved", "")])
    page = forms.IntegerField(required=False, min_value=1, max_value=10**6)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**53 - 1)


class DecisionForm(forms.Form):
    """What a moderator does with a case. Hours of 0 are for good."""

    HOURS_MOST = 24 * 366

    act = forms.ChoiceField(choices=[("claim", ""), ("release", ""), *Report.Outcome.choices])
    reason = forms.CharField(label=_("Reason"), required=False, max_length=REASON_LENGTH)
    hours = forms.IntegerField(required=False, min_value=0, max_value=HOURS_MOST)
    ban_hours = forms.IntegerField(required=False, min_value=0, max_value=HOURS_MOST)
    removes_message = forms.BooleanField(required=False)
    everywhere = forms.BooleanField(required=False)
