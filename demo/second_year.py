"""The story, from a year ago to two months ago: the circle grows a generation."""

from contacts.states import Circle
from demo.acts import (
    answers,
    asks_how_it_was,
    does,
    drafts,
    keeps,
    learns,
    lends_words,
    loses,
    moves,
    nobody_comes_to_mind,
    offers,
    pays,
    plans,
    publishes_words,
    says_no,
    says_not_now,
    says_yes,
    sends,
    shares,
    takes_back,
    thanks,
    thanks_for_words,
    wants_no_asks,
    wins,
)
from demo.people import CALL, EMAIL, GIFT, MEETING
from demo.stage import Scene, on
from introductions.states import Hears

THEO = [
    *on(
        360,
        "17:20",
        shares(
            "Henrik Dahl",
            "Theo Nyberg",
            "Theo, the contract for the brewery is done. The next thing you need is somebody who "
            "reads the numbers in it. I send all my clients to Elena.\nHenrik",
        ),
    ),
    *on(
        359,
        "09:05",
        says_yes("Theo Nyberg", email="theo@nybergbrewing.example", phone="070-174 06 41"),
    ),
    *on(
        357,
        "10:00",
        learns(
            "Theo Nyberg",
            firm="Nyberg Brewing",
            job="Brewer",
            note="Two partners, one temper. Always send both the same letter.",
        ),
    ),
    *on(357, "12:15", thanks("Henrik Dahl", "Theo Nyberg", "gift", "Lunch was on us.")),
    *on(352, "14:00", moves("Theo Nyberg", "met")),
    *on(345, "09:30", moves("Theo Nyberg", "proposed")),
    *on(338, "16:00", wins("Theo Nyberg", 6400)),
    *on(337, "08:45", thanks("Henrik Dahl", "Theo Nyberg", "call", business=True)),
    *on(
        70,
        "10:00",
        pays("Theo Nyberg", 3200, "Bookkeeping and excise, half a year", through_referral=True),
    ),
]

TURE = [
    *on(
        330,
        "13:00",
        shares(
            "Ingrid Sandahl",
            "Ture Olsson",
            "Ture, you asked. Here she is. She does not write long letters, and neither do you.\n"
            "Ingrid",
        ),
    ),
    *on(329, "18:40", says_yes("Ture Olsson", phone="070-174 06 42", reach_by="Just ring")),
    *on(
        328,
        "09:10",
        keeps("Ture Olsson", CALL, "Four minutes, everything said."),
        does("Ture Olsson", "follow_up"),
        learns("Ture Olsson", firm="Olsson Windows", job="Window maker", note="Has no e-mail."),
    ),
    *on(
        328,
        "09:30",
        thanks(
            "Ingrid Sandahl",
            "Ture Olsson",
            "mail",
            "Dear Ingrid,\n\nI have just rung Ture. It took four minutes and we both enjoyed "
            "them. Thank you for putting us together.",
        ),
    ),
    *on(320, "15:00", moves("Ture Olsson", "met")),
    *on(301, "11:10", wins("Ture Olsson", 1300)),
    *on(
        300,
        "10:00",
        thanks("Ingrid Sandahl", "Ture Olsson", "card", "Ture pays in a day.", business=True),
    ),
    *on(80, "14:30", pays("Ture Olsson", 1350, "Annual accounts", through_referral=True)),
]

