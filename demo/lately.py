"""The story, from two months ago to this minute: what Today is about."""

from contacts.states import Circle
from demo.acts import (
    answers,
    asks_how_it_was,
    comes,
    drafts,
    is_sent,
    is_unknown,
    keeps,
    learns,
    lends_words,
    loses,
    moves,
    offers,
    pays,
    plans,
    plans_next,
    publishes_words,
    reopens,
    says_not_now,
    says_yes,
    sends,
    shares,
    thanks,
    thanks_for_words,
    wins,
)
from demo.calendar import THIS_MINUTE
from demo.people import CALL, GIFT, MEETING
from demo.stage import Scene, on
from introductions.states import Hears

HUGO = [
    *on(
        110,
        "09:40",
        drafts(
            "of Pelle",
            "Pelle Nyström",
            wanted="people by the water who build or mend things",
            note="No hurry at all, and none if the knee hurts.",
        ),
        sends("of Pelle"),
    ),
    *on(
        62,
        "21:00",
        offers(
            "Pelle Nyström",
            "Hugo Renberg",
            "hugo@renbergropes.example",
            "Hugo, you make rope the way it was made two hundred years ago, and you keep your "
            "books the same way. Elena can help with the second without touching the first.\n"
            "Pelle",
            ask="of Pelle",
        ),
    ),
    *on(61, "07:30", says_yes("Hugo Renberg", sentence="Two hundred and ten, but yes.")),
    *on(59, "10:00", thanks("Pelle Nyström", "Hugo Renberg", "gift", "Soup, twice.")),
    *on(
        58,
        "13:00",
        learns("Hugo Renberg", firm="Renberg Ropes", job="Rope maker", circle=Circle.CLOSE),
    ),
    *on(52, "14:00", moves("Hugo Renberg", "met")),
    *on(52, "14:10", keeps("Hugo Renberg", MEETING, "A rope walk of ninety metres. I ran it.")),
    *on(30, "09:00", loses("Hugo Renberg", "timing")),
    *on(15, "12:20", reopens("Hugo Renberg")),
    *on(15, "12:25", keeps("Hugo Renberg", CALL, "The order from Gothenburg came after all.")),
    *on(5, "10:30", moves("Hugo Renberg", "proposed")),
    *on(5, "10:35", plans_next("Hugo Renberg", "Hear what Gothenburg says", 7, 4200)),
]

ELLEN = [
    *on(
        48,
        "19:55",
        offers(
            "Deepa Kaur",
            "Ellen Fors",
            "ellen@forsmattresses.example",
            "Ellen, now that there are three of you, somebody has to count. Elena counts for me, "
            "and I have never slept better. From a maker of mattresses to be, that is praise.\n"
            "Deepa",
        ),
    ),
    *on(
        47,
        "08:30",
        says_yes("Ellen Fors", sentence="We are four now.", hears=Hears.MET),
    ),
    *on(
        46,
        "09:15",
        learns(
            "Ellen Fors",
            firm="Fors Mattresses",
            job="Founder",
            circle=Circle.CLOSE,
            note="Decides slowly, then at once.",
        ),
    ),
    *on(
        46,
        "09:30",
        thanks(
            "Deepa Kaur",
            "Ellen Fors",
            "card",
            "Dear Deepa, Ellen says they are four now. You are growing half of Lund for me.",
        ),
    ),
    *on(40, "13:30", moves("Ellen Fors", "met")),
    *on(33, "13:30", keeps("Ellen Fors", MEETING, "Lay on three mattresses. Bought none yet.")),
    *on(20, "16:15", moves("Ellen Fors", "proposed")),
    *on(0, "08:40", wins("Ellen Fors", 1850)),
]

JONAS = [
    *on(
        4,
        "18:20",
        offers(
            "Marta Oliveira",
            "Jonas Weber",
            "jonas@webermodels.example",
            "Dear Jonas,\nyou told me at the market that your receipts live in a shoe box. Elena "
            "has kept my books for two years, she explains things so that I understand them, and "
            "she has never once made me feel stupid. I think you two would get on.\nMarta",
        ),
    ),
    *on(
        3,
        "12:10",
        says_yes(
            "Jonas Weber",
            sentence="It is two shoe boxes by now.",
            reach_by="Mail is fine, or ring after five",
        ),
    ),
    *on(2, "16:50", moves("Jonas Weber", "talking")),
    *on(
        1,
        "14:00",
        moves("Jonas Weber", "met"),
        keeps("Jonas Weber", MEETING, "Both boxes are on our table. Five people, one cat."),
        learns(
            "Jonas Weber",
            firm="Weber Models",
            job="Model maker",
            note="Builds towns at 1:200. Wants somebody who looks at small things closely.",
        ),
        plans("Jonas Weber", "follow_up", "Jonas would like a proposal this week", in_days=1),
    ),
    *on(1, "14:20", plans_next("Jonas Weber", "Show the two layouts", 6, 2400)),
]

