"""Four racers win the same 500 referrals, follow them up, and give what was earned, at once."""

from businesses import clock
from tests.faults.findings import Findings
from tests.faults.firms import Firm
from tests.faults.ground import Ground
from tests.faults.wishes import Wishes
from tests.rewards.racing import CEILING, RACERS, race_for, some_referrals

PROMISE = "one reward for one cause, under one ceiling, and each code once"
REFERRALS = 500
# So many by each, that the ceiling of a year is met.
BY_EACH = 10


def run(ground: Ground, wishes: Wishes) -> Findings:
    findings = Findings(PROMISE)
    firm = Firm("Rewards")
    count = wishes.times or REFERRALS
    referrals = some_referrals(firm.business, clock.now(), count, max(1, count // BY_EACH))

    found = race_for(firm.business, referrals, clock.now())

    findings.say("referrals", f"{count}, each won, followed up and rewarded by {RACERS} at once")
    findings.say("rewards", f"{found.rewards}: {dict(sorted(found.closed.items()))}")
    findings.say("most", f"{found.most_for_one} for one person; the ceiling is {CEILING}")
    findings.expect(not found.strange, f"something strange: {found.strange[:3]}")
    findings.expect(
        found.rewards == found.expected == found.told,
        f"{found.rewards} rewards and {found.told} events in place of {found.expected}",
    )
    findings.expect(not found.codes_astray, f"{found.codes_astray} codes went astray")
    findings.expect(found.most_for_one <= CEILING, "the ceiling did not hold")
    findings.expect(set(found.closed) <= {"given", "void"}, "not all were settled")
    return findings
