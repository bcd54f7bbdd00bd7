"""What feedback holds of somebody who is erased."""

from datetime import datetime

from django.db.models import Q

from activity.models import Event
from contacts.models import Contact
from feedback.models import Feedback, FeedbackRequest, Testimonial
from feedback.services.testimonials import withdraw_testimonial
from outreach.services import end_links


def forget_answers(*, contact: Contact, cause: Event, now: datetime) -> None:
    """Their number stays, without a word; what was published is taken down."""
    Feedback.objects.filter(contact=contact).update(why="", wish="")
    for testimonial in Testimonial.objects.filter(contact=contact, withdrawn_at=None):
        withdraw_testimonial(testimonial=testimonial, now=now)
    requests = FeedbackRequest.objects.filter(contact=contact)
    asked = Q(subject_label="feedbackrequest", subject_id__in=requests.values("pk"))
    end_links(asked, contact, now)
