"""How fasteners are called: in German and English, written out, cut short, and as sales people say it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Noun:
    """One kind of fastener: German and English name, short forms of each, what sales people call it in English."""

    de: str
    de_short: tuple[str, ...]
    en: str
    en_short: tuple[str, ...]
    said: tuple[str, ...]


NOUNS = {
    "hex_screw": Noun(
        "Sechskantschraube", ("SKT-SCHRAUBE", "6KT-SCHR.", "SECHSKANTSCHR.", "SK-SCHR."),
        "Hexagon head screw", ("HEX SCREW", "HEX HD SCR", "HEX.SCREW"), ("Hex screw", "Hex head screw full thread"),
    ),
    "hex_bolt": Noun(
        "Sechskantschraube mit Schaft", ("SKT-SCHRAUBE M.SCHAFT", "6KT-SCHR.M.SCHAFT", "SK-SCHR. SCHAFT"),
        "Hexagon head bolt", ("HEX BOLT", "HEX HD BOLT", "HEX.BOLT"), ("Hex bolt", "Hex bolt part thread"),
    ),
    "cap_screw": Noun(
        "Zylinderschraube mit Innensechskant", ("ZYL-SCHRAUBE ISK", "ZYL.SCHR. I-6KT", "INNENSECHSKANTSCHR."),
        "Hexagon socket head cap screw", ("SOC HD CAP SCR", "SHCS", "SOCKET CAP SCREW"),
        ("Socket cap screw", "Allen bolt"),
    ),
    "countersunk": Noun(
        "Senkschraube mit Innensechskant", ("SENKSCHR. ISK", "SENKSCHR. I-6KT", "SE-SCHRAUBE ISK"),
        "Hexagon socket countersunk screw", ("CSK SOC SCR", "CSK SCREW", "FLAT HD SOC SCR"),
        ("Countersunk socket screw", "Flat head Allen screw"),
    ),
    "button_head": Noun(
        "Linsenkopfschraube mit Innensechskant", ("LIKO-SCHR. ISK", "LINSENKOPFSCHR. ISK", "FLACHKOPFSCHR. ISK"),
        "Hexagon socket button head screw", ("BUTTON HD SCR", "BHCS", "BTN HD SOC SCR"), ("Button head screw",),
    ),
    "pan_head": Noun(
        "Linsenschraube mit Kreuzschlitz", ("LINSENSCHR. KS", "LI-SCHRAUBE KREUZ", "LINSENSCHR. PH"),
        "Cross recessed pan head screw", ("PAN HD SCR PH", "PAN HEAD SCREW"),
        ("Pan head machine screw", "Phillips pan screw"),
    ),
    "carriage_bolt": Noun(
        "Flachrundschraube mit Vierkantansatz", ("SCHLOSSSCHRAUBE", "FLACHRUNDSCHR.", "FLRD-SCHR. 4KT"),
        "Mushroom head square neck bolt", ("CARRIAGE BOLT", "CUP SQ BOLT", "MUSHR HD BOLT"),
        ("Carriage bolt", "Coach bolt"),
    ),
    "grub_screw": Noun(
        "Gewindestift mit Innensechskant", ("GEW-STIFT ISK", "GEWINDESTIFT I-6KT", "MADENSCHRAUBE"),
        "Hexagon socket set screw flat point", ("SET SCREW", "SOC SET SCR", "GRUB SCR"),
        ("Grub screw", "Set screw flat point"),
    ),
    "stud": Noun(
        "Gewindestange", ("GEW-STANGE", "GEWINDEST.", "GEW.STANGE"),
        "Threaded rod", ("THR ROD", "STUDDING", "THREADED BAR"), ("Threaded rod", "All thread"),
    ),
    "hex_nut": Noun(
        "Sechskantmutter", ("SKT-MUTTER", "6KT-MUTTER", "SECHSKANTMU.", "SK-MU"),
        "Hexagon nut", ("HEX NUT", "HEX.NUT", "HX NUT"), ("Hex nut", "Full nut"),
    ),
    "lock_nut": Noun(
        "Sechskantmutter selbstsichernd", ("STOPPMUTTER", "SKT-MUTTER SELBSTS.", "SICHERUNGSMUTTER"),
        "Prevailing torque hexagon nut", ("LOCK NUT NYL", "NYLOC NUT", "PREV TORQUE NUT"), ("Nylon lock nut", "Nyloc"),
    ),
    "thin_nut": Noun(
        "Sechskantmutter niedrige Form", ("SKT-MUTTER NIEDRIG", "FLACHE MUTTER", "KONTERMUTTER"),
        "Hexagon thin nut", ("HEX THIN NUT", "JAM NUT", "HALF NUT"), ("Jam nut", "Half nut"),
    ),
    "washer": Noun(
        "Scheibe", ("U-SCHEIBE", "UNTERLEGSCHEIBE", "SCHEIBE FORM A"),
        "Plain washer", ("WASHER", "FLAT WASHER", "WASHER FORM A"), ("Flat washer",),
    ),
    "wide_washer": Noun(
        "Scheibe großer Außendurchmesser", ("KOTFLÜGELSCHEIBE", "GR. SCHEIBE", "SCHEIBE GROSS"),
        "Large plain washer", ("LARGE WASHER", "FENDER WASHER", "PENNY WASHER"), ("Fender washer", "Penny washer"),
    ),
    "spring_washer": Noun(
        "Federring", ("FEDERRING B", "FED.RING", "SPRENGRING"),
        "Spring lock washer", ("SPRING WASHER", "LOCK WASHER", "SPR WASHER"), ("Split lock washer", "Spring washer"),
    ),
    "dowel_pin": Noun(
        "Zylinderstift", ("ZYL-STIFT", "ZYLINDERST.", "PASSSTIFT"),
        "Parallel pin", ("DOWEL PIN", "PAR PIN", "CYL PIN"), ("Dowel pin",),
    ),
    "spring_pin": Noun(
        "Spannstift schwere Ausführung", ("SPANNSTIFT", "SPANNHÜLSE", "SP-STIFT SCHWER"),
        "Spring-type straight pin heavy duty", ("SPRING PIN", "ROLL PIN", "SLOTTED PIN"),
        ("Roll pin", "Slotted spring pin"),
    ),
    "tapping_screw": Noun(
        "Linsenblechschraube", ("BLECHSCHRAUBE", "LI-BLECHSCHR.", "BLECHSCHR. LINSE"),
        "Pan head tapping screw", ("TAPPING SCR", "SELF TAP SCREW", "PAN HD TAP SCR"),
        ("Self tapping screw", "Sheet metal screw"),
    ),
    "chipboard": Noun(
        "Spanplattenschraube Senkkopf", ("SPANPLATTENSCHR.", "SPAPLA-SCHR.", "SPAX-TYP SCHR."),
        "Chipboard screw countersunk", ("CHIPBOARD SCR", "WOOD SCR CSK", "CHIPBD SCREW"),
        ("Chipboard screw", "Wood screw"),
    ),
}  # fmt: skip

# Finish -> German, its short forms, English, its short forms. Nothing is said of a plain one in most names.
FINISHES = {
    "plain": ("blank", ("BLK", "BLANK"), "plain", ("PLN", "PLAIN")),
    "zinc": ("galvanisch verzinkt", ("VZ", "VERZ.", "GALV.VERZ.", "A2K"), "zinc plated", ("ZP", "ZN", "ZINC")),
    "hot_dip": ("feuerverzinkt", ("TZN", "FVZ", "FEUERVERZ."), "hot-dip galvanized", ("HDG", "HOT DIP", "TZN")),
    "flake": ("zinklamellenbeschichtet", ("ZNL", "FLZN", "ZINKLAM."), "zinc flake coated", ("ZFL", "FLZN", "ZN FLAKE")),
    "yellow": ("gelb verzinkt", ("GVZ", "GELBVZ", "VZ GELB", "A2C"), "yellow zinc plated", ("YZP", "YZ", "YEL ZINC")),
    "black": ("brüniert", ("BRÜN.", "SCHWARZ", "BRUEN."), "black oxide", ("BLK OX", "BLACK", "BO")),
}
COLLOQUIAL = {"zinc": ("zinc", "galv", "BZP"), "yellow": ("yellow",), "hot_dip": ("galvanized HD", "HDG"),
              "flake": ("Geomet", "flake"), "black": ("black",)}  # fmt: skip

GRADES = {"de": ("{}", "FKL {}", "Güte {}", "{}"), "en": ("{}", "Gr. {}", "cl. {}", "grade {}", "{}")}
PACKS = {
    "de": ("VE {}", "VPE {}", "{} Stück", "{} Stk.", "VE={}", "Pck. {}"),
    "en": ("pack of {}", "{} pcs", "box of {}", "{}/box", "PU {}", "qty {}"),
}

FAMILIES = {"screw": "Screws & bolts", "nut": "Nuts", "washer": "Washers", "pin": "Pins", "other": "Rods & studs"}
GROUPS = {"screw": "FST-SCRW", "nut": "FST-NUT", "washer": "FST-WASH", "pin": "FST-PIN", "other": "FST-MISC"}


def kind(word: str) -> str:
    """Which of the families a noun belongs to."""
    if word == "stud":
        return "other"
    return next((part for part in ("nut", "washer", "pin") if word.endswith(part)), "screw")
