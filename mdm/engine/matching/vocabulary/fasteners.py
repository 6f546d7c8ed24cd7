"""Words of fasteners in German and English: from the parts of a word to the type of part.

`PARTS` names what a word, or a part of a German compound, tells (`sechskant` + `schraube`); `TYPES` tells from those
which types of part may be meant. The first row whose parts are all there counts, so the more special rows come first.
Our own list, after the tables of contents of DIN and ISO standards for fasteners and the usual abbreviations of
purchasing texts.
"""

from __future__ import annotations

from mdm.engine.matching.normal import fold

_PARTS = {
    "screw": "schraube schrauben schr schrb schra screw screws scr scrw bolt bolts blt bolzen",
    "nut": "mutter muttern mutt mu mtr nut nuts",
    "washer": "scheibe scheiben schb schbe wshr washer washers",
    "hex": "sechskant sechsk skt sk 6kt skant hx hexagon hexagonal hex sechskt aussensechskant",
    "socket": "innensechskant isk inbus innen6kt i6kt innenskt innensechsk socket soc sock allen",
    "cylinder": "zylinder zylinderkopf zyl zylkopf cheese fillister",
    "cap": "cap",
    "countersunk": "senk senkkopf seko se countersunk csk flathead senkk",
    "raised": "linsensenk linsensenkkopf raised",
    "lens": "linsen linsenkopf halbrundkopf halbrund flachkopf pan button linsenk liko linse li",
    "button": "button",
    "set": "gewindestift gewindestifte maden",
    "lock": "locknut stopp stop sicherungs selbstsichernd selbstsichernde lock locking nyloc nylock klemmteil sichernd "
    "prevailing klemm",
    "dome": "hut dome domed acorn",
    "flange": "flansch flange flanged bund",
    "wing": "flügel wing butterfly",
    "thin": "niedrig niedrige flach thin jam halbe",
    "weld": "schweiss anschweiss weld welding",
    "square": "vierkant 4kt square",
    "coupling": "verlängerungs distanz langmutter coupling connector",
    "castle": "kronen castle castellated",
    "spring": "federring feder federscheibe federringe fed spring spr split",
    "flat": "unterleg flat flach",
    "large": "karosserie kotflügel grosse fender penny repair large",
    "tooth": "zahn fächer tooth toothed serrated sperrkant",
    "rod": "gewindestange gewindestangen gewindestab gewindebolzen studding allthread",
    "rodword": "rod rods bar",
    "threaded": "threaded gewinde",
    "stud": "stiftschraube stiftschrauben stud studs",
    "chipboard": "spanplatten spanpl spapla spax chipboard chipbd chipb particleboard",
    "drilling": "bohr selbstbohr selbstbohrend selbstbohrende drilling tek teks",
    "tapping": "blech tapping tap sheet",
    "wood": "holz wood",
    "lag": "schlüssel lag",
    "coach": "coach",
    "carriage": "schloss schlossschraube flachrund flrd carriage mushroom cup",
    "eye": "augen ring ösen eye",
    "hanger": "stock hanger",
    "anchor": "anker bolzenanker schwerlastanker anchor anchors wedge",
    "plug": "dübel spreizdübel plug plugs",
    "rivet": "niet niete blindniet blindniete rivet rivets blindniet",
    "blind": "blind pop",
    "pin": "stift stifte zylinderstift passstift passstifte dowel pin pins",
    "sleeve": "spannstift spannhülse spann roll sp",
    "cotter": "splint splinte cotter",
    "clevis": "clevis splintbolzen",
    "circlip": "sicherungsring sicherungsringe circlip circlips seegerring retaining",
}
PARTS: dict[str, frozenset[str]] = {}
for _part, _words in _PARTS.items():
    for _word in _words.split():
        PARTS[fold(_word)] = PARTS.get(fold(_word), frozenset()) | {_part}
# words that tell two things at once
PARTS |= {
    **{fold(word): frozenset({"nut"} | {part}) for word, part in (("langmutter", "coupling"), ("hutmutter", "dome"))},
    **dict.fromkeys("innensechskant isk inbus innen6kt i6kt innensechsk allen".split(), frozenset({"hex", "socket"})),
    "federring": frozenset({"washer", "spring"}),
    "federringe": frozenset({"washer", "spring"}),
    "federscheibe": frozenset({"washer", "spring"}),
    "locknut": frozenset({"nut", "lock"}),
    "schlossschraube": frozenset({"screw", "carriage"}),
}  # fmt: skip
# between the parts of a compound
LINKS = ("", "s", "n", "en")

