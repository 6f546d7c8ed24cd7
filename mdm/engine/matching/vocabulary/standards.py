"""Standards of fasteners: which are held equivalent, and what kind of part they describe.

One row per class of interchangeable standards: its members, the type of part, how far the thread runs. A form is
written after a hyphen; a member without its form (`DIN 125`) stands in the rows of all its forms. Equivalences as
published by the trade and in the replacement notes of the withdrawn DIN standards (DIN 918 supplement 3; tables
"DIN to ISO" of the distributors). Dimensions may differ slightly within a class (width across flats of DIN 933 and
ISO 4017 at M10, M12, M14, M22; heights of DIN 934 and ISO 4032): the trade delivers one for the other. Cross-recessed
screws of DIN are also sold with a hexalobular drive after ISO 14581 to 14586; the drive tells these apart.
"""

from __future__ import annotations

# standards; type (a word of vocabulary.fasteners.TYPES); full or partial thread where the standard says it
_ROWS = """
ISO 4014, DIN 931; hex bolt; partial
ISO 4017, DIN 933; hex bolt; full
ISO 8765, DIN 960; hex bolt; partial
ISO 8676, DIN 961; hex bolt; full
ISO 4016, DIN 601; hex bolt; partial
ISO 4018, DIN 558; hex bolt; full
EN 14399-4, DIN 6914; hex bolt; partial
DIN 609; hex bolt; partial
DIN 7990; hex bolt; partial
ISO 4162, DIN 6921, EN 1665, ISO 15071; hex flange bolt;
ISO 4762, DIN 912, ISO 12474; socket cap screw;
DIN 6912; socket cap screw;
DIN 7984; socket cap screw;
ISO 10642, DIN 7991; socket countersunk screw;
ISO 7380-1, ISO 7380; button head screw;
ISO 7380-2, ISO 7380; button head screw;
ISO 4026, DIN 913; set screw; full
ISO 4027, DIN 914; set screw; full
ISO 4028, DIN 915; set screw; full
ISO 4029, DIN 916; set screw; full
ISO 4766, DIN 551; set screw; full
ISO 7434, DIN 553; set screw; full
ISO 7435, DIN 417; set screw; full
ISO 7436, DIN 438; set screw; full
ISO 1207, DIN 84; cheese head screw;
ISO 1580, DIN 85; pan head screw;
ISO 7045, DIN 7985; pan head screw;
ISO 14583, DIN 7985; pan head screw;
ISO 2009, DIN 963; countersunk screw;
ISO 7046, ISO 7046-1, DIN 965; countersunk screw;
ISO 14581, DIN 965; countersunk screw;
ISO 2010, DIN 964; raised countersunk screw;
ISO 7047, DIN 966; raised countersunk screw;
ISO 1481, DIN 7971; pan head tapping screw;
ISO 7049, DIN 7981; pan head tapping screw;
ISO 14585, DIN 7981; pan head tapping screw;
ISO 1482, DIN 7972; countersunk tapping screw;
ISO 7050, DIN 7982; countersunk tapping screw;
ISO 14586, DIN 7982; countersunk tapping screw;
ISO 1483, DIN 7973; raised countersunk tapping screw;
ISO 7051, DIN 7983; raised countersunk tapping screw;
ISO 1479, DIN 7976; hex tapping screw;
ISO 15480, DIN 7504-K, DIN 7504; self-drilling screw;
ISO 15481, DIN 7504-N, DIN 7504; self-drilling screw;
ISO 15482, DIN 7504-P, DIN 7504; self-drilling screw;
ISO 15483, DIN 7504-R, DIN 7504; self-drilling screw;
ISO 8677, DIN 603; carriage bolt;
DIN 571; lag screw;
DIN 95; wood screw;
DIN 96; wood screw;
DIN 97; wood screw;
DIN 444; eye bolt;
ISO 3266, DIN 580; eye bolt;
DIN 316; wing screw;
DIN 975; threaded rod; full
DIN 976, DIN 976-1; threaded rod; full
DIN 835; stud;
DIN 938; stud;
DIN 939; stud;
ISO 4032, DIN 934, ISO 8673; hex nut;
EN 14399-4, DIN 6915; hex nut;
ISO 4035, DIN 439-B, DIN 439, DIN 936, ISO 8675; thin nut;
ISO 4036, DIN 439-A, DIN 439; thin nut;
ISO 10511, DIN 985, ISO 10512; lock nut;
ISO 7040, DIN 982; lock nut;
ISO 7042, DIN 980, DIN 6925; lock nut;
ISO 4161, DIN 6923, EN 1661; flange nut;
ISO 7043, DIN 6926; flange lock nut;
ISO 7044, DIN 6927; flange lock nut;
DIN 1587; cap nut;
DIN 917; cap nut;
DIN 986; cap nut;
DIN 315; wing nut;
DIN 928; weld nut;
DIN 929; weld nut;
ISO 21670, DIN 977; weld nut;
DIN 557; square nut;
DIN 562; square nut;
ISO 7035, DIN 935; castle nut;
DIN 582; eye nut;
DIN 6334; coupling nut;
ISO 7089, DIN 125-A, DIN 125; flat washer;
ISO 7090, DIN 125-B, DIN 125; flat washer;
ISO 7091, DIN 126; flat washer;
ISO 7092, DIN 433; flat washer;
EN 14399-6, DIN 6916; flat washer;
DIN 7349; flat washer;
ISO 7093, ISO 7093-1, DIN 9021; large washer;
ISO 7094, DIN 440; large washer;
DIN 127-A, DIN 127; spring washer;
DIN 127-B, DIN 127; spring washer;
DIN 128-A, DIN 128; spring washer;
DIN 7980; spring washer;
DIN 137-A, DIN 137; spring washer;
DIN 137-B, DIN 137; spring washer;
DIN 6796; spring washer;
DIN 6797-A, DIN 6797; toothed washer;
DIN 6797-J, DIN 6797; toothed washer;
DIN 6798-A, DIN 6798; toothed washer;
DIN 6798-J, DIN 6798; toothed washer;
ISO 2338, DIN 7; pin;
ISO 8734, DIN 6325; pin;
ISO 2339, DIN 1; pin;
ISO 8752, DIN 1481; spring pin;
ISO 13337, DIN 7346; spring pin;
ISO 1234, DIN 94; split pin;
ISO 2341, DIN 1444; clevis pin;
DIN 471; retaining ring;
DIN 472; retaining ring;
ISO 15977, DIN 7337; blind rivet;
ISO 1051, DIN 660; rivet;
"""

# by standard: the names of the classes it may stand for (the first member of each row)
CLASSES: dict[str, frozenset[str]] = {}
# by class: the type of part, and the run of the thread or an empty text
TYPE_OF: dict[str, str] = {}
RUN_OF: dict[str, str] = {}


def _fill() -> None:
    for row in _ROWS.strip().splitlines():
        members, kind, run = (part.strip() for part in row.split(";"))
        listed = [member.strip() for member in members.split(",")]
        # two rows may begin with one standard in two parts: bolts and nuts of EN 14399-4, spring washers by form
        name = listed[0] if listed[0] not in TYPE_OF else listed[-1]
        TYPE_OF[name], RUN_OF[name] = kind, run
        for member in listed:
            CLASSES[member] = CLASSES.get(member, frozenset()) | {name}


_fill()
