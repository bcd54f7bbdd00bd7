"""Words an advocate can send or print as they are, with the link to their own page in them."""

from dataclasses import dataclass

from businesses.models import Business
from guests.drafting import within_sentence


@dataclass(frozen=True, slots=True)
class ReadyWords:
    """One text, where it belongs, and the id of its field on the page."""

    key: str
    label: str
    text: str


def ready_words(*, host: str, business: Business, url: str, disclosure: str) -> list[ReadyWords]:
    """For a mail, a message on the phone, and a post that everybody sees.

    Each says what is disclosed: whoever reads it knows it before they press anything.
    """
    firm = f"{host} from {business.name}" if business.name and business.name != host else host
    what = within_sentence(business.tagline)
    known = f"{firm} ({what})" if what else firm
    mail = (
        f"Hello,\n\nyou may like to meet {known}. I know {host} and would send any friend there.\n"
        f"Here you can read more, say who you are, and I introduce you:\n{url}\n\n{disclosure}"
    )
    phone = f"You may like to meet {known}. Here I introduce you: {url} {disclosure}"
    post = (
        f"If you are looking for {what or 'somebody good'}: I know {firm} and would send any "
        f"friend there. Write to me, or come by this page and I introduce you: {url} {disclosure}"
    )
    return [
        ReadyWords("mail", "For a mail", mail),
        ReadyWords("phone", "For a message on the phone", phone),
        ReadyWords("post", "For a post", post),
    ]
