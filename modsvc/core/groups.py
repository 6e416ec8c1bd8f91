"""Names of groups of people, none a slur, and given names: what `identity` swaps and reads alike.

A row holds one group in the forms its table names, "" where it has none; rows of a table are
counterparts. Their order is mixed on purpose: a swap takes the rows that follow.
"""

from __future__ import annotations

from typing import NamedTuple


class Table(NamedTuple):
    """Groups of one kind: `forms` names the columns of `rows`."""

    kind: str
    forms: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


TABLES = (
    Table(
        "faith",
        ("adjective", "person", "people", "faith"),
        (
            ("jewish", "jew", "jews", "judaism"),
            ("christian", "christian", "christians", "christianity"),
            ("muslim", "muslim", "muslims", "islam"),
            ("hindu", "hindu", "hindus", "hinduism"),
            ("catholic", "catholic", "catholics", "catholicism"),
            ("buddhist", "buddhist", "buddhists", "buddhism"),
            ("atheist", "atheist", "atheists", "atheism"),
            ("sikh", "sikh", "sikhs", "sikhism"),
            ("protestant", "protestant", "protestants", "protestantism"),
            ("mormon", "mormon", "mormons", "mormonism"),
            ("anglican", "anglican", "anglicans", "anglicanism"),
            ("evangelical", "evangelical", "evangelicals", "evangelicalism"),
            ("moslem", "moslem", "moslems", ""),
            ("quaker", "quaker", "quakers", ""),
            ("sunni", "sunni", "sunnis", ""),
            ("shia", "", "", ""),
            ("methodist", "methodist", "methodists", "methodism"),
            ("lutheran", "lutheran", "lutherans", ""),
            ("baptist", "baptist", "baptists", ""),
            ("yazidi", "yazidi", "yazidis", ""),
            ("coptic", "copt", "copts", ""),
            ("islamic", "", "", ""),
        ),
    ),
    Table(
        "people",
        ("adjective", "person", "people", "collective", "land"),
        (
            ("israeli", "israeli", "israelis", "", "israel"),
            ("british", "briton", "britons", "british", "britain"),
            ("palestinian", "palestinian", "palestinians", "", "palestine"),
            ("american", "american", "americans", "", "america"),
            ("iranian", "iranian", "iranians", "", "iran"),
            ("french", "", "", "french", "france"),
            ("mexican", "mexican", "mexicans", "", "mexico"),
            ("chinese", "", "", "chinese", "china"),
            ("nigerian", "nigerian", "nigerians", "", "nigeria"),
            ("german", "german", "germans", "", "germany"),
            ("syrian", "syrian", "syrians", "", "syria"),
            ("irish", "", "", "irish", "ireland"),
            ("russian", "russian", "russians", "", "russia"),
            ("indian", "indian", "indians", "", "india"),
            ("ukrainian", "ukrainian", "ukrainians", "", "ukraine"),
            ("japanese", "", "", "japanese", "japan"),
            ("somali", "somali", "somalis", "", "somalia"),
            ("italian", "italian", "italians", "", "italy"),
            ("pakistani", "pakistani", "pakistanis", "", "pakistan"),
            ("polish", "pole", "poles", "", "poland"),
            ("arab", "arab", "arabs", "", ""),
            ("english", "", "", "english", "england"),
            ("turkish", "turk", "turks", "", "turkey"),
            ("canadian", "canadian", "canadians", "", "canada"),
            ("iraqi", "iraqi", "iraqis", "", "iraq"),
            ("greek", "greek", "greeks", "", "greece"),
            ("egyptian", "egyptian", "egyptians", "", "egypt"),
            ("scottish", "scot", "scots", "", "scotland"),
            ("afghan", "afghan", "afghans", "", "afghanistan"),
            ("australian", "australian", "australians", "", "australia"),
            ("gazan", "gazan", "gazans", "", "gaza"),
            ("spanish", "spaniard", "spaniards", "spanish", "spain"),
            ("lebanese", "", "", "lebanese", "lebanon"),
            ("korean", "korean", "koreans", "", "korea"),
            ("armenian", "armenian", "armenians", "", "armenia"),
            ("dutch", "", "", "dutch", ""),
            ("kurdish", "kurd", "kurds", "", "kurdistan"),
            ("brazilian", "brazilian", "brazilians", "", "brazil"),
            ("saudi", "saudi", "saudis", "", ""),
            ("swedish", "swede", "swedes", "", "sweden"),
            ("yemeni", "yemeni", "yemenis", "", "yemen"),
            ("vietnamese", "", "", "vietnamese", "vietnam"),
            ("jordanian", "jordanian", "jordanians", "", ""),
            ("romanian", "romanian", "romanians", "", "romania"),
            ("ethiopian", "ethiopian", "ethiopians", "", "ethiopia"),
            ("welsh", "", "", "welsh", "wales"),
            ("moroccan", "moroccan", "moroccans", "", "morocco"),
            ("albanian", "albanian", "albanians", "", "albania"),
            ("bangladeshi", "bangladeshi", "bangladeshis", "", "bangladesh"),
            ("norwegian", "norwegian", "norwegians", "", "norway"),
            ("algerian", "algerian", "algerians", "", "algeria"),
            ("filipino", "filipino", "filipinos", "", ""),
            ("eritrean", "eritrean", "eritreans", "", "eritrea"),
            ("hungarian", "hungarian", "hungarians", "", "hungary"),
            ("sudanese", "", "", "sudanese", "sudan"),
            ("cuban", "cuban", "cubans", "", "cuba"),
            ("kenyan", "kenyan", "kenyans", "", "kenya"),
            ("bulgarian", "bulgarian", "bulgarians", "", "bulgaria"),
            ("haitian", "haitian", "haitians", "", "haiti"),
            ("serbian", "serb", "serbs", "", "serbia"),
            ("libyan", "libyan", "libyans", "", "libya"),
            ("jamaican", "jamaican", "jamaicans", "", "jamaica"),
            ("bosnian", "bosnian", "bosnians", "", "bosnia"),
            ("ghanaian", "ghanaian", "ghanaians", "", "ghana"),
            ("portuguese", "", "", "portuguese", "portugal"),
            ("chechen", "chechen", "chechens", "", "chechnya"),
            ("colombian", "colombian", "colombians", "", "colombia"),
            ("tibetan", "tibetan", "tibetans", "", "tibet"),
            ("druze", "", "", "druze", ""),
            ("uyghur", "uyghur", "uyghurs", "", ""),
            ("tamil", "tamil", "tamils", "", ""),
            ("roma", "", "", "roma", ""),
            ("bedouin", "", "", "bedouin", ""),
            ("rohingya", "", "", "rohingya", ""),
        ),
    ),
    Table(
        "colour",
        ("adjective", "person", "people"),
        (
            ("black", "black", "blacks"),
            ("white", "white", "whites"),
            ("asian", "asian", "asians"),
            ("african", "african", "africans"),
            ("european", "european", "europeans"),
            ("hispanic", "hispanic", "hispanics"),
            ("latino", "latino", "latinos"),
            ("latina", "latina", "latinas"),
            ("caribbean", "", ""),
            ("indigenous", "", ""),
            ("aboriginal", "", ""),
        ),
    ),
    Table(
        "sex",
        ("adjective", "adults", "person", "people", "child", "children"),
        (
            ("male", "males", "man", "men", "boy", "boys"),
            ("female", "females", "woman", "women", "girl", "girls"),
        ),
    ),
    Table(
        "orientation",
        ("adjective", "people", "noun"),
        (
            ("gay", "gays", ""),
            ("lesbian", "lesbians", ""),
            ("heterosexual", "heterosexuals", "heterosexuality"),
            ("bisexual", "bisexuals", "bisexuality"),
            ("homosexual", "homosexuals", "homosexuality"),
            ("asexual", "asexuals", "asexuality"),
            ("queer", "", ""),
            ("lgbt", "", ""),
            ("lgbtq", "", ""),
        ),
    ),
    Table(
        "gender",
        ("adjective",),
        (
            ("transgender",),
            ("cisgender",),
            ("nonbinary",),
            ("intersex",),
            ("trans",),
        ),
    ),
    Table(
        "disability",
        ("adjective",),
        (
            ("disabled",),
            ("deaf",),
            ("blind",),
            ("autistic",),
            ("dyslexic",),
            ("epileptic",),
            ("diabetic",),
            ("paraplegic",),
            ("bipolar",),
            ("schizophrenic",),
        ),
    ),
    Table(
        "age",
        ("adjective", "person", "people"),
        (
            ("elderly", "pensioner", "pensioners"),
            ("teenage", "teenager", "teenagers"),
            ("", "retiree", "retirees"),
        ),
    ),
    # Of their own, since these are spoken of in general as peoples are: what is said of boomers or
    # adolescents is mostly said of all of them, and seldom news.
    Table(
        "generation",
        ("person", "people"),
        (
            ("adolescent", "adolescents"),
            ("millennial", "millennials"),
            ("boomer", "boomers"),
        ),
    ),
    Table(
        "migration",
        ("person", "people", "noun"),
        (
            ("immigrant", "immigrants", "immigration"),
            ("migrant", "migrants", "migration"),
            ("refugee", "refugees", ""),
            ("foreigner", "foreigners", ""),
            ("emigrant", "emigrants", "emigration"),
            ("newcomer", "newcomers", ""),
            ("expat", "expats", ""),
        ),
    ),
    Table(
        "movement",
        ("person", "people", "noun"),
        (
            ("feminist", "feminists", "feminism"),
            ("zionist", "zionists", "zionism"),
            ("islamist", "islamists", "islamism"),
            ("socialist", "socialists", "socialism"),
            ("pacifist", "pacifists", "pacifism"),
            ("nationalist", "nationalists", "nationalism"),
        ),
    ),
    Table(
        "party",
        ("name",),
        (
            ("hamas",),
            ("likud",),
            ("fatah",),
            ("hezbollah",),
        ),
    ),
    Table(
        "language",
        ("name",),
        (
            ("arabic",),
            ("hebrew",),
            ("persian",),
        ),
    ),
)

