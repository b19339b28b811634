"""Who works where: given name, family name, the name in its own script, position, and what is worth knowing.

truths.py says who has left, died, or moved to another customer since.
"""

BUYER, HEAD, OWNER, FINANCE = "Buyer", "Head of purchasing", "Owner", "Finance"
STORE, CATEGORY, DIRECTOR = "Warehouse", "Category manager", "Managing director"

PEOPLE = {
    "TRO-NOR": [
        ("Ingrid", "Solheim", "", HEAD, "Two children, skis the Tromsø marathon. Decides within a day."),
        ("Lars", "Hætta", "", FINANCE, "Pays on day 28, never earlier. Does not want to be congratulated."),
        ("Marte", "Bakken", "", STORE, "Wants pallets not higher than 1.6 m."),
        ("Øyvind", "Strand", "", CATEGORY, "Came from a ski shop; tests everything himself."),
        ("Knut", "Myhre", "", BUYER, "Retired; still meets Ingrid for lunch."),
    ],
    "BGO-FJE": [
        ("Sigrid", "Vågen", "", BUYER, "Sails. Hard to reach on Fridays after two."),
        ("Torbjørn", "Eide", "", OWNER, "Knows everybody at the ferry line."),
    ],
    "STO-GRA": [
        ("Linnéa", "Åkerblom", "", HEAD, "Born on 29 February and proud of it."),
        ("Oskar", "Fors", "", BUYER, "Likes numbers: send him the sheet, not the story."),
        ("Maja", "Wikström", "", CATEGORY, "Writes the winter catalogue in May."),
    ],
    "UME-LAP": [
        ("Per-Anders", "Lindgård", "", OWNER, "Hunts in September; no orders then."),
        ("Elin", "Nyström", "", BUYER, "Quick, exact, laughs on the telephone."),
    ],
    "OUL-KAR": [
        ("Aino", "Karhula", "", HEAD, "Direct. If she says no, it is no."),
        ("Mikko", "Rautio", "", OWNER, "Talks about selling the company."),
    ],
    "MUC-BER": [
        ("Andreas", "Huberl", "", DIRECTOR, "Climbs. Meetings begin with the last route."),
        ("Katharina", "Sonnleitner", "", HEAD, "Orders each second Monday, before ten."),
        ("Tobias", "Reindl", "", STORE, "Needs the delivery note by e-mail a day ahead."),
        ("Sabine", "Auer", "", FINANCE, ""),
    ],
    "HAM-KUE": [("Inken", "Petersen", "", BUYER, ""), ("Malte", "Brodersen", "", OWNER, "Sails regattas.")],
    "LEJ-WAL": [("Anke", "Richter", "", BUYER, ""), ("Ronny", "Zschoche", "", OWNER, "")],
    "INN-GIP": [
        ("Magdalena", "Kofler", "", HEAD, "Mountain rescue volunteer."),
        ("Georg", "Plattner", "", OWNER, ""),
    ],
    "BRN-STE": [
        ("Urs", "Aeschlimann", "", OWNER, "Punctual to the minute; loves chocolate from elsewhere."),
        ("Nadja", "Zbinden", "", BUYER, "Closes the year on 30 June and uses up her budget."),
        ("Walter", "Aeschlimann", "", "Founder", "Urs' father. Began in a garage with six rucksacks."),
    ],
    "GNB-ALP": [
        ("Camille", "Rostaing", "", HEAD, "Vegetarian. Prefers chat to the telephone."),
        ("Julien", "Ferrand", "", STORE, ""),
        ("Hélène", "Bouvard", "", FINANCE, ""),
    ],
    "LYS-VER": [("Mathieu", "Garnier", "", BUYER, ""), ("Sylvie", "Delorme", "", DIRECTOR, "")],
    "TRN-DOL": [("Chiara", "Zanella", "", OWNER, ""), ("Matteo", "Degasperi", "", BUYER, "")],
    "TRN-PAS": [("Giorgio", "Ferraris", "", BUYER, ""), ("Paola", "Bonino", "", FINANCE, "")],
    "BCN-SIE": [
        ("Núria", "Casals", "", BUYER, "Answers after eight in the evening."),
        ("Jordi", "Ferrer", "", OWNER, ""),
    ],
    "KRK-TAT": [
        ("Agnieszka", "Gąsienica", "", OWNER, "From Zakopane; her father was a mountain guide."),
        ("Paweł", "Wróbel", "", BUYER, "Grows fast and worries about cash."),
    ],
    "GDN-BAL": [("Zofia", "Kaszuba", "", OWNER, ""), ("Marek", "Lis", "", BUYER, "")],
    "PRG-HOR": [
        ("Jiří", "Skalický", "", OWNER, "Beer before business."),
        ("Tereza", "Horáková", "", BUYER, ""),
    ],
    "ATH-THA": [
        ("Eleni", "Papadaki", "Ελένη Παπαδάκη", HEAD, "Name day on 21 May matters more than the birthday."),
        ("Nikos", "Stathopoulos", "Νίκος Σταθόπουλος", OWNER, "Decides on the telephone, never in writing."),
    ],
    "BEG-DIN": [
        ("Milica", "Jovanović", "Милица Јовановић", BUYER, ""),
        ("Dragan", "Stojanović", "Драган Стојановић", OWNER, "Slava on 19 December: call him."),
    ],
    "EDI-GLE": [
        ("Fiona", "Macrae", "", HEAD, "Mountain rescue team leader."),
        ("Callum", "Baird", "", OWNER, "Budget ends in March. Born on a 29 February, keeps 1 March."),
        ("Priya", "Nair", "പ്രിയ നായർ", FINANCE, ""),
    ],
    "MAN-PEA": [
        ("Hannah", "Ashworth", "", BUYER, "Orders by spreadsheet, sometimes with a slip."),
        ("Imran", "Qureshi", "", DIRECTOR, "Cricket."),
        ("Molly", "Tanner", "", BUYER, "From Bristol, and wanted back to the sea."),
    ],
    "BRS-SEV": [
        ("Gareth", "Penry", "", OWNER, "Started the company two years ago."),
    ],
    "DEN-TAL": [
        ("Rebecca", "Lindqvist", "", HEAD, "Great-grandparents from Småland."),
        ("Tyler", "Benavides", "", CATEGORY, "Wants launch plans half a year ahead."),
        ("Dmitri", "Volkov", "Дмитрий Волков", STORE, ""),
    ],
    "BOS-GRA": [("Meghan", "O'Dowd", "", BUYER, ""), ("Charles", "Whitcomb", "", OWNER, "")],
    "SEA-RAI": [
        ("Naomi", "Fujita", "", OWNER, "Met at the fair; first order soon after."),
        ("Evan", "Marsh", "", BUYER, ""),
    ],
    "YVR-COA": [
        ("Sarah", "Redfern", "", BUYER, "Sea kayaks. Complains rarely, and then with reason."),
        ("Jun", "Aoki", "青木 潤", OWNER, "Bought into the company a year ago. We have never spoken."),
    ],
    "YUL-BOR": [("Geneviève", "Tremblé", "", BUYER, "French, please."), ("Luc", "Desrosiers", "", OWNER, "")],
    "TYO-YAM": [
        ("Kenji", "Morimoto", "森本 健司", DIRECTOR, "Cards with both hands. Never says no."),
        ("Yuka", "Hoshino", "星野 由佳", HEAD, "Plans the fiscal year in February."),
        ("Takumi", "Ishida", "石田 拓海", BUYER, "Learns English with us."),
    ],
    "SPK-KIT": [
        ("Haruka", "Kitamura", "北村 遥", BUYER, "Snow report in each mail."),
        ("Shigeru", "Abe", "阿部 茂", OWNER, "Seventy, comes to the office daily."),
    ],
    "SEL-HAN": [
        ("Min-jun", "Kim", "김민준", HEAD, "Lunar birthday. Golf, and grilled eel."),
        ("Seo-yeon", "Park", "박서연", BUYER, "Works through KakaoTalk; answers at midnight."),
        ("Chang-ho", "Yoon", "윤창호", "Chairman", "Wants to be greeted on his lunar birthday."),
        ("Ji-won", "Han", "한지원", FINANCE, "Born in a leap month; her mother still cooks seaweed soup each year."),
    ],
    "PUS-BAD": [
        ("Dong-hyun", "Bae", "배동현", OWNER, "Fishing. Father of three."),
        ("Eun-ji", "Song", "송은지", BUYER, "On maternity leave since the summer."),
    ],
    "SHA-QIN": [
        ("Wei", "Zhang", "张伟", DIRECTOR, "Tea person; bring cheese."),
        ("Xiaomei", "Lin", "林小梅", HEAD, "WeChat only."),
        ("Jie", "Chen", "陈杰", STORE, ""),
    ],
    "CTU-XUE": [("Lihua", "Tang", "唐丽华", OWNER, ""), ("Bo", "Luo", "罗波", BUYER, "")],
    "TPE-YUL": [
        ("Chia-ling", "Huang", "黃佳玲", OWNER, "River tracing at the weekend."),
        ("Chun-hsien", "Wu", "吳俊賢", BUYER, ""),
    ],
    "DXB-QAM": [
        ("Omar", "Al Suwaidi", "عمر السويدي", OWNER, "Met at the fair."),
        ("Leena", "Haddad", "لينا حداد", BUYER, ""),
    ],
    "KWI-SAH": [
        ("Yousef", "Al-Rashed", "يوسف الراشد", OWNER, "Camping season from November; plans in September."),
        ("Noura", "Al-Enezi", "نورة العنزي", BUYER, ""),
    ],
    "MEL-BLU": [
        ("Olivia", "Kerrigan", "", HEAD, "Budget year ends in June."),
        ("Stavros", "Mantzaris", "Σταύρος Μάντζαρης", OWNER, ""),
    ],
    "CHC-KAH": [
        ("Aroha", "Ngata", "", OWNER, "New with us; careful, exact."),
        ("Ben", "Whitlock", "", BUYER, ""),
    ],
    "SCL-AND": [("Catalina", "Riquelme", "", HEAD, ""), ("Rodrigo", "Fuenzalida", "", OWNER, "")],
}  # fmt: skip
