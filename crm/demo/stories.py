"""What happened with each customer, told by hand; it fits what truths.py plants in his orders."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    ago: int  # days before today
    kind: str
    people: tuple[int, ...]  # places in names.PEOPLE
    text: str
    wants: str = ""
    why: str = ""
    can_we: str = ""
    decision: str = ""
    # (by, what, due so many days after today, done): a due day before today and not done is overdue
    promises: tuple[tuple[str, str, int, bool], ...] = ()
    pinned: bool = False
    private: bool = False
    author: str = ""  # where it is not the rep of that time


STORIES = {
    "TRO-NOR": [
        Told(1490, "visit", (0, 4), "First visit in Tromsø. Knut hands purchasing over to Ingrid and shows "
             "the rental tents: two rolls of repair tape go into each of them."),
        Told(980, "meeting", (0, 3), "Assortment for the polar season. Wax and headlamps before the first "
             "snow, or not at all: after Christmas nobody buys.",
             wants="Ski wax in the first week of October, every year.",
             why="The clubs order for all their members in October.",
             can_we="Yes, if ordered by 10 September.", decision="Reserve 300 bottles each August."),
        Told(640, "email", (0,), "Told Ingrid that the Aurora 350 ends and the Aurora 400 follows. She takes "
             "the last 350 for the rental and changes over at once."),
        Told(402, "claim", (2,), "Pallet 1.9 m high; Marte could not put it into the rack and had to repack "
             "by hand.",
             promises=(("us", "Pallets for Tromsø no higher than 1.6 m, note on the packing order", -380, True),)),
        Told(214, "call", (0,), "@Ingrid Solheim wants a satellite beacon for ski guides.",
             wants="Satellite beacon, two a month to begin with.",
             why="A guide was lost for a night in March; the guides' association now asks for one.",
             can_we="S2 is ready in May.", decision="Two samples free of charge, then regular."),
        Told(118, "rumour", (3,), "Øyvind has seen a local brand's thermos at two sports shops in Tromsø, 15 "
             "% below ours. They have stopped taking our 0.75 l."),
        Told(44, "gift", (0, 2), "Cloudberry jam from us to the warehouse, for the repacked pallets. Marte "
             "wrote back the same day."),
        Told(15, "call", (0,), "@Ingrid Solheim wants the reflective vest before the dark season; satellite beacons go well "
             "with the guides. Asked again about the thermos: price, not quality.",
             promises=(("us", "Offer for the thermos 0.75 l at 200 pieces", 3, False),
                       ("them", "Sell-out of the headlamps since September", 6, False))),
        Told(900, "gift", (4,), "Knut retires. A head torch with his name on it; he will wear it to the shed, he says."),
        Told(61, "note", (1,), "Lars asked that nobody congratulates him: he has his reasons. Noted for good.",
             private=True),
        Told(22, "chat", (0,), "Photograph of our shelf from @Ingrid Solheim: the top row is empty, and it is not "
             "winter yet.", promises=(("us", "Shelf plan for the second shop", -3, True),)),
    ],
    "BGO-FJE": [
        Told(918, "meeting", (0, 1), "Handover from Jonas, in Bergen, with lunch at the harbour. Torbjørn "
             "wants one person to call, not two."),
        Told(300, "call", (0,), "The ferry line proofs its crew jackets each quarter; Fjellheim delivers the "
             "wash-in."),
        Told(33, "call", (0,), "Rainiest autumn for years, ponchos are going. Wants colours beyond blue.",
             wants="Poncho in orange.", why="The harbour office asks for a visible colour.",
             can_we="From 500 pieces on.", decision="Ask the factory; answer next week.",
             promises=(("us", "Answer on the orange poncho", -4, False),)),
        Told(383, "meeting", (0, 1), "Year's talk in Bergen with @Torbjørn Eide: he hands more and more over to Sigrid, but "
             "wants to be asked before anything large."),
    ],
    "STO-GRA": [
        Told(1210, "visit", (0, 1), "Annual talk. Discount 24 % against a yearly volume, checked each "
             "August."),
        Told(520, "email", (1,), "Oskar's sheet: we are number two in headlamps in his shops, number one in "
             "merino."),
        Told(96, "call", (0, 2), "Closed August with a large order to reach the volume bonus, as each year. "
             "September will be thin.", pinned=True),
        Told(22, "meeting", (1, 2), "Winter catalogue is printed. Maja wants the summer items by May at the "
             "latest.", promises=(("us", "Photographs of the summer items", 19, False),)),
        Told(371, "call", (3,), "First call with @Elin Nyström in her new chair in Stockholm. Knows our range by heart, "
             "and our delivery times, too."),
    ],
    "UME-LAP": [
        Told(700, "call", (0,), "The upper secondary school runs a survival course; one fire steel for each "
             "pupil."),
        Told(70, "chat", (0,), "Hunting season, he is in the woods. Will order when the snow comes."),
        Told(820, "call", (1,), "Elin compares each line with last year's before she orders. Found an error of ours, "
             "too; credited."),
        Told(408, "email", (1,), "Elin says goodbye: she goes to Granskog in Stockholm. Per-Anders will order himself until "
             "he finds somebody.", pinned=True),
    ],
    "OUL-KAR": [
        Told(360, "visit", (0, 1), "Mikko turns sixty and has no successor. Sled-dog farms still buy the "
             "cord."),
        Told(196, "rumour", (0,), "A chain from the south is said to talk with Mikko about taking over."),
        Told(104, "call", (0,), "Aino orders only what is sold already. Baskets are half of last year's.",
             wants="Smaller packs and longer payment.", why="The stock must look small for the sale.",
             can_we="Payment yes, packs no.", decision="60 days until the year's end."),
        Told(29, "call", (1,), "Mikko: \u201cwait until January\u201d. Nobody decides there now.",
             pinned=True, promises=(("them", "Who buys next year: Mikko tells us", 40, False),)),
        Told(27, "note", (1,), "Between us: if the sale comes, the chain's buyer decides. Ask in the south who that is, "
             "without naming Mikko.", private=True),
    ],
    "MUC-BER": [
        Told(1350, "meeting", (0, 1), "Standing rule: an order each second Monday morning. Andreas came "
             "straight from the wall."),
        Told(588, "email", (1,), "Changed to the Aurora 400 for all shops; the last 350 sold at a discount "
             "of theirs."),
        Told(262, "fair", (0,), "Saw the solar lantern on our stand and took six home.",
             promises=(("us", "Test sheet of the solar lantern", -250, True),)),
        Told(12, "call", (1,), "Skins are selling early, snow down to 900 m. Repair workshop needs seam "
             "sealer as ever.", promises=(("us", "Confirm 80 pairs of skins for December", 1, False),)),
        Told(74, "note", (0,), "Idea: a set of repair tape, cord and laces for their mountain huts. Ask Katharina when the "
             "season is over."),
    ],
    "BRN-STE": [
        Told(870, "visit", (0,), "His cousin's surplus shops take a carton of sporks with each order. Do not "
             "ask why."),
        Told(150, "call", (1,), "Spent the rest of the budget in June, order twice as large as usual. July "
             "is quiet."),
        Told(26, "email", (0, 1), "Probes and skins complete for the winter; asks for the new price list "
             "before 15 December.", promises=(("us", "Price list in francs", 21, False),)),
        Told(1290, "visit", (0, 2), "Walter showed the garage where it began, with six rucksacks. Urs has heard it before "
             "and listens again."),
        Told(334, "note", (2,), "Walter Aeschlimann died on Sunday, eighty-one. Wreath and a card by hand."),
        Told(333, "call", (0,), "Condolences to @Urs Aeschlimann. He talked for half an hour, about his father and not about "
             "business."),
    ],
    "GNB-ALP": [
        Told(104, "claim", (0, 1), "Caps of the 1 l bottle leak: one lot, about half of it. Photographs came "
             "by chat.", promises=(("us", "Take back the lot and replace it", -88, True),)),
        Told(80, "call", (0,), "Replacement arrived; Camille is content that we did not argue."),
        Told(17, "chat", (0,), "Campsites already ask for tent pegs for spring. Odd, but regular."),
    ],
    "KRK-TAT": [
        Told(700, "meeting", (0, 1), "Taken over from Jonas. Growing by a sixth a year; money is always "
             "tight."),
        Told(170, "call", (1,), "Wants satellite beacons for the Tatra guides, two at a time."),
        Told(21, "call", (0, 1), "Third shop opens in Nowy Targ in spring.", wants="60 days instead of 30.",
             why="The new shop ties up his cash.", can_we="Up to EUR 20 000.",
             decision="45 days, seen again in June.",
             promises=(("us", "Contract with the new terms", -2, False),
                       ("them", "Opening day of the new shop", 30, False))),
    ],
    "PRG-HOR": [
        Told(480, "visit", (0,), "The brewery museum engraves our small carabiners as key rings. Tried the "
             "beer, too."),
        Told(150, "rumour", (1,), "Camp lanterns now come from a Chinese web shop, at half our price. No "
             "more from us."),
        Told(38, "email", (1,), "Order plan for the winter: mats and mugs, as usual."),
    ],
    "ATH-THA": [
        Told(420, "call", (1,), "Season was good on the islands. Nikos wants the hammocks in March already."),
        Told(190, "claim", (0,), "Second late delivery in a row; the ferry to the islands left without our "
             "boxes.", promises=(("us", "Call two days before each shipment", -170, True),)),
        Told(41, "call", (0,), "Nobody answers the telephone; Eleni writes that Nikos is in hospital. "
             "Get-well card.", pinned=True, promises=(("us", "Call Eleni again", -9, False),)),
    ],
    "EDI-GLE": [
        Told(1100, "visit", (0, 1), "Rescue teams wear out boot laces; Fiona would hear of it within a week "
             "if they ran out."),
        Told(240, "call", (1,), "March order placed: budget used to the last pound, more than twice a usual "
             "one."),
        Told(31, "meeting", (0,), "Over tea: merino for rescue teams with their badge.",
             wants="Badge on 200 base kits.", why="The teams get a grant until March.",
             can_we="Yes, 6 weeks.", decision="Offer until the end of the month.",
             promises=(("us", "Offer for the badge", 4, False),)),
        Told(61, "call", (0,), "Fiona sends the artwork of the badge; the wool is theirs, the needle ours.",
             promises=(("them", "Artwork of the badge", -52, True),)),
        Told(40, "visit", (0,), "In the rescue base with Fiona; tried our gaiters in a bog. They hold."),
    ],
    "MAN-PEA": [
        Told(58, "email", (0,), "An order for thousands of thermos flasks came in at nine and was taken back "
             "at ten: two zeros too many in Hannah's sheet. She laughed, later."),
        Told(57, "call", (1,), "Imran apologised, no harm done. From now on they call before anything beyond "
             "200 pieces.",
             promises=(("them", "New order sheet with a limit of pieces", -46, True),)),
        Told(19, "chat", (0,), "Socks in the shop window for Christmas."),
        Told(870, "call", (2,), "Molly has the list for the spring ready in January. Nobody else has."),
        Told(405, "email", (2,), "Molly leaves for Bristol, back to the sea. Hannah takes over her lines.", pinned=True),
    ],
    "DEN-TAL": [
        Told(640, "meeting", (0, 1), "Scout council's camp rents out our filters; cartridges are a standing "
             "need."),
        Told(282, "call", (1,), "Will list the satellite beacon in all shops after the test."),
        Told(24, "call", (0,), "Asks for delivery within four weeks.", wants="Four weeks instead of five.",
             why="A rival has a warehouse in Salt Lake City.", can_we="By air for beacons, not for packs.",
             decision="Declined for packs; beacons by air at half the freight.",
             promises=(("us", "Air freight price for beacons", 2, False),)),
    ],
    "YVR-COA": [
        Told(330, "call", (0,), "Two containers late through the harbour strike. Sarah stays calm, Jun does "
             "not."),
        Told(48, "email", (0,), "Paddle clubs plan for spring; filters come back into the order in April."),
    ],
    "TYO-YAM": [
        Told(1540, "visit", (0, 1, 2), "Bowed, drank, signed. Fire steel goes into the starter set of a "
             "magazine, for years."),
        Told(600, "visit", (0,), "Morimoto-san wants no surprise, ever: dates before prices."),
        Told(255, "email", (1,), "Fiscal year closes in March with a double order; Hoshino-san planned it in "
             "February."),
        Told(27, "call", (1, 2), "New camp cooking range in spring; asks for mugs in their colour.",
             wants="Mug in grey-green, 2000 pieces.", why="It matches the tent of their own brand.",
             can_we="From 1500 on.", decision="Yes; sample first.",
             promises=(("us", "Sample of the mug in grey-green", 9, False),)),
        Told(62, "rumour", (2,), "Takumi has heard that their largest shop will carry a house brand of stoves. Nobody says so "
             "aloud; watch the duo.", private=True),
    ],
    "SPK-KIT": [
        Told(520, "visit", (0, 1), "Snow on the sixth of November, shovels sold out on the eighth."),
        Told(36, "email", (0,), "Snow report: forty centimetres in Niseko. Shovels and wax in this order."),
    ],
    "SEL-HAN": [
        Told(900, "visit", (0, 2), "Dinner with the chairman. He wants the gas canister in the show kitchen "
             "for good."),
        Told(212, "claim", (0, 1), "Valves of the trail stove: one lot whistles. Half of it comes back.",
             promises=(("us", "Report on the valves, in Korean", -196, True),
                       ("us", "Replacement by air", -200, True))),
        Told(186, "meeting", (0,), "Kim Min-jun accepts the report. Trust is back, it took an evening of "
             "eel."),
        Told(9, "chat", (1,), "\u201c램프가 정말 잘 팔려요\u201d: lanterns sell really well, more of them in the next order.",
             promises=(("us", "Name the earliest flight for lanterns", 0, False),)),
        Told(6, "call", (0,), "Min-jun's lunar birthday is near: a card, in Korean, by hand.", private=True,
             promises=(("us", "Card for Min-jun", 5, False),)),
    ],
    "PUS-BAD": [
        Told(250, "visit", (0, 1), "Three boxes of dry bags a month for fishing boats. Went out on one; "
             "cold, and good."),
        Told(52, "call", (0,), "Song Eun-ji is on leave and nobody has taken over ordering. He knows he is "
             "late.", promises=(("them", "Name who orders meanwhile", -20, False),)),
    ],
    "SHA-QIN": [
        Told(402, "email", (1,), "Lantern order of a size that shook the warehouse; withdrawn the same "
             "afternoon. It was a plan, not an order."),
        Told(300, "call", (0,), "Nothing leaves or arrives around Spring Festival. Order before, or in "
             "March."),
        Told(28, "chat", (1,), "Solar lantern in a shopping festival: sold out in an hour, wants more next "
             "year."),
    ],
    "TPE-YUL": [
        Told(478, "meeting", (0, 1), "Handover from Hyejin. River tracers patch their neoprene with our "
             "tape."),
        Told(34, "call", (0,), "Typhoon closed the shop for a week; order a little later, not smaller."),
    ],
    "KWI-SAH": [
        Told(420, "call", (0,), "Camping season opens in November; sleeping bags must be there in October."),
        Told(57, "email", (1,), "Tents are up in the desert. Lanterns and mats go, as planned."),
    ],
    "MEL-BLU": [
        Told(510, "visit", (0, 1), "Warehouse next to the harbour; they close from Christmas to the tenth of "
             "January."),
        Told(165, "call", (0,), "End of their year in June: twice the usual, then silence."),
        Told(25, "call", (0,), "Wants everything before Christmas on the water by now.",
             promises=(("us", "Sailing date of the December container", -1, False),)),
    ],
    "CHC-KAH": [
        Told(205, "fair", (0,), "Aroha came to our stand with a list of forty questions. Answered "
             "thirty-eight."),
        Told(172, "email", (0,), "First order! Small, as a test."),
        Told(40, "call", (0, 1), "Content with the first months. Reorders after each weekend's count.",
             promises=(("us", "Visit Christchurch in their autumn", 110, False),)),
    ],
    "SEA-RAI": [
        Told(60, "fair", (0,), "Asked good questions and took the price list with her."),
        Told(15, "email", (0,), "First order from Seattle. Let us see.",
             promises=(("us", "Call after the delivery", 25, False),)),
    ],
    "DXB-QAM": [
        Told(130, "fair", (0,), "Interested in lanterns and mats for desert camps; compares with two rivals."),
        Told(45, "call", (0, 1), "Price is fine, delivery too slow for him.", wants="Three weeks to Dubai.",
             why="Season is short.", can_we="Four, perhaps.", decision="Offer with four weeks.",
             promises=(("them", "Decision on the first order", 12, False),)),
    ],
    "TRN-PAS": [
        Told(60, "call", (0,), "New ordering system, nothing works, orders wait.",
             promises=(("them", "Order as soon as the system runs", -25, False),)),
        Told(400, "visit", (0, 1), "Turin: good coffee, slow signatures. Paola pays to the day."),
    ],
    "BRS-SEV": [
        Told(430, "meeting", (0,), "New customer in Bristol, started with socks and dry bags."),
        Told(378, "call", (1,), "@Molly Tanner, whom colleagues know from Manchester, buys here now. Wants the same carton "
             "labels as there."),
        Told(45, "meeting", (0, 1), "Gareth opens a second shop by the harbour before Easter.",
             promises=(("us", "Shelf plan for the harbour shop", 6, False),)),
    ],
    "HAM-KUE": [
        Told(310, "visit", (0, 1), "Harbour tour with Malte, then the list. Freight on small orders is accepted, if it is on "
             "the order and not on the invoice."),
        Told(20, "call", (0,), "Inken wants a date for the dry bags; the regatta starts without waiting.",
             promises=(("us", "Date of the dry bags", -5, False),)),
    ],
    "INN-GIP": [
        Told(280, "meeting", (0,), "Magdalena tests probes with the rescue. Ours bend, but do not break."),
        Told(33, "call", (0,), "First snow above 2000 m; skins at once, please."),
    ],
    "BOS-GRA": [
        Told(190, "call", (0,), "Meghan wants cleats before the first ice, in October; last year they came in December.",
             promises=(("us", "Cleats in Boston by 10 October", -30, True),)),
    ],
    "SCL-AND": [
        Told(240, "call", (0,), "Their winter is our summer: skins in May. Catalina laughs when we forget it."),
    ],
    "LYS-VER": [
        Told(200, "email", (0,), "Mathieu orders nothing in August, and twice in September."),
    ],
}  # fmt: skip
