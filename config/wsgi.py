"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from businesses.tenancy import refuse_unfit_role  # noqa: E402  (Django must be set up first)

refuse_unfit_role()