# Beside these words a group's name means no people: black mould, a blind spot, nail polish. The
# first word of a line goes before the others, or after those that end in "-". All are words for
# things: one such as "off" or "the" goes before or after a people's name too, and would hide an
# attack on it ("polish the" is no way to tell the verb).
_COMPOUNDS = """
black bean beans belt belts bin bins box cab cabs cat cats coffee currant currants eye eyed friday
black hole holes humor humour ice jack lung magic mail market markets mirror
black mold mould paint pepper pudding sea smoke spot swan tea tie widow widows wednesday
white bread cedar christmas coffee collar elephant elephants flag goods house knight lie lies line
white lines noise paint paper papers pepper smoke space spirit stick tea van vans wine wines
whites egg- cricket-
blind alley bend bends corner corners date dates eye faith luck obedience panic side spot spots
blind summit tasting test tests trial trials trust
deaf ears
polish boot- car- floor- furniture- nail- shoe-
german measles shepherd shepherds
dutch auction courage elm oven
indian ink summer
chinese checkers lantern lanterns takeaway takeaways whispers
french bean beans bread bulldog bulldogs door doors dressing fries horn kiss onion toast window
french windows
english breakfast muffin muffins mustard
irish coffee sea setter setters stew
spanish bluebell bluebells flu omelette onion
russian doll dolls roulette salad
turkish bath baths coffee delight
greek salad tragedy yoghurt yogurt
mexican standoff wave
japanese knotweed maple
american football
scottish widows
welsh cake cakes rarebit
afghan hound hounds
asian elephant elephants hornet hornets
african elephant elephants violet violets
canadian geese goose
egyptian cotton
brazilian nut nuts
bipolar junction transistor transistors
disabled account cookies feature javascript
trans fats
"""
# Pairs of neighbours in which a group's name is none.
NO_GROUP = frozenset(
    (other[:-1], word) if other.endswith("-") else (word, other)
    for word, *others in map(str.split, _COMPOUNDS.strip().splitlines())
    for other in others
)

