"""Whom I ignore."""

from django.http import HttpResponse
from ninja import Router

from chat import access, encoding, selectors
from chat.api.auth import Request
from chat.api.shapes import Person, Shape, Username, sent
from chat.services import people

router = Router(tags=["Mine"])
ONE = "/me/ignored/{username}"


class Ignored(Shape):
    """In order of username."""

    people: list[Person]


@router.get("/me/ignored", response=Ignored, summary="People whom I ignore")
def list_ignored(request: Request) -> HttpResponse:
    return sent({"people": [encoding.person(row) for row in selectors.ignored(request.auth)]})


@router.put(ONE, response={204: None}, summary="Ignore a person")
def ignore(request: Request, username: Username) -> HttpResponse:
    """They call me nowhere and begin no conversation with me, and are not told. Pages fold away what they write."""
    people.set_ignored(user=request.auth, person=access.find_person(username), on=True)
    return HttpResponse(status=204)


@router.delete(ONE, response={204: None}, summary="Ignore a person no longer")
def hear_again(request: Request, username: Username) -> HttpResponse:
    """Also one whose account has ended."""
    people.set_ignored(user=request.auth, person=access.find_ignored(request.auth, username), on=False)
    return HttpResponse(status=204)
