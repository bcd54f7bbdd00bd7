"""The states in the docs are those of the code."""

from config.local.moves import MACHINES, PAGE, marked, with_states


def test_the_docs_show_the_moves_of_the_code() -> None:
    page = PAGE.read_text()

    assert with_states(page) == page, "`make fix` writes them anew"


def test_every_machine_has_its_place() -> None:
    assert marked(PAGE.read_text()) == list(MACHINES)
