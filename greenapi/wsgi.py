"""The WSGI application, for servers that speak only WSGI.

There the feed's `wait` is answered at once with what there is: only `greenapi.asgi` can wait without keeping a thread.
"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greenapi.settings")

application = get_wsgi_application()
