"""When letters may leave, minute by minute, round every change of the clocks until 2037."""

from zoneinfo import available_timezones

from tests.faults.findings import Findings
from tests.faults.ground import Ground
from tests.faults.wall_clocks import (
    ODD,
    USUAL,
    at_any_instant,
    distinct_rules,
    minute_by_minute,
    some_instant,
)
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
    findings.say("zones", f"{len(zones)}, with {len(rules)} sets of rules")
    findings.say("changes", f"{changes}, 2024 to 2037, three days round each")
    findings.say("minutes", f"{compared:,} compared with an oracle that looks at each")
    findings.say("instants", f"{instants:,} in any zone, with any hours")
    del findings.broken[20:]
    return findings
