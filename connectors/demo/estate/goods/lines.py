"""What is in the catalogue: the common fasteners with their DIN and ISO standards, sizes, grades and finishes.

The pairs of standards are the public correspondences that every catalogue prints; lengths and pitches are usual ones.
"""

from __future__ import annotations

from connectors.demo.estate.goods.world import Line

SHORT = (6, 8, 10, 12, 16, 20, 25, 30)
USUAL = (16, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80)
LONG = (40, 45, 50, 55, 60, 65, 70, 80, 90, 100, 110, 120)
NONE = (0,)

STEEL, STRONG, STAINLESS = ("4.6", "8.8"), ("8.8", "10.9", "12.9"), ("A2-70", "A4-80")
ZINC, FINISHES = ("plain", "zinc"), ("plain", "zinc", "zinc", "hot_dip", "flake", "yellow")
NUTS, WASHERS = ("8", "10", "A2-70", "A4-80"), ("140HV", "200HV", "A2", "A4")


def _sizes(threads: str, lengths: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    return dict.fromkeys(threads.split(), lengths)


BOLTS = {**_sizes("M5 M6", USUAL[:8]), **_sizes("M8 M10 M12 M16", USUAL), "M20": USUAL[5:]}
SHANKS = {**_sizes("M8 M10 M12 M16 M20", LONG), "M24": LONG[4:]}
FINE = _sizes("M8x1 M10x1 M10x1.25 M12x1.25 M12x1.5 M16x1.5", USUAL)
SMALL = _sizes("M3 M4 M5 M6", SHORT)
PINS = {"2.5": SHORT, "4": SHORT, "6": USUAL[:9], "8": USUAL[:9]}

LINES = (
    Line("933", "hex_screw", "DIN 933", "ISO 4017", BOLTS, (*STRONG[:2], *STAINLESS), FINISHES, "73181582"),
    Line("931", "hex_bolt", "DIN 931", "ISO 4014", SHANKS, (*STRONG[:2], "A2-70"), FINISHES, "73181568"),
    Line("961", "hex_screw", "DIN 961", "ISO 8676", FINE, STRONG[:2], FINISHES[:4], "73181582", coarse="933"),
    Line("912", "cap_screw", "DIN 912", "ISO 4762", {**SMALL, **BOLTS}, (*STRONG, *STAINLESS), FINISHES[:4],
         "73181562"),
    Line("7991", "countersunk", "DIN 7991", "ISO 10642", {**SMALL, "M8": USUAL[:8]}, ("8.8", "10.9", "A2-70"), ZINC,
         "73181562"),
    Line("7380", "button_head", "", "ISO 7380-1", {**SMALL, "M8": USUAL[:8]}, ("10.9", "A2-70"), ZINC, "73181562"),
    Line("7985", "pan_head", "DIN 7985", "ISO 7045", SMALL, ("4.8", "A2-70"), ZINC, "73181552"),
    Line("603", "carriage_bolt", "DIN 603", "ISO 8677", {"M6": USUAL, "M8": USUAL, "M10": LONG[:9]}, (*STEEL, "A2-70"),
         ("zinc", "hot_dip"), "73181595"),
    Line("913", "grub_screw", "DIN 913", "ISO 4026", SMALL, ("45H", "A2-70"), ("plain", "black"), "73181542"),
    Line("976", "stud", "DIN 976-1", "", {**_sizes("M6 M8 M10 M12 M16", (1000,))}, ("4.8", "8.8", "A2-70"), ZINC,
         "73181542"),
    Line("934", "hex_nut", "DIN 934", "ISO 4032", _sizes("M4 M5 M6 M8 M10 M12 M16 M20 M24", NONE), NUTS, FINISHES,
         "73181639"),
    Line("8673", "hex_nut", "", "ISO 8673", _sizes("M8x1 M10x1 M10x1.25 M12x1.25 M12x1.5 M16x1.5", NONE), NUTS[:2],
         ZINC, "73181639", coarse="934"),
    Line("985", "lock_nut", "DIN 985", "ISO 10511", _sizes("M4 M5 M6 M8 M10 M12 M16", NONE), NUTS, ZINC, "73181639"),
    Line("439", "thin_nut", "DIN 439", "ISO 4035", _sizes("M6 M8 M10 M12 M16", NONE), ("04", "A2-70"), ZINC,
         "73181639"),
    Line("125", "washer", "DIN 125", "ISO 7089", _sizes("4.3 5.3 6.4 8.4 10.5 13 17 21", NONE), WASHERS, FINISHES[:4],
         "73182200"),
    Line("9021", "wide_washer", "DIN 9021", "ISO 7093-1", _sizes("4.3 5.3 6.4 8.4 10.5 13", NONE),
         ("140HV", "A2", "A4"), ZINC, "73182200"),
    Line("127", "spring_washer", "DIN 127", "", _sizes("5.1 6.1 8.1 10.2 12.2", NONE), ("C60", "A2"), ZINC, "73182100"),
    Line("7", "dowel_pin", "DIN 7", "ISO 2338", PINS, ("St", "A4"), ("plain",), "73182400"),
    Line("1481", "spring_pin", "DIN 1481", "ISO 8752", PINS, ("C67", "A2"), ("plain",), "73182400"),
    Line("7981", "tapping_screw", "DIN 7981", "ISO 14585", {"ST2.9": SHORT[2:6], "ST3.5": SHORT[3:], "ST4.2": SHORT[3:],
         "ST4.8": USUAL[:5]}, ("St", "A2"), ("zinc", "black"), "73181491"),
    Line("5571", "chipboard", "", "", {"3.5": (16, 20, 25, 30, 35, 40), "4": USUAL[:8], "4.5": USUAL[2:9],
         "5": LONG[:9]}, ("St", "A2"), ("zinc", "yellow"), "73181210"),
)  # fmt: skip

# How often a line is drawn; screws and nuts are most of a catalogue.
SHARES = (16, 9, 4, 12, 5, 5, 3, 3, 3, 2, 8, 2, 4, 2, 6, 2, 2, 2, 2, 4, 5)
PACKS = {"small": (100, 200, 500, 1000), "middle": (50, 100, 200, 500), "large": (10, 25, 50, 100)}
MAKERS = ("Nordbolt", "Kiri Fixings", "Adler & Vogt", "Prairie Fastener")


def bulk(line: Line, size: str, length: int) -> str:
    """Whether a piece is small, middle or large, which decides on its packs."""
    thick = float(size.lstrip("MST").split("x")[0])
    if line.word == "stud" or thick >= 16 or thick * length >= 900:
        return "large"
    return "small" if thick <= 5 or (thick <= 6.5 and length <= 25) else "middle"
