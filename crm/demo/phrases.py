"""What reps write down about the daily business. {first} is whom they talk with, {full} the same for a mention."""

BEFORE_ORDER = [
    "Heard from {first}: stock of {item} is getting low, the order comes in the next days.",
    "{first} counts the shelves this week and needs {item} first.",
    "{first} asked for the stock of {item} before sending the order.",
    "Short word with {first}: all well, will order {item} and the usual.",
    "{first} wants to know whether {item} can leave within the usual time. It can.",
    "Told {first} on which days our warehouse counts its stock; the order, {item} first, comes before them.",
    "{first} has the order ready and waits for a signature. {item} is the largest line.",
    "Asked how {item} is selling: down to the last boxes. Order this week or next.",
    "{first} wants {item} on the next lorry, the rest may follow.",
    "Went through the open lines with {first}. The next order: {item}, and what the shops have asked for.",
    "@{full} wants a proforma for {item} first, then the order follows.",
    "{first} collects what the shops want until Friday; {item} again on top.",
]
LATE = [
    "{number} left {days} days late. {first} had promised it to a shop and was not amused.",
    "Told {first} before the question came that {number} is {days} days late. Better so.",
    "{number}: {days} days late. {first} wants to hear of it earlier next time.",
    "{number} went out after {days} days of waiting for cartons. Apologised to {first}.",
]
BACK = [
    "{first} sends back {quantity} {unit} of {item}: box damaged. Credit note made.",
    "{quantity} {unit} of {item} ordered too many; took them back as a courtesy.",
    "Wrong colour of {item} packed by us; {quantity} {unit} come back.",
]
FAIR = [
    "At the fair, with {first}: twenty minutes, mostly about {item}.",
    "{first} at our stand. Liked {item}; asked what comes next year.",
    "Fair: coffee with {first}. Their year is {year_word}, {item} carries it.",
]
SMALL_TALK = [
    "{first} asked for the drawings of {item} for their web shop.",
    "Payment of the last invoice came on time; thanked {first}.",
    "{first} is content with {item}, no complaints this quarter.",
    "Talked with {first} about next season: no great changes planned.",
    "{first} compares us with a rival on {item}; quality keeps us in.",
    "@{full} wants the carton of {item} with the bar code on the short side.",
]
VISIT = [
    "Half a day in {city}. Walked through two of their shops: {item} stands at the front, our corner could be tidier.",
    "Visit to {city}. {first} showed the warehouse; {item} moves fastest, they say, and the racks agree.",
    "Trained their sales people in {city}, twelve of them; most questions were about {item}.",
    "Dinner in {city} with {first}. The year is {year_word}; {item} is what their customers ask for by name.",
    "{city}: an hour over the list of items with {first}. {item} stays, two slow ones go when they are sold.",
    "In {city} with the new samples. {first} put {item} beside the rival's and kept ours on the table.",
]
STEADY = [
    "Asked why {item} is in nearly every order, and so little of it. {reason}",
    "{item}: small, and never missing. {first} explains: {reason}",
    "{item} came up once more: a few each time, year in, year out. {reason}",
]
PRICE_LIST = "Price list {year} sent to {first}: 3.5 % on average. No protest so far."
PRICE_TALK = "{first} called about the prices of {year}. Accepts them for the volume discount as it is."
THANKS = "Season's greetings and a small parcel to {first}."
