"""The story, from two years ago to one: how it began with Deepa."""

from contacts.states import Circle
from demo.acts import (
    answers,
    drafts,
    keeps,
    learns,
    moves,
    needs_no_thanks,
    offers,
    pays,
    says_no,
    says_not_now,
    says_yes,
    sends,
    shares,
    thanks,
    thinks_better_of,
    wins,
)
from demo.people import CALL, EMAIL, GIFT, MEETING
from demo.stage import Scene, on

MARTA = [
    *on(
        720,
        "09:15",
        drafts(
            "first of Deepa",
            "Deepa Kaur",
            wanted="people with a workshop who do their books on Sundays, and hate it",
            note="The chair has held for a year now, so I dare to ask you something.",
        ),
        sends("first of Deepa"),
    ),
    *on(
        706,
        "19:40",
        offers(
            "Deepa Kaur",
            "Marta Oliveira",
            "marta@oliveiraceramics.example",
            "Dear Marta,\nyou said on Saturday that the tax folder gives you a stomach ache. "
            "Elena keeps mine. She explains it so that I understand, and she laughs at the right "
            "moments. Talk to her once, and you will sleep.\nDeepa",
            ask="first of Deepa",
        ),
    ),
    *on(
        705,
        "08:12",
        says_yes(
            "Marta Oliveira",
            sentence="The folder is green and I have not opened it since March.",
            reach_by="After four, when the kiln is closed",
        ),
    ),
    *on(
        703,
        "16:30",
        moves("Marta Oliveira", "talking"),
        keeps("Marta Oliveira", CALL, "Laughed about the green folder. Comes on Thursday."),
        learns(
            "Marta Oliveira",
            firm="Oliveira Ceramics",
            job="Potter",
            circle=Circle.CLOSE,
            note="Works with the radio on. Likes a hand-written card, keeps them on the kiln wall.",
        ),
    ),
    *on(
        702,
        "10:00",
        thanks(
            "Deepa Kaur",
            "Marta Oliveira",
            "card",
            "Dear Deepa, you found the one folder in Skåne that needed me most. Thank you.",
        ),
    ),
    *on(698, "15:00", moves("Marta Oliveira", "met")),
    *on(698, "15:05", keeps("Marta Oliveira", MEETING, "Opened the green folder together.")),
    *on(690, "11:20", moves("Marta Oliveira", "proposed")),
    *on(684, "09:40", wins("Marta Oliveira", 1400)),
    *on(
        683,
        "17:10",
        thanks("Deepa Kaur", "Marta Oliveira", "call", "Rang to tell. Shrieks.", business=True),
    ),
    *on(366, "14:00", pays("Marta Oliveira", 1500, "Annual accounts", through_referral=True)),
]

EDVIN = [
    *on(
        560,
        "20:05",
        shares(
            "Deepa Kaur",
            "Edvin Strand",
            "Edvin, you make the best knives in the county and the worst invoices. This is Elena, "
            "who can only help you with one of them.\nDeepa",
        ),
    ),
    *on(
        558,
        "21:30",
        says_yes(
            "Edvin Strand",
            email="edvin@strandknives.example",
            sentence="It is true about the invoices.",
        ),
    ),
    *on(
        556,
        "09:00",
        learns(
            "Edvin Strand",
            firm="Strand Knives",
            job="Knife maker",
            circle=Circle.CLOSE,
            note="Speaks little. What is said, is meant.",
        ),
    ),
    *on(555, "10:00", thanks("Deepa Kaur", "Edvin Strand", "gift", "A jar of the good honey.")),
    *on(553, "13:00", moves("Edvin Strand", "met")),
    *on(540, "10:30", moves("Edvin Strand", "proposed")),
    *on(531, "16:45", wins("Edvin Strand", 1150)),
    *on(
        530,
        "09:20",
        thanks(
            "Deepa Kaur",
            "Edvin Strand",
            "mail",
            "Dear Deepa,\n\nEdvin signed yesterday, with a pencil sharpened by one of the knives. "
            "You have an eye for people who fit together, chairs or not. Thank you.",
            business=True,
        ),
    ),
    *on(403, "09:00", drafts("taken back", "Deepa Kaur", wanted="somebody who sells at markets")),
    *on(403, "09:10", sends("taken back")),
    *on(402, "08:30", thinks_better_of("taken back")),
]

