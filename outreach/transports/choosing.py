"""Which way out the settings say."""

from django.conf import settings

from outreach.transports.base import Transport
from outreach.transports.http import HttpTransport
from outreach.transports.smtp import SmtpTransport


def chosen_transport() -> Transport:
    """The provider of EMAIL_PROVIDER by HTTP; without one, the server of EMAIL_URL by SMTP."""
    return HttpTransport() if settings.EMAIL_PROVIDER else SmtpTransport()
