"""When letters may leave, minute by minute, round every change of the clocks until 2037.

And when steps of plans fall due there, and letters to two people leave.
"""

import random
from collections.abc import Sequence
from zoneinfo import available_timezones

from tests.faults.findings import Findings
from tests.faults.ground import Ground
from tests.faults.wall_clocks import (
    ODD,
    USUAL,
    Rules,
    at_any_instant,
    distinct_rules,
    minute_by_minute,
    some_instant,
)
from tests.faults.wall_clocks_of_plans import steps_round, together_round
from tests.faults.wishes import Wishes

INSTANTS = 10_000


def run(ground: Ground, wishes: Wishes) -> Findings:
    """No server takes part: this is reckoning alone."""
    findings = Findings(promise="never in quiet hours, never early, once a local day")
    chance = wishes.chance()
    rules = distinct_rules()
    changes = compared = 0
    for one in rules:
        for change in one.changes:
            changes += 1
            for hours in (USUAL, chance.choice(ODD)):
                compared += minute_by_minute(hours, one.zone, change, findings.broken.append)
    zones = sorted(available_timezones())
    instants = wishes.times or INSTANTS
    for _ in range(instants):
        at_any_instant(*some_instant(chance, zones), findings.broken.append)
    _plans_and_pairs(rules, chance, findings)
    findings.say("zones", f"{len(zones)}, with {len(rules)} sets of rules")
    findings.say("changes", f"{changes}, 2024 to 2037, three days round each")
    findings.say("minutes", f"{compared:,} compared with an oracle that looks at each")
    findings.say("instants", f"{instants:,} in any zone, with any hours")
    del findings.broken[20:]
    return findings


def _plans_and_pairs(rules: Sequence[Rules], chance: random.Random, findings: Findings) -> None:
    """Steps of plans, and letters to somebody there and somebody elsewhere."""
    steps = letters = 0
    for one in rules:
        for change in one.changes:
            hours, elsewhere = chance.choice([USUAL, *ODD]), chance.choice(rules).zone
            zones = (one.zone, elsewhere) if chance.random() < 0.5 else (elsewhere, one.zone)
            steps += steps_round(hours, one.zone, change, chance, findings.broken.append)
            letters += together_round(hours, zones, change, chance, findings.broken.append)
    findings.say("steps", f"{steps:,} of plans, round each change")
    findings.say("pairs", f"{letters:,} letters to two people in two zones, round each change")