ALVA = [
    *on(
        250,
        "20:20",
        offers(
            "Deepa Kaur",
            "Alva Persson",
            "alva@perssonsails.example",
            "Alva, you mend sails and I mend sofas, and both of us forget to send the bill. "
            "Elena does not forget. When the season is over, talk to her.\nDeepa",
        ),
    ),
    *on(249, "12:00", says_not_now("Alva Persson", until=215)),
    *on(213, "19:15", says_yes("Alva Persson", sentence="The season is over. Here I am.")),
    *on(
        211,
        "09:00",
        learns("Alva Persson", firm="Persson Sails", job="Sail maker", note="At sea in summer."),
    ),
    *on(
        210,
        "10:30",
        thanks(
            "Deepa Kaur",
            "Alva Persson",
            "card",
            "Dear Deepa, Alva came back on the very day. Only you could have known.",
        ),
    ),
    *on(205, "13:00", moves("Alva Persson", "met")),
    *on(196, "09:45", moves("Alva Persson", "proposed")),
    *on(188, "15:20", wins("Alva Persson", 2650)),
    *on(
        187,
        "18:00",
        thanks(
            "Deepa Kaur",
            "Alva Persson",
            "public",
            "Told the whole table at the guild dinner whom we owe half our customers to.",
            business=True,
        ),
    ),
]

FRIDA = [
    *on(
        150,
        "17:45",
        shares(
            "Marta Oliveira",
            "Frida Lindgren",
            "Frida, I know you think bookkeepers are grey. Come and see the cards on my kiln "
            "wall: they are all from mine.\nMarta",
        ),
    ),
    *on(
        148,
        "22:05",
        says_yes("Frida Lindgren", email="frida@lindgrenprints.example", hears=Hears.MET),
    ),
    *on(
        146,
        "10:10",
        learns("Frida Lindgren", firm="Lindgren Prints", job="Print maker", note="Pays in prints?"),
    ),
    *on(
        145,
        "09:00",
        thanks(
            "Marta Oliveira",
            "Frida Lindgren",
            "mail",
            "Dear Marta,\n\nFrida came to see whether I am grey. We talked until six. "
            "Thank you, also for the wall.",
        ),
    ),
    *on(143, "16:00", moves("Frida Lindgren", "met")),
    *on(134, "11:00", moves("Frida Lindgren", "proposed")),
    *on(121, "14:50", wins("Frida Lindgren", 2900)),
    *on(
        120,
        "10:20",
        thanks(
            "Marta Oliveira",
            "Frida Lindgren",
            "card",
            "Dear Marta, one more for the wall. Thank you for Frida.",
            business=True,
        ),
    ),
]

INGA = [
    *on(
        180,
        "23:10",
        shares("Ruben Falk", "Inga Moberg", "Inga!! The books! Elena! You will love it!"),
    ),
    *on(178, "08:00", says_yes("Inga Moberg", email="inga@mobergchoir.example")),
    *on(176, "12:00", thanks("Ruben Falk", "Inga Moberg", "call", "He was so happy.")),
    *on(170, "15:30", moves("Inga Moberg", "met")),
    *on(
        170,
        "16:00",
        learns(
            "Inga Moberg",
            firm="Moberg Choir",
            job="Treasurer",
            circle=Circle.PASSING,
            note="A choir, not a workshop. Lovely, but not for us; sent to the county's advisers.",
        ),
    ),
    *on(160, "09:30", loses("Inga Moberg", "not_a_fit")),
]

UNLUCKY = [
    *on(333, "11:00", shares("Birgitta Holm", "Maja", "Maja, this is who does my books. B.")),
    *on(331, "15:00", takes_back("Maja")),
    *on(300, "21:30", shares("Ruben Falk", "Berit", "Berit, this is it! This is the one!")),
    *on(
        285,
        "22:00",
        offers("Ruben Falk", "Kent", "kent@wronghouse.example", "Kent, you need this!"),
    ),
    *on(285, "22:03", takes_back("Kent")),
    *on(
        260,
        "16:10",
        offers(
            "Henrik Dahl",
            "Roland",
            "roland@leavemebe.example",
            "Roland, after the matter with the auditors I would talk to Elena.",
        ),
    ),
    *on(259, "06:30", says_no("Roland", never=True)),
    *on(
        240,
        "09:30",
        drafts("second of Ingrid", "Ingrid Sandahl", person="Lars at the glass museum"),
        sends("second of Ingrid"),
    ),
    *on(
        236,
        "12:30",
        offers(
            "Ingrid Sandahl",
            "Lars",
            "lars@glasshouse.example",
            "Lars, Elena would like to meet you. I think it is worth an hour.",
            ask="second of Ingrid",
        ),
    ),
    *on(
        205,
        "10:40",
        drafts(
            "only of Birgitta",
            "Birgitta Holm",
            wanted="weavers and dyers who have just begun",
            note="I hope the new loom has settled in.",
        ),
        sends("only of Birgitta"),
    ),
    *on(200, "08:20", wants_no_asks("Birgitta Holm")),
    *on(
        190,
        "09:00",
        drafts("of Ruben", "Ruben Falk", wanted="somebody with a workshop, two to ten people"),
        sends("of Ruben"),
    ),
    *on(186, "13:15", nobody_comes_to_mind("of Ruben")),
    *on(
        125,
        "11:30",
        drafts("of Henrik", "Henrik Dahl", wanted="heirs of a workshop who want to keep it"),
        sends("of Henrik"),
    ),
]

