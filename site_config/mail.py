"""How letters are sent: by a mail server, or onto the terminal."""

from typing import Any

from site_config import env


def mailer(host: str) -> dict[str, Any]:
    """An entry of Django's MAILERS: the server where one is named, else the terminal."""
    if not host:
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    options = {
        "host": host,
        "port": env.integer("TERTULIA_SMTP_PORT", 587, least=1),
        "username": env.text("TERTULIA_SMTP_USER"),
        "password": env.text("TERTULIA_SMTP_PASSWORD"),
        "use_tls": env.boolean("TERTULIA_SMTP_TLS", True),
        "timeout": 10,
    }
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}
