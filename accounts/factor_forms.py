"""The forms of the second factor: codes of an app, recovery codes, passkeys."""

import json
from struct import error as StructError  # noqa: N812 - it is an error
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import Look, bound, shown_name

CODE_LONGEST = 20
NAME_LONGEST = 60
# What the libraries fall over where a browser's answer is none.
GARBLED = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, StructError, TypeError, ValueError)


class Code(Look):
    """Asks for a code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code")
        code.widget.attrs.update(inputmode="numeric", autocapitalize="none", spellcheck="false", dir="ltr")
        bound(code, CODE_LONGEST)


class AuthenticateForm(Code, codes.AuthenticateForm):
    pass


class ReauthenticateForm(Code, codes.ReauthenticateForm):
    pass


class ActivateForm(Code, totp.ActivateTOTPForm):
    pass


class Answer:
    """Takes what a browser says of a passkey; whatever can't be read is refused like a passkey that does not fit."""

    def full_clean(self) -> None:
        try:
            super().full_clean()  # type: ignore[misc]
        except GARBLED:
            self.add_error("credential", get_adapter().validation_error("incorrect_code"))  # type: ignore[attr-defined]


class AddPasskeyForm(Answer, Look, passkeys.AddWebAuthnForm):
    """Every key is a passkey: it signs in by itself, so it knows whom it belongs to and asks that it is them."""

    passwordless = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")
        self.fields["name"].widget.attrs["dir"] = "auto"
        bound(self.fields["name"], NAME_LONGEST)

    def clean_passwordless(self) -> bool:
        return True

    def clean_name(self) -> str:
        return shown_name(super().clean_name(), NAME_LONGEST)

    def clean_credential(self) -> Any:
        credential = self.cleaned_data["credential"]
        if "\\u0000" in json.dumps(credential):  # no database keeps it
            raise get_adapter().validation_error("incorrect_code")
        return credential


class RenamePasskeyForm(Look, passkeys.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")
        self.fields["name"].widget.attrs["dir"] = "auto"
        bound(self.fields["name"], NAME_LONGEST)

    def clean_name(self) -> str:
        return shown_name(self.cleaned_data["name"], NAME_LONGEST)


class LoginPasskeyForm(Answer, passkeys.LoginWebAuthnForm):
    pass


class ShowPasskeyForm(Answer, passkeys.AuthenticateWebAuthnForm):
    pass


class ConfirmPasskeyForm(Answer, passkeys.ReauthenticateWebAuthnForm):
    pass
