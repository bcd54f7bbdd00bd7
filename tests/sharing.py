"""How the tests are shared out between processes (`pytest -n`): a module goes to one, whole.

What many tests stand on is then made once. The marks of pytest-xdist's own `--dist loadgroup` go
unheard under pytest 9.2 (pytest-dev/pytest-xdist#1386): without a word, every test went anywhere.
"""

import os

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Folders that go to one process whole, because their tests share a product or the demo. What
# takes longest comes first, so that what is short fills the gaps at the end.
WHOLE = {
    "tests/journeys/": "journeys",
    "tests/browser/": "demo",
    "tests/demo/": "demo",
    "tests/local/": "local",
}
_RANKS = {part: rank for rank, part in enumerate(dict.fromkeys(WHOLE.values()))}


def part_of(test: str) -> str:
    """The tests that stay together with this one have the same part."""
    for folder, part in WHOLE.items():
        if test.startswith(folder):
            return part
    return test.partition("::")[0]


class Sharing(LoadScopeScheduling):
    """Gives each process a part at a time, in the order of the tests."""

    def _split_scope(self, nodeid: str) -> str:
        return part_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    return Sharing(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first. One process alone keeps the order of the folders."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: _RANKS.get(part_of(item.nodeid), len(_RANKS)))
