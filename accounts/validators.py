"""The checks of `names` in the form that Django's and allauth's fields ask for."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import names


def validate_username(value: str) -> None:
    try:
        clean = names.clean_username(value)
    except ValueError as error:
        raise ValidationError(str(error), code="invalid") from error
    if clean != value:
        raise ValidationError(_("Please write this username as “%(name)s”."), code="invalid", params={"name": clean})


def validate_display_name(value: str) -> None:
    try:
        names.clean_name(value, longest=names.DISPLAY_NAME_LONGEST)
    except ValueError as error:
        raise ValidationError(str(error), code="invalid") from error


USERNAME_VALIDATORS = [validate_username]
