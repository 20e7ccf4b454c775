"""Forms of the pages. What a name or a topic may be is the services' to say; here is only shape."""

from django import forms
from django.utils.translation import gettext_lazy as _

from chat.models import Room
from chat.search import QUERY_LENGTH


class GoForm(forms.Form):
    """The classic way in: type a room's name."""

    name = forms.CharField(label=_("Room"), max_length=80)


class SearchForm(forms.Form):
    """What the directory is asked for; anything it can't be counts as nothing."""

    TABS = ("all", "joined", "archived")

    q = forms.CharField(required=False, max_length=80)
    tab = forms.CharField(required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=10**6)

    def value(self, field: str, default: str) -> str:
        """A field's text, or `default` where it is missing or wrong."""
        self.is_valid()
        return str(self.cleaned_data.get(field) or default)

    @property
    def chosen_tab(self) -> str:
        tab = self.value("tab", "all")
        return tab if tab in self.TABS else "all"


class FindForm(forms.Form):
    """What the search page is asked for; an order that there is not counts as none."""

    q = forms.CharField(required=False, max_length=QUERY_LENGTH)
    sort = forms.ChoiceField(required=False, choices=[("relevance", ""), ("newest", "")])
    cursor = forms.CharField(required=False, max_length=200)

    def value(self, field: str) -> str:
        """A field's text, or none where it is missing or wrong."""
        self.is_valid()
        return str(self.cleaned_data.get(field) or "")


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
        label=_("Who may come in"),
        choices=[
            (Room.Kind.PUBLIC, _("Everyone: it is in the directory")),
            (Room.Kind.PRIVATE, _("Only people you let in")),
        ],
        initial=Room.Kind.PUBLIC,
        widget=forms.RadioSelect,
    )


class PlaceForm(forms.Form):
    """A page of the plain transcript: what comes before this message."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**53 - 1)
