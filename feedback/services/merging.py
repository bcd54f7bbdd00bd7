"""What feedback does when two entries become one person."""

from contacts.merging import Merge
from feedback.models import Feedback, FeedbackRequest, Testimonial
from feedback.services.testimonials import withdraw_testimonial


def absorb_answers(*, merge: Merge) -> None:
    """All that both answered. Of two testimonials the one that is published stays, else the later:
    a person has one."""
    both = [merge.kept, merge.dropped]
    live = Testimonial.objects.filter(contact__in=both, withdrawn_at=None).order_by("id")
    best = max(live, key=lambda one: (one.is_published, one.given_at), default=None)
    for testimonial in live:
        if testimonial != best:
            withdraw_testimonial(testimonial=testimonial, now=merge.now)
    for model in (Feedback, FeedbackRequest, Testimonial):
        model._default_manager.filter(contact=merge.dropped).update(contact=merge.kept)
