"""Who is here: people by name, and a search among them. Email addresses are no part of it."""

from collections.abc import Collection

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower

from accounts.folding import Fold, fold
from accounts.models import User


def find_person(username: str) -> User | None:
    """The active person of that name, in any case."""
    return User.objects.filter(username__iexact=username, is_active=True).first()


def people_of(usernames: Collection[str]) -> dict[str, int]:
    """The ids of the people of these names, by the name in lower case."""
    if not usernames:
        return {}
    found = User.objects.annotate(place=Lower("username")).filter(place__in={name.lower() for name in usernames})
    return dict(found.values_list("place", "pk"))


def search_people(query: str = "", *, after: str = "") -> QuerySet[User]:
    """Active people in order of username, those after `after`.

    `query`: a part of the username or the display name, whatever its case and accents.
    """
    people = User.objects.filter(is_active=True).annotate(place=Lower("username")).order_by("place")
    if query:
        people = people.alias(one=Fold("username"), other=Fold("display_name"))
        people = people.filter(Q(one__contains=fold(query)) | Q(other__contains=fold(query)))
    return people.filter(place__gt=Lower(Value(after))) if after else people
