"""Who brought whom: the people behind somebody, as a page and as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import wrap
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from businesses.models import Business
from contacts.models import Contact
from desk.people.listing import page_of
from desk.requests import DeskRequest
from desk.worth import in_words
from insights.attribution import bringers, credited_to, rule_in_words, who_brought
from insights.lineage import MOST_SHOWN, Person, Tree, tree_of

# In the picture's own units.
STEP, ROW, WIDE, HIGH, EDGE = 240, 58, 200, 44, 12
LONGEST = 24
# The rule below a picture that stands alone: its lines, and how wide one letter is at most.
LINE, LETTER = 18, 7
NARROWEST = 2 * STEP


@dataclass(frozen=True, slots=True)
class Box:
    """Somebody in the picture, with the line from whoever brought them."""

    person: Person
    name: str
    money: str
    x: int
    y: int
    line: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of what is said below the picture."""

    words: str
    y: int


@dataclass(frozen=True, slots=True)
class Picture:
    """The tree from left to right, a generation a column; what the sums in it say is `rule`."""

    boxes: Sequence[Box]
    width: int
    height: int
    more: int
    rule: str
    # Only where it stands alone: beside it, a page says the same.
    lines: Sequence[Line] = ()


@require_safe
def lineage(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """The tree behind somebody, with what each branch brought, and the rule beside it."""
    contact = get_object_or_404(Contact, pk=id)
    tree = tree_of(contact, business=request.business)
    credited = credited_to(contact, business=request.business)
    shown = _shown(tree)
    context = {
        "contact": contact,
        "tree": tree,
        "generations": [
            [(one, in_words(one.branch, request.business), _also(one, tree)) for one in row]
            for row in ([one for one in row if one.id in shown] for row in tree.by_generation)
            if row
        ],
        "picture": picture_of(tree, request.business),
        "direct": in_words(credited.direct, request.business),
        "through": in_words(credited.through, request.business),
        "whole": in_words(tree.root.branch, request.business),
        "rule": credited.rule,
    }
    return render(request, "desk/people/lineage.html", context)


@require_safe
def who_brought_whom(request: DeskRequest, slug: str) -> HttpResponse:
    """Who brings business: those who sent somebody, by name, with what came of it."""
    business = request.business
    page = page_of(bringers(), request, {})
    rows = [
        (one, in_words(one.direct, business), in_words(one.through, business))
        for one in who_brought(page.people, business=business)
    ]
    context = {"rows": rows, "page": page, "rule": rule_in_words(business)}
    return render(request, "desk/people/who_brought.html", context)


@require_safe
def picture(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """The picture alone, to be kept or printed."""
    contact = get_object_or_404(Contact, pk=id)
    tree = tree_of(contact, business=request.business)
    alone = _with_the_rule(picture_of(tree, request.business), request.business)
    context = {"picture": alone, "contact": contact, "alone": True}
    return render(
        request, "desk/people/_lineage.svg", context, content_type="image/svg+xml; charset=utf-8"
    )


def picture_of(tree: Tree, business: Business) -> Picture:
    """Each one beside whoever brought them, and in the middle of whom they brought."""
    shown = _shown(tree)
    height_at: dict[UUID, int] = {}
    rows = _set_rows(tree.root, shown, height_at)
    boxes = []
    for key in shown:
        person = tree.people[key]
        x, y = EDGE + person.generation * STEP, EDGE + height_at[key]
        line = ""
        if person.parent is not None:
            from_x, from_y = x - STEP + WIDE, EDGE + height_at[person.parent] + HIGH // 2
            middle, to_y = (from_x + x) // 2, y + HIGH // 2
            line = f"M{from_x} {from_y}C{middle} {from_y} {middle} {to_y} {x} {to_y}"
        money = "" if person.branch.is_nothing else in_words(person.branch, business)
        boxes.append(Box(person, _short(person.name), _short(money, 30), x, y, line))
    wide = max(tree.people[key].generation for key in shown)
    return Picture(
        boxes,
        2 * EDGE + wide * STEP + WIDE,
        2 * EDGE + rows * ROW - (ROW - HIGH),
        len(tree.people) - len(shown),
        f"Under each name stands what came through {tree.root.name} from them and everybody behind"
        f" them, before it is shared; under {tree.root.name}, with what they paid themselves.",
    )


def _with_the_rule(picture: Picture, business: Business) -> Picture:
    """The picture with the rule in words below it, so that it can be shown to somebody alone."""
    width = max(picture.width, NARROWEST)
    words = wrap(f"{rule_in_words(business)} {picture.rule}", (width - 2 * EDGE) // LETTER)
    lines = [Line(each, picture.height + LINE * number) for number, each in enumerate(words, 1)]
    height = picture.height + LINE * len(words) + EDGE
    return replace(picture, width=width, height=height, lines=lines)


def _set_rows(root: Person, shown: dict[UUID, Person], height_at: dict[UUID, int]) -> int:
    """A row for each who brought nobody, the others between theirs; how many rows there are."""
    rows = 0
    waiting: list[tuple[Person, bool]] = [(root, False)]
    while waiting:
        person, is_seen = waiting.pop()
        children = [child for child in person.children if child.id in shown]
        if not children:
            height_at[person.id] = rows * ROW
            rows += 1
        elif is_seen:
            ends = [height_at[child.id] for child in (children[0], children[-1])]
            height_at[person.id] = sum(ends) // 2
        else:
            waiting.append((person, True))
            waiting += [(child, False) for child in reversed(children)]
    return rows


def _shown(tree: Tree) -> dict[UUID, Person]:
    """The nearest of them, as many as anybody would look at."""
    return dict(list(tree.people.items())[:MOST_SHOWN])


def _also(person: Person, tree: Tree) -> Sequence[str]:
    return [tree.people[key].name for key in person.also_by if key in tree.people]


def _short(words: str, longest: int = LONGEST) -> str:
    return words if len(words) <= longest else f"{words[: longest - 1]}…"
