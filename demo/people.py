"""Whom Elena knows best: what a person of the demo is, and the inner and close circles."""

from dataclasses import dataclass

from contacts.states import Circle, InteractionKind, Source

NOTE, CALL, MEETING = InteractionKind.NOTE, InteractionKind.CALL, InteractionKind.MEETING
EMAIL, GIFT, EVENT = InteractionKind.EMAIL, InteractionKind.GIFT, InteractionKind.EVENT

# When Elena began to keep her people here.
FIRST_DAY = 745


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is not the fruit of an introduction. Days count back from today."""

    name: str
    firm: str = ""
    job: str = ""
    email: str = ""
    phone: str = ""
    circle: str = Circle.WIDER
    source: str = Source.UNKNOWN
    note: str = ""
    added: int = FIRST_DAY
    customer_since: int | None = None
    met_through: str = ""
    # (days ago, kind, what was said)
    touches: tuple[tuple[int, str, str], ...] = ()
    # (days ago, whole euros, what for)
    paid: tuple[tuple[int, int, str], ...] = ()


INNER = [
    Person(
        "Deepa Kaur",
        "Kaur Upholstery",
        "Upholsterer",
        "deepa@kaurupholstery.example",
        "070-174 06 11",
        Circle.INNER,
        Source.EVENT,
        "Met at the craft fair in Höör, over a chair that would not come apart. "
        "Knows everybody who works with their hands between Lund and Kristianstad.",
        customer_since=2300,
        touches=(
            (640, MEETING, "Year-end at her kitchen table. Ravi made samosas, I gained a kilo."),
            (402, CALL, "Ravi broke a wrist. Moved the VAT day so she can sit with him."),
            (118, GIFT, "Brought the good scissors back, sharpened."),
            (12, MEETING, "Coffee in the workshop. She is thinking of taking an apprentice."),
        ),
        paid=((700, 2100, "Annual accounts"), (335, 2250, "Annual accounts")),
    ),
    Person(
        "Tomás Brandt",
        "Brandt & Son Joinery",
        "Joiner",
        "tomas@brandtjoinery.example",
        "070-174 06 12",
        Circle.INNER,
        Source.CAME_BACK,
        "Left for a bigger firm in 2019 and came back a year later with a cake. "
        "Prefers people from the building trade. Never ring before ten.",
        customer_since=2900,
        touches=(
            (520, MEETING, "Went through the new saw: lease, not buy. He was relieved."),
            (250, EMAIL, "Sent him Cecilia, who needs forty metres of shelves."),
            (96, EMAIL, "Sent him the Hanssons for their stairs. They have signed."),
            (8, CALL, "The tax letter was nothing. He said I had saved his weekend."),
        ),
        paid=((690, 3400, "Annual accounts and payroll"), (320, 3650, "Annual accounts, payroll")),
    ),
    Person(
        "Henrik Dahl",
        "Dahl & Ohlsson Law",
        "Lawyer for small firms",
        "henrik@dahlohlsson.example",
        "040-628 04 21",
        Circle.INNER,
        Source.EVENT,
        "Our partner firm. He does the contracts, we do the numbers. Lunch on first Tuesdays.",
        added=700,
        touches=(
            (560, MEETING, "Lunch. Agreed that each of us says plainly when we are too full."),
            (371, EMAIL, "Sent him Oskar, whose lease is a horror."),
            (180, EMAIL, "Sent him Greta and her brother: the farm has to be divided."),
            (33, NOTE, "He sent us four people, we sent him three. Keep it level."),
            (6, MEETING, "First Tuesday. He thinks a seller of motorcycles should talk to me."),
        ),
    ),
    Person(
        "Lotta Bergström",
        "Bergström Bicycles",
        "Owner",
        "lotta@bergstrombicycles.example",
        "070-174 06 14",
        Circle.INNER,
        Source.PASSING_BY,
        "Shop two doors down. Takes our parcels, mends my brakes, will not be paid for either.",
        customer_since=1900,
        touches=(
            (610, NOTE, "Spring is her madness. No questions between April and June."),
            (204, GIFT, "A jar of the plum jam, for the brakes."),
            (16, CALL, "She wants to know if an electric cargo bike can be written off. It can."),
        ),
        paid=((610, 1250, "Annual accounts"), (250, 1300, "Annual accounts")),
    ),
    Person(
        "Sigrid Almqvist",
        "Almqvist Glass",
        "Glass blower",
        "sigrid@almqvistglass.example",
        "070-174 06 15",
        Circle.INNER,
        Source.SOCIAL,
        "Our very first customer. The blue bowl on the shelf is hers. "
        "Lost her mother last winter; ring, do not write.",
        customer_since=3600,
        touches=(
            (470, CALL, "Her mother is ill. I said the books can wait, and they can."),
            (38, CALL, "A good long talk. She is blowing glass again, small things, blue."),
        ),
        paid=((655, 1600, "Annual accounts"), (290, 1600, "Annual accounts")),
    ),
]

CLOSE = [
    Person(
        "Ingrid Sandahl",
        "Sandahl Glazing",
        "Glazier",
        "ingrid@sandahlglazing.example",
        "070-174 06 16",
        Circle.CLOSE,
        Source.SEARCH,
        "Says what she thinks, and thinks before she says it.",
        customer_since=1200,
        touches=(
            (300, MEETING, "Quarter closed in an hour. Her folders are a joy."),
            (21, CALL, "Two new windows for the office, and a question about mileage."),
        ),
        paid=((480, 1450, "Annual accounts"), (120, 1500, "Annual accounts")),
    ),
    Person(
        "Pelle Nyström",
        "Nyström Boats",
        "Boat builder",
        "pelle@nystromboats.example",
        "070-174 06 17",
        Circle.CLOSE,
        Source.EVENT,
        "A hard autumn: the shed roof, then the knee. Leave Pelle in peace until spring.",
        customer_since=1500,
        touches=(
            (350, MEETING, "The insurance pays for the mast, not for the tears."),
            (44, GIFT, "Soup and the papers, both to the door."),
        ),
        paid=((500, 1800, "Annual accounts"), (140, 1850, "Annual accounts")),
    ),
    Person(
        "Ruben Falk",
        "Falk Signs",
        "Sign painter",
        "ruben@falksigns.example",
        "070-174 06 18",
        Circle.CLOSE,
        Source.SOCIAL,
        "Introduces people with all his heart, and rarely the right ones. The heart counts.",
        customer_since=900,
        touches=(
            (410, CALL, "Explained once more whom we can help. He wrote it on the wall."),
            (27, MEETING, "He painted our door sign. It is crooked in a good way."),
        ),
        paid=((365, 980, "Annual accounts"),),
    ),
    Person(
        "Anneli Lund",
        "Lund Ceramics Supply",
        "Owner",
        "anneli@lundceramics.example",
        "070-174 06 19",
        Circle.CLOSE,
        Source.SEARCH,
        "Wants things on the day. Fair enough.",
        customer_since=800,
        touches=((52, EMAIL, "Sent the quarter's report, a week late. Said sorry."),),
        paid=((420, 2400, "Bookkeeping, first half"), (60, 2600, "Bookkeeping, first half")),
    ),
    Person(
        "Oskar Wennberg",
        "Wennberg Coffee",
        "Roaster",
        "oskar@wennbergcoffee.example",
        "070-174 06 20",
        Circle.CLOSE,
        Source.PASSING_BY,
        "Roasts on Thursdays; the whole street knows. Daughter Tuva starts school this year.",
        customer_since=1100,
        touches=(
            (371, CALL, "The lease. Told him to see Henrik before he signs anything."),
            (30, MEETING, "Stock-taking, with samples."),
        ),
        paid=((385, 1700, "Annual accounts"), (22, 1750, "Annual accounts")),
    ),
    Person(
        "Maj-Britt Åkesson",
        "Åkesson Garden",
        "Gardener",
        "majbritt@akessongarden.example",
        "046-211 30 04",
        Circle.CLOSE,
        Source.CAME_BACK,
        "Seventy-one and not stopping. Prints every e-mail.",
        customer_since=2700,
        touches=(
            (240, GIFT, "She brought dahlias. I brought the tax return. Fair trade."),
            (41, CALL, "Read the letter from the bank to her on the phone. All is well."),
        ),
        paid=((560, 900, "Annual accounts"), (195, 900, "Annual accounts")),
    ),
    Person(
        "Yusuf Demir",
        "Demir Tailoring",
        "Tailor",
        "yusuf@demirtailoring.example",
        "070-174 06 21",
        Circle.CLOSE,
        Source.SEARCH,
        "Mended my winter coat without being asked. Two shops now, one worry each.",
        customer_since=1000,
        touches=(
            (155, MEETING, "Opening the second shop: cash-flow for a year, on one page."),
            (35, CALL, "The second shop pays for itself since last month."),
        ),
        paid=((400, 1900, "Annual accounts"), (150, 1200, "Plan for a second shop")),
    ),
    Person(
        "Greta Lindahl",
        "Lindahl Farm Dairy",
        "Cheese maker",
        "greta@lindahldairy.example",
        "070-174 06 22",
        Circle.CLOSE,
        Source.EVENT,
        "Farm shared with a brother who does not answer letters. Henrik is on it.",
        customer_since=1300,
        touches=((64, MEETING, "Farm visit. Eleven goats, one spreadsheet, no Wi-Fi."),),
        paid=((430, 2050, "Annual accounts"), (75, 2150, "Annual accounts")),
    ),
    Person(
        "Samir Haddad",
        "Haddad Clocks",
        "Clockmaker",
        "samir@haddadclocks.example",
        "070-174 06 23",
        Circle.CLOSE,
        Source.PASSING_BY,
        "Always on time, which is only right.",
        customer_since=600,
        touches=((18, CALL, "All receipts in, three days early. Told him he is my favourite."),),
        paid=((330, 1150, "Annual accounts"),),
    ),
    Person(
        "Cecilia Ros",
        "Ros Books & Paper",
        "Bookseller",
        "cecilia@rosbooks.example",
        "070-174 06 24",
        Circle.CLOSE,
        Source.SOCIAL,
        "Reads the footnotes of the annual report. Found a mistake once, and was kind about it.",
        customer_since=700,
        touches=(
            (260, CALL, "Needs shelves. Told her about Tomás."),
            (25, EMAIL, "Sent the list of what to keep for seven years. She will frame it."),
        ),
        paid=((310, 1350, "Annual accounts"),),
    ),
]