CARE = [
    *on(332, "09:40", asks_how_it_was("Deepa Kaur")),
    *on(330, "12:00", answers("Deepa Kaur", 10, "Because you ask about Ravi before the receipts.")),
    *on(222, "11:00", pays("Joona Lehtinen", 2400, "First year", through_referral=True)),
    *on(
        330,
        "12:05",
        lends_words("Deepa Kaur", "They ask about Ravi before they ask about the receipts."),
    ),
    *on(329, "08:45", publishes_words("Deepa Kaur")),
    *on(328, "10:30", thanks_for_words("Deepa Kaur", "call", "We laughed about the receipts.")),
    *on(252, "09:30", asks_how_it_was("Marta Oliveira")),
    *on(250, "16:20", answers("Marta Oliveira", 10, "I never have to worry.")),
    *on(250, "16:25", lends_words("Marta Oliveira", "I never have to worry.", "first_name")),
    *on(249, "08:30", publishes_words("Marta Oliveira")),
    *on(246, "12:00", thanks_for_words("Marta Oliveira", "card")),
    *on(
        180,
        "10:00",
        learns(
            "Marta Oliveira",
            firm="Oliveira Ceramics",
            job="Potter",
            circle=Circle.INNER,
            note="Works with the radio on. Likes a hand-written card, keeps them on the kiln wall.",
        ),
    ),
    *on(140, "19:30", answers("Yusuf Demir", 8, "Very good. I would like to see you more often.")),
    *on(130, "14:10", answers("Katarina Blom", 7, "Careful work. Answers can take a few days.")),
    *on(
        86,
        "07:50",
        answers("Amira Nasser", 6, "Two people rang me about the same receipt."),
    ),
    *on(
        85,
        "09:00",
        keeps("Amira Nasser", CALL, "Said sorry. From now on only Nadia rings.", by="Nadia"),
        does("Amira Nasser", "put_right", by="Nadia"),
    ),
    *on(90, "20:10", answers("Joona Lehtinen", 9, "You said January. January was right.")),
    *on(150, "11:00", plans("Kjell Persson", "follow_up", "Ask how the lad decided", in_days=30)),
    *on(118, "11:15", does("Kjell Persson", "follow_up")),
    *on(160, "13:00", keeps("Edvin Strand", EMAIL, "Sent the reminder about the fair's fee.")),
    *on(104, "09:20", keeps("Nora Sandgren", MEETING, "Blue hands, black numbers.")),
    *on(92, "15:00", keeps("Theo Nyberg", MEETING, "Excise duty, with both partners this time.")),
    *on(79, "10:00", keeps("Ture Olsson", CALL, "Three minutes. A new record.")),
    *on(74, "16:40", keeps("Alva Persson", GIFT, "Brought back a lamp made of a mast top.")),
]

SCENES: list[Scene] = [*THEO, *TURE, *ALVA, *FRIDA, *INGA, *UNLUCKY, *CARE]