_COUNTERSUNK = (
    "countersunk screw",
    "socket countersunk screw",
    "countersunk tapping screw",
    "chipboard screw",
    "wood screw",
)
_SCREWS = (
    *("hex bolt", "hex flange bolt", "socket cap screw", "button head screw", "set screw", "cheese head screw"),
    *("pan head screw", "raised countersunk screw", "pan head tapping screw", "raised countersunk tapping screw"),
    *("hex tapping screw", "self-drilling screw", "carriage bolt", "lag screw", "eye bolt", "wing screw", "stud"),
    *("hanger bolt", "square bolt", *_COUNTERSUNK),
)
NUTS = frozenset(
    "hex nut,thin nut,lock nut,flange nut,flange lock nut,cap nut,wing nut,weld nut,square nut,castle nut,eye nut,"
    "coupling nut,rivet nut".split(",")
)
WASHERS = frozenset(("flat washer", "large washer", "spring washer", "toothed washer"))
_PAN = ("pan head screw", "button head screw", "pan head tapping screw")
_TAPPING = (
    "pan head tapping screw",
    "countersunk tapping screw",
    "raised countersunk tapping screw",
    "hex tapping screw",
)

# what must be said, and which types of part it may be
TYPES: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (frozenset(said.split()), frozenset(types))
    for said, types in (
        ("rivet nut", ("rivet nut",)),
        ("rivet blind", ("blind rivet",)),
        ("rivet", ("rivet", "blind rivet")),
        ("nut lock flange", ("flange lock nut",)),
        ("nut lock", ("lock nut", "flange lock nut")),
        ("nut flange", ("flange nut", "flange lock nut")),
        ("nut dome", ("cap nut",)),
        ("nut cap", ("cap nut",)),
        ("nut wing", ("wing nut",)),
        ("nut weld", ("weld nut",)),
        ("nut square", ("square nut",)),
        ("nut castle", ("castle nut",)),
        ("nut eye", ("eye nut",)),
        ("nut coupling", ("coupling nut",)),
        ("nut thin", ("thin nut",)),
        ("nut hex", ("hex nut", "thin nut", "lock nut", "castle nut", "coupling nut")),
        ("nut", tuple(NUTS)),
        ("pin spring", ("spring pin",)),
        ("washer spring", ("spring washer",)),
        ("washer tooth", ("toothed washer",)),
        ("washer lock", ("spring washer", "toothed washer")),
        ("washer large", ("large washer",)),
        ("washer flat", ("flat washer",)),
        ("washer", tuple(WASHERS)),
        ("spring", ("spring washer",)),
        ("circlip", ("retaining ring",)),
        ("anchor", ("anchor",)),
        ("plug", ("wall plug",)),
        ("rod", ("threaded rod",)),
        ("threaded rodword", ("threaded rod",)),
        ("set", ("set screw",)),
        ("chipboard", ("chipboard screw",)),
        ("drilling", ("self-drilling screw",)),
        ("tapping hex", ("hex tapping screw",)),
        ("tapping raised", ("raised countersunk tapping screw",)),
        ("tapping countersunk", ("countersunk tapping screw",)),
        ("tapping lens", ("pan head tapping screw",)),
        ("tapping", _TAPPING),
        ("screw carriage", ("carriage bolt",)),
        ("screw coach", ("carriage bolt", "lag screw")),
        ("lag", ("lag screw",)),
        ("wood hex", ("lag screw",)),
        ("wood", ("wood screw", "lag screw", "chipboard screw")),
        ("screw eye", ("eye bolt",)),
        ("screw hanger", ("hanger bolt",)),
        ("screw wing", ("wing screw",)),
        ("screw square", ("square bolt", "carriage bolt")),
        ("screw hex flange", ("hex flange bolt",)),
        ("socket raised", ("raised countersunk screw",)),
        ("socket countersunk", ("socket countersunk screw",)),
        ("socket lens", ("button head screw",)),
        ("socket cap", ("socket cap screw",)),
        ("socket cylinder", ("socket cap screw",)),
        ("socket screw", ("socket cap screw", "button head screw", "socket countersunk screw", "set screw")),
        ("raised", ("raised countersunk screw", "raised countersunk tapping screw")),
        ("countersunk", _COUNTERSUNK),
        ("button", ("button head screw",)),
        ("lens", _PAN),
        ("cylinder screw", ("socket cap screw", "cheese head screw")),
        ("cylinder", ("socket cap screw", "cheese head screw", "pin")),
        ("screw hex", ("hex bolt",)),
        ("stud", ("stud",)),
        ("clevis", ("clevis pin",)),
        ("cotter", ("split pin",)),
        ("sleeve", ("spring pin",)),
        ("pin", ("pin", "spring pin", "split pin", "clevis pin")),
        ("screw", _SCREWS),
    )
)  # fmt: skip

# parts told by a bare diameter
BY_DIAMETER = frozenset(
    "chipboard screw,wood screw,lag screw,self-drilling screw,pin,spring pin,split pin,clevis pin,rivet,blind rivet,"
    "wall plug,anchor".split(",")
).union(_TAPPING)
# parts without a length of their own
WITHOUT_LENGTH = NUTS | WASHERS | {"retaining ring"}
