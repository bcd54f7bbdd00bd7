"""What becomes of rewards when two entries become one person."""

from contacts.merging import Merge
from rewards.models import Reward
from rewards.services.settling import void_reward

ONCE = "The same person gets it once."


def absorb_rewards(*, merge: Merge) -> None:
    """What both earned is one person's. Nobody gets the same twice: of two for one cause, one that
    is still open is void."""
    for theirs in Reward.objects.filter(contact=merge.dropped).order_by("id"):
        alike = Reward.objects.filter(
            person_key=merge.kept.pk,
            trigger=theirs.trigger,
            cause_id=theirs.cause_id,
            rule_key=theirs.rule_key,
        ).first()
        if alike is not None:
            # It keeps the key that it has, by which it is another than the one beside it.
            for second in (theirs, alike):
                if second.is_open and alike.state != "void" and theirs.state != "void":
                    void_reward(reward=second, reason=ONCE, by=merge.by, now=merge.now)
                    break
            continue
        theirs.person_key = merge.kept.pk
        theirs.save(update_fields=["person_key"])
    Reward.objects.filter(contact=merge.dropped).update(contact=merge.kept)