SENT = [
    *on(42, "11:50", is_sent("Leif Ottosson", "070-174 06 43", taken_by="Nadia")),
    *on(30, "10:00", moves("Leif Ottosson", "not_now")),
    *on(
        2,
        "15:20",
        is_sent("Nour Saleh", "070-174 06 44", by="Deepa Kaur", taken_by="Nadia"),
        keeps("Nour Saleh", CALL, "Paints theatre sets. Deepa sent her.", by="Nadia"),
    ),
    *on(1, "09:10", thanks("Deepa Kaur", "Nour Saleh", "call", "She had bet on it.")),
    *on(
        2,
        "11:40",
        offers(
            "Henrik Dahl",
            "Stefan Rask",
            "stefan@raskmotorcycles.example",
            "Stefan, the purchase contract stands. Before you sign, let Elena look at what the "
            "spare parts are worth.\nHenrik",
        ),
    ),
    *on(1, "09:00", says_yes("Stefan Rask", phone="070-174 06 45")),
    *on(1, "16:00", thanks("Henrik Dahl", "Stefan Rask", "call", "First Tuesday works.")),
]

WAITING = [
    *on(
        20,
        "18:30",
        shares(
            "Deepa Kaur",
            "Minna",
            "Minna, not now, I know, you are moving. But keep this for after the boxes.\nDeepa",
        ),
    ),
    *on(19, "21:10", says_not_now("Minna", until=-25)),
    *on(
        9,
        "09:20",
        drafts(
            "first of Joona",
            "Joona Lehtinen",
            wanted="somebody in the market hall with more orders than evenings",
            note="The rye on Friday was the best yet. One question, if I may.",
        ),
        sends("first of Joona"),
    ),
    *on(
        6,
        "17:05",
        shares(
            "Henrik Dahl",
            "Paul",
            "Paul, you inherit a print shop and its cupboard of receipts. This is who I would "
            "open the cupboard with.\nHenrik",
        ),
    ),
    *on(
        5,
        "19:10",
        offers(
            "Marta Oliveira",
            "Dorotea",
            "dorotea@goldenthimble.example",
            "Dorotea, you make robes for three theatres and write the bills on napkins. Elena "
            "can read napkins.\nMarta",
        ),
    ),
    *on(
        4,
        "09:30",
        drafts(
            "third of Ingrid",
            "Ingrid Sandahl",
            wanted="builders who have taken on their first employee",
            note="Thank you for the mileage question; it saved three others.",
        ),
        sends("third of Ingrid"),
    ),
    *on(
        1,
        "19:30",
        offers(
            "Joona Lehtinen",
            "Signe Björkman",
            "signe@bjorkmanhoney.example",
            "Signe, you have more bees than hours. Elena told me when to buy the oven; she will "
            "tell you when to buy the second truck.\nJoona",
            ask="first of Joona",
        ),
    ),
    *on(
        0,
        "09:05",
        drafts("next of Henrik", "Henrik Dahl", wanted="sisters and brothers who share a firm"),
    ),
    *on(0, THIS_MINUTE, says_yes("Signe Björkman", sentence="Forty hives. Help.")),
]

BY_LINK = [
    *on(
        30,
        "18:00",
        comes("Joona Lehtinen", "Aksel Holm", "aksel@holm.example", "We met at a market, I think."),
    ),
    *on(29, "07:00", is_unknown("Aksel Holm")),
    *on(
        9,
        "20:10",
        comes(
            "Pelle Nyström",
            "Runa Vik",
            "runa@vikboats.example",
            "Pelle taught me to splice. I have two boats, one shed and no ledger.",
        ),
    ),
    *on(
        1,
        "12:20",
        comes(
            "Joona Lehtinen",
            "Nils Ek",
            "nils@eknursery.example",
            "We share a delivery van on Fridays. I look for somebody before the spring.",
        ),
    ),
]

CARE = [
    *on(45, "10:10", keeps("Edvin Strand", MEETING, "The fair was good. He sold out of paring.")),
    *on(28, "07:10", keeps("Joona Lehtinen", GIFT, "Rye, still warm. Things go well.")),
    *on(13, "15:45", keeps("Marta Oliveira", CALL, "The big kiln is back. So is the radio.")),
    *on(9, "09:10", asks_how_it_was("Tomás Brandt")),
    *on(7, "18:10", answers("Tomás Brandt", 10, "You saved my weekend, and the one before.")),
    *on(
        7,
        "18:15",
        lends_words("Tomás Brandt", "You saved my weekend, and the one before.", "initials"),
    ),
    *on(6, "08:20", publishes_words("Tomás Brandt")),
    *on(5, "11:40", thanks_for_words("Tomás Brandt", "call", "He blushed, I think.")),
    *on(
        2,
        "17:00",
        plans(
            "Oskar Wennberg",
            "ask",
            "Perhaps ask Oskar: the lease is signed, and everybody drinks coffee there",
            in_days=2,
        ),
    ),
    *on(40, "10:00", pays("Edvin Strand", 2100, "Annual accounts", through_referral=True)),
    *on(26, "11:00", pays("Joona Lehtinen", 640, "Payroll, half a year", through_referral=True)),
    *on(14, "09:50", pays("Marta Oliveira", 2650, "Annual accounts", through_referral=True)),
    *on(1, "11:25", answers("Anneli Lund", 5, "The invoice was late twice.")),
]

SCENES: list[Scene] = [*HUGO, *ELLEN, *JONAS, *SENT, *WAITING, *BY_LINK, *CARE]
