"""Where uploaded files are kept: the data folder, or a bucket of S3 or of something that speaks like it."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from site_config import env


def file_storage(folder: Path) -> dict[str, Any]:
    """An entry of Django's STORAGES: the bucket TERTULIA_S3_BUCKET where one is named, else `folder`."""
    bucket = env.text("TERTULIA_S3_BUCKET")
    if not bucket:
        options: dict[str, Any] = {
            "location": folder,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
            # As in a bucket: what a killed process had half written must not keep its name from who does it again.
            "allow_overwrite": True,
        }
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured("TERTULIA_S3_BUCKET is set: install what requirements/s3.txt names.")
    options = {
        "bucket_name": bucket,
        "location": env.text("TERTULIA_S3_PREFIX"),
        "region_name": env.text("TERTULIA_S3_REGION") or None,
        "endpoint_url": env.text("TERTULIA_S3_ENDPOINT") or None,
        # Without these two, boto3 looks where it always does: its own variables and files, the machine's role.
        "access_key": env.text("TERTULIA_S3_ACCESS_KEY") or None,
        "secret_key": env.text("TERTULIA_S3_SECRET_KEY") or None,
        "default_acl": None,
        "file_overwrite": True,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