NORA = [
    *on(
        520,
        "12:10",
        offers(
            "Birgitta Holm",
            "Nora Sandgren",
            "nora@sandgrendye.example",
            "Nora, you asked who does my books. She does them well, and without noise.\nBirgitta",
        ),
    ),
    *on(519, "18:00", says_yes("Nora Sandgren", sentence="Without noise sounds good.")),
    *on(517, "11:00", learns("Nora Sandgren", firm="Sandgren Dye", job="Dyer")),
    *on(
        516,
        "11:30",
        thanks(
            "Birgitta Holm",
            "Nora Sandgren",
            "card",
            "Dear Birgitta, thank you for Nora. No noise about it, I promise.",
        ),
    ),
    *on(512, "14:00", moves("Nora Sandgren", "met")),
    *on(500, "10:15", wins("Nora Sandgren", 760)),
    *on(
        498,
        "10:00",
        needs_no_thanks(
            "Birgitta Holm", "Nora Sandgren", "Birgitta asked for no more fuss.", business=True
        ),
    ),
]

JOONA = [
    *on(
        450,
        "10:00",
        drafts(
            "first of Marta",
            "Marta Oliveira",
            wanted="somebody from the market hall who is about to start for themself",
            note="You said last week that half the market hall wants to start a firm.",
        ),
    ),
    *on(450, "10:05", sends("first of Marta")),
    *on(
        430,
        "18:50",
        offers(
            "Marta Oliveira",
            "Joona Lehtinen",
            "joona@lehtinenbread.example",
            "Hi Joona,\nbefore you buy the oven, speak to Elena. She will not tell you not to. "
            "She will tell you when.\nMarta",
            ask="first of Marta",
        ),
    ),
    *on(429, "05:50", says_yes("Joona Lehtinen", reach_by="Before six or after noon")),
    *on(427, "13:00", moves("Joona Lehtinen", "talking")),
    *on(
        427,
        "13:10",
        learns(
            "Joona Lehtinen",
            firm="Lehtinen Bread",
            job="Baker",
            circle=Circle.CLOSE,
            note="Bought the oven, but in January. Brings rye when things go well.",
        ),
    ),
    *on(423, "12:00", thanks("Marta Oliveira", "Joona Lehtinen", "card", "For Joona. And rye.")),
    *on(418, "14:30", moves("Joona Lehtinen", "met")),
    *on(411, "15:00", moves("Joona Lehtinen", "proposed")),
    *on(405, "13:30", wins("Joona Lehtinen", 2200)),
    *on(
        404,
        "09:30",
        thanks(
            "Marta Oliveira",
            "Joona Lehtinen",
            "mail",
            "Dear Marta,\n\nJoona and I start in the new year. When the first loaf comes out of "
            "the new oven, it is yours. Thank you for thinking of both of us.",
            business=True,
        ),
    ),
]

UNLUCKY = [
    *on(495, "20:30", shares("Pelle Nyström", "Axel", "Axel, ring Elena about the slipway.")),
    *on(494, "07:45", says_no("Axel")),
    *on(
        410,
        "22:15",
        offers(
            "Ruben Falk",
            "Conny",
            "conny@autumnleaves.example",
            "Conny! You have to meet Elena! She is wonderful with numbers!",
        ),
    ),
    *on(408, "12:00", says_not_now("Conny")),
    *on(
        390,
        "19:00",
        offers("Deepa Kaur", "Vera", "vera@slowthread.example", "Vera, just in case. Deepa"),
    ),
    *on(389, "10:10", says_no("Vera")),
]

WITHOUT_ANYBODY = [
    *on(700, "15:15", keeps("Deepa Kaur", GIFT, "Cardamom buns, for the accounts.")),
    *on(600, "16:00", keeps("Marta Oliveira", EMAIL, "She asks if a cat is deductible. No.")),
    *on(480, "11:00", answers("Ingrid Sandahl", 8, "Good and quick. The portal is ugly.")),
    *on(
        380,
        "18:30",
        answers("Oskar Wennberg", 9, "You found the mistake before the bank did."),
    ),
]

SCENES: list[Scene] = [*MARTA, *EDVIN, *NORA, *JOONA, *UNLUCKY, *WITHOUT_ANYBODY]