# Given names, a woman's and a man's in each row. None is also a common word.
NAMES = (
    ("Emily", "James"),
    ("Fatima", "Mohammed"),
    ("Rachel", "Moshe"),
    ("Ngozi", "Chukwu"),
    ("Priya", "Rahul"),
    ("Maria", "Carlos"),
    ("Mei", "Wei"),
    ("Olga", "Dmitri"),
    ("Siobhan", "Padraig"),
    ("Aisha", "Ahmed"),
    ("Hannah", "Jacob"),
    ("Latoya", "Tyrone"),
    ("Lakshmi", "Suresh"),
    ("Guadalupe", "Diego"),
    ("Yuki", "Hiroshi"),
    ("Natasha", "Sergei"),
    ("Catherine", "Robert"),
    ("Khadija", "Yusuf"),
    ("Miriam", "Avraham"),
    ("Chiamaka", "Emeka"),
    ("Ananya", "Arjun"),
    ("Lucia", "Alejandro"),
    ("Linh", "Nguyen"),
    ("Svetlana", "Ivan"),
    ("Margaret", "William"),
    ("Zainab", "Hassan"),
    ("Shira", "Yitzhak"),
    ("Keisha", "Jamal"),
    ("Deepa", "Vijay"),
    ("Carmen", "Miguel"),
    ("Jiwoo", "Minho"),
    ("Katarzyna", "Piotr"),
    ("Elizabeth", "Andrew"),
    ("Maryam", "Omar"),
    ("Leah", "Levi"),
    ("Amina", "Abdi"),
    ("Sunita", "Sanjay"),
    ("Juana", "Pedro"),
    ("Akiko", "Takeshi"),
    ("Agnieszka", "Tomasz"),
    ("Sarah", "Michael"),
    ("Leila", "Ali"),
    ("Esther", "Shlomo"),
    ("Wanjiru", "Kamau"),
    ("Harpreet", "Gurpreet"),
    ("Ana", "Luis"),
    ("Xiu", "Chen"),
    ("Elena", "Nikolai"),
    ("Charlotte", "Thomas"),
    ("Noor", "Ibrahim"),
    ("Tamar", "Ariel"),
    ("Adwoa", "Kwame"),
    ("Kavita", "Ravi"),
    ("Camila", "Javier"),
    ("Hana", "Kenji"),
    ("Ingrid", "Lars"),
    ("Jennifer", "Matthew"),
    ("Yasmin", "Mustafa"),
    ("Naomi", "Eitan"),
    ("Thandiwe", "Sipho"),
    ("Asha", "Krishna"),
    ("Isabella", "Antonio"),
    ("Thuy", "Minh"),
    ("Giulia", "Giovanni"),
    ("Heather", "Gavin"),
    ("Nasrin", "Reza"),
    ("Chantal", "Pierre"),
    ("Folake", "Tunde"),
)
