"""Files on their way into a message."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import File, Form, Router
from ninja.files import UploadedFile
from pydantic import Field

from chat import access, encoding
from chat.api.auth import Request
from chat.api.messages import Attachment
from chat.api.shapes import Body, sent
from chat.errors import NotFound
from chat.models import Upload
from chat.protocol.commands import Text
from chat.services import uploads

router = Router(tags=["Uploads"])
Id = Annotated[Text, Field(examples=["5f0c9d0e-4c49-4a6b-8f5e-0d9a3c5f7b21"])]


class Words(Body):
    alt: Annotated[Text, Field(description="What it shows, in words.")] = ""


class Description(Body):
    alt: Annotated[Text, Field(description="What it shows, in words.", examples=["The plan of the house"])]


@router.post("/uploads", response={201: Attachment}, summary="Upload a file")
def upload(request: Request, file: File[UploadedFile], words: Form[Words]) -> HttpResponse:
    """Before the message that it goes with is sent; who sends none loses it after a day.

    The type is what the content is; a picture is written anew, without what cameras write into it.
    """
    return _the_upload(uploads.store(user=request.auth, file=file, alt=words.alt), 201)


@router.get("/uploads/{id}", response=Attachment, summary="An upload")
def get_upload(request: Request, id: Id) -> HttpResponse:  # noqa: A002
    return _the_upload(access.find_upload(request.auth, _id(id)))


@router.patch("/uploads/{id}", response=Attachment, summary="Describe my upload in words")
def describe_upload(request: Request, id: Id, description: Description) -> HttpResponse:  # noqa: A002
    """While it is not sent."""
    return _the_upload(uploads.describe(user=request.auth, upload_id=_id(id), alt=description.alt))


@router.delete("/uploads/{id}", response={204: None}, summary="Remove my upload")
def discard_upload(request: Request, id: Id) -> HttpResponse:  # noqa: A002
    """While it is not sent."""
    uploads.discard(user=request.auth, upload_id=_id(id))
    return HttpResponse(status=204)


def _the_upload(upload: Upload, status: int = 200) -> HttpResponse:
    return sent(encoding.attachment(upload.facts()), status)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no such upload.", field="id") from None
