"""Looks at a page as it is laid out on a phone and at a desk, in light and dark."""

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

PHONE: ViewportSize = {"width": 360, "height": 640}
DESK: ViewportSize = {"width": 1280, "height": 900}
# In this order, so that the first two looks are at both sizes and in both schemes.
LOOKS: list[tuple[ViewportSize, Literal["light", "dark"]]] = [
    (PHONE, "light"),
    (DESK, "dark"),
    (PHONE, "dark"),
    (DESK, "light"),
]
GRAVE = ("serious", "critical")

_AXE = Axe().axe_script
# Contrast is most of axe's work. When a scheme is seen again, at the other size, it is measured
# where text is drawn otherwise than it was, or was not to be seen. No other rule is about colours.
_LOOK = """async scheme => {
    const elements = [...document.querySelectorAll("body *")];
    const drawn = elements.map(element => {
        if (!element.checkVisibility({ visibilityProperty: true })) return "";
        const { color, fontSize, fontWeight } = getComputedStyle(element);
        const said = [color, fontSize, fontWeight];
        for (let behind = element; behind; behind = behind.parentElement) {
            const { backgroundColor, backgroundImage, opacity } = getComputedStyle(behind);
            said.push(backgroundColor, backgroundImage, opacity);
        }
        return said.join();
    });
    const before = (window.drawnIn ??= {})[scheme];
    window.drawnIn[scheme] = drawn;
    let found = [];
    if (!before) {
        found = (await axe.run({ resultTypes: ["violations"] })).violations;
    } else {
        const anew = elements.filter((_, place) => drawn[place] && drawn[place] !== before[place]);
        if (anew.length) found = (await axe.run(anew, { runOnly: ["color-contrast"] })).violations;
    }
    return found.map(({ id, impact, nodes }) => ({
        rule: id, impact, where: nodes.map(node => node.target.join(" "))
    }));
}"""


class Reader:
    """Somebody who opens pages and looks at each in every way."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._complaints: list[str] = []
        page.on("console", lambda said: self._hear(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self._hear(str(error)))

    def _hear(self, text: str) -> None:
        # The browser says so of every answer such as 404, at which the tests look themselves.
        if "status of 4" not in text:
            self._complaints.append(text)

    def open(self, address: str, status: int = 200) -> None:
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == status

    def faults(self) -> list[str]:
        """What is wrong with the page: in a size, in a scheme, or by what the browser said.

        A breach of the Content-Security-Policy, or a script that fails, is said there.
        """
        found: list[str] = []
        self.page.evaluate(_AXE)
        for size, scheme in LOOKS:
            self.page.set_viewport_size(size)
            self.page.emulate_media(color_scheme=scheme)
            here = f"{size['width']} {scheme}"
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            if wide > size["width"]:
                found.append(f"{here}: {wide} wide")
            found += [
                f"{here}: {one['rule']} at {', '.join(one['where'])}"
                for one in self.page.evaluate(_LOOK, scheme)
                if one["impact"] in GRAVE
            ]
        return found + self.complaints()

    def complaints(self) -> list[str]:
        """What the browser said since it was last asked."""
        found = [*self._complaints]
        self._complaints.clear()
        return found
