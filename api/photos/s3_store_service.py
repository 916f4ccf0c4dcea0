"""Where the bytes of photos lie when they lie in an S3-compatible store; needs the extra `s3` (boto3).

An object appears whole or not at all, and is durable once its store has said so. The original is put on the condition
that there is none, so that what was kept is never written over, and with its SHA-256, which the store checks.
"""

import base64
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from api.errors import Unavailable

log = logging.getLogger("zhucun.photos")

# A store that does not answer must not hold a worker for minutes; the phone comes again.
_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3},
                 s3={"addressing_style": "path"})
_MISSING = ("404", "NoSuchKey", "NotFound")
_THERE_ALREADY = ("412", "PreconditionFailed")


class S3PhotoStore:
    """Photos in a bucket: the original under its hash, what is served beside it, as `PhotoStore` does in a folder.

    `address` is s3://bucket/prefix; `endpoint` the store's own address, or empty for AWS; `folder` a local one, where
    processes take turns to decode.
    """

    def __init__(self, address: str, endpoint: str, folder: Path):
        parts = urlsplit(address)
        self.folder, self._bucket, self._prefix = folder, parts.netloc, parts.path.strip("/")
        self._client = _client(endpoint)

    def holds(self, sha256: str) -> bool:
        """Whether the original is there. Raises Unavailable where the store does not answer, as all of these do."""
        with _faults():
            return self._ask("head_object", self._key(sha256)) is not None

    def keep(self, sha256: str, data: bytes, sizes: dict[str, bytes]) -> None:
        """Store a photo with its served sizes, durably; an original that is there already stays."""
        with _faults():
            for name, made in sizes.items():
                self._client.put_object(Bucket=self._bucket, Key=self._key(sha256, name), Body=made,
                                        ContentType="image/jpeg")
            # The original last: where it is, the rest is.
            try:
                self._client.put_object(
                    Bucket=self._bucket, Key=self._key(sha256), Body=data, IfNoneMatch="*",
                    ChecksumSHA256=base64.b64encode(bytes.fromhex(sha256)).decode())
            except ClientError as error:
                if _code(error) not in _THERE_ALREADY:
                    raise

    def read_original(self, sha256: str) -> bytes | None:
        with _faults():
            return self._read(self._key(sha256))

    def read_served(self, sha256: str, size: str) -> bytes | None:
        """What is served of a photo, if it was kept."""
        with _faults():
            return self._read(self._key(sha256, size))

    def _key(self, sha256: str, size: str | None = None) -> str:
        name = sha256 if size is None else f"{sha256}.{size}.jpg"
        return "/".join(filter(None, (self._prefix, sha256[:2], sha256[2:4], name)))

    def _read(self, key: str) -> bytes | None:
        answer = self._ask("get_object", key)
        return None if answer is None else answer["Body"].read()

    def _ask(self, operation: str, key: str) -> dict | None:
        try:
            return getattr(self._client, operation)(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if _code(error) in _MISSING:
                return None
            raise


@lru_cache(maxsize=4)
def _client(endpoint: str):
    # Keys and region come from where boto3 looks for them: AWS_ACCESS_KEY_ID and the like, or its files.
    return boto3.client("s3", endpoint_url=endpoint or None, config=_CONFIG)


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


@contextmanager
def _faults() -> Iterator[None]:
    """A store that fails is nobody's refusal: the phone keeps its photo and comes again."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        log.error("the photo store failed", exc_info=error)
        raise Unavailable(headers={"Retry-After": "30"}) from None
