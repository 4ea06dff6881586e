"""Pages alone, without the live signal: what `runserver` uses. In service, `cite.asgi` is the entry."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cite.settings")

application = get_wsgi_application()
