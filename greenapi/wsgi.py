"""The WSGI application, for servers that speak only WSGI.

There the feed's `wait` is answered at once with what there is: only `greenapi.asgi` can wait without keeping a thread.
"""

import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Request(WSGIRequest):
    """A request whose address is UTF-8, whatever charset it names for its body.

    Django would read the query by that charset, and fail before anything could answer: Python also knows charsets that
    are none of texts, such as `hex`.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:
            self.content_type, self.content_params = "", {}


class Handler(WSGIHandler):
    request_class = Request


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greenapi.settings")
django.setup(set_prefix=False)

application = Handler()
