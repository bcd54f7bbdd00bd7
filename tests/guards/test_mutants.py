"""The list of `make faults SUITE=mutants` does not rot: the texts are there, and the tests."""

import re

import pytest

from tests.database import ROOT
from tests.faults.mutant_list import MUTANTS, Mutant
from tests.faults.mutants import DoesNotFit, mutated


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_what_a_mutant_leaves_out_is_there_once_and_is_tested(mutant: Mutant) -> None:
    whole = (ROOT / mutant.file).read_text()

    assert mutated(whole, mutant) != whole
    assert mutant.tests
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text(), re.MULTILINE), test


def test_a_text_that_is_gone_or_there_twice_is_no_mutant() -> None:
    one = MUTANTS[0]

    for whole in ("", one.old * 2):
        with pytest.raises(DoesNotFit):
            mutated(whole, one)
