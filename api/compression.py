"""gzip on the way out: on a village's thin line a page should weigh a third of its text.

Knows nothing of routes and files. `Packable` is content that is packed once and answered many times;
`init_app` packs what the API answers to a GET.
"""

import gzip
import hashlib

from flask import Flask, Response, request

# Below this the packing saves no packet.
LEAST_BYTES = 1024


class Packable:
    """Content with its packed form and its ETag, made once.

    The tag is a weak one: it stands for the content, whether it travels packed or not.
    """

    def __init__(self, content: bytes, mimetype: str, *, pack: bool = True):
        self.content, self.mimetype = content, mimetype
        # mtime=0 makes the same bytes in every worker.
        self.packed = gzip.compress(content, 9, mtime=0) if pack else None
        self.tag = hashlib.sha256(content).hexdigest()[:32]

    def response(self) -> Response:
        """The answer to this request; 304 where the client has the content already."""
        if self.packed is not None and _takes_gzip():
            response = Response(self.packed, mimetype=self.mimetype, headers={"Content-Encoding": "gzip"})
        else:
            response = Response(self.content, mimetype=self.mimetype)
        if self.packed is not None:
            response.vary.add("Accept-Encoding")
        response.set_etag(self.tag, weak=True)
        # Looked at again each time: a page and its modules must be of one version, and a 304 costs next to nothing.
        response.headers["Cache-Control"] = "no-cache"
        return response.make_conditional(request)


def _takes_gzip() -> bool:
    return request.accept_encodings.quality("gzip") > 0


def init_app(app: Flask) -> None:
    """Pack the JSON that a GET answers. Its ETag stays as it is: clients send it back in If-Match.

    Answers to other methods are left alone: those carry tokens and invitations, and the packed length of a secret
    beside text of a stranger's choice tells of the secret (the BREACH attack).
    """
    @app.after_request
    def compress(response: Response):
        if (request.method != "GET" or response.mimetype != "application/json" or response.is_streamed
                or "Content-Encoding" in response.headers):
            return response
        response.vary.add("Accept-Encoding")
        data = response.get_data()
        if response.status_code == 200 and len(data) >= LEAST_BYTES and _takes_gzip():
            response.set_data(gzip.compress(data, 5, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
        return response
