"""The pages' process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kakou.config.settings")
application = get_wsgi_application()
