"""Finishes, materials, runs of thread and drives as names of articles write them, in German and English.

Also the few types of part that are told by words which mean something else when they stand alone.

Finishes after ISO 4042 (electroplated), ISO 10683 (zinc flake) and ISO 10684 (hot-dip); stainless steels after
ISO 3506 with the usual numbers of EN 10088 and AISI. Plain `galvanised` is taken for electroplated zinc, as the trade
in small fasteners does; what is hot-dip says so.
"""

from __future__ import annotations

from mdm.engine.matching.normal import fold

STAINLESS = frozenset({"stainless A1", "stainless A2", "stainless A4"})
CROSS = frozenset({"Phillips", "Pozidriv"})

# dimension; value; how it is written
_WRITTEN = """
finish; zinc plated; verzinkt, verz, vz, vzk, zn, gal zn, galzn, galv verzinkt, galv verz, galvanisch verzinkt, \
galv, galvanisch, galvanisiert, zinc plated, zinc, zinc plate, zincplated, zp, bzp, bright zinc plated, bright zinc, \
galvanised, galvanized, electro galvanised, electro galvanized, electrogalvanised, electroplated, zn plated, zn pl, \
zink, gal zink, blau verzinkt, blauverzinkt, blau passiviert, zinc blue, blue zinc, zinc plated blue, verzinkt blau, \
glanzverzinkt, stahl verzinkt
finish; yellow zinc plated; gelb verzinkt, gelbverzinkt, verzinkt gelb, gelb chromatiert, gelbchromatiert, gelb \
passiviert, gvz, gelb vz, vz gelb, gelb, yellow zinc, yellow zinc plated, zinc yellow, zinc plated yellow, yzp, \
yellow passivated, yellow chromate, yellow, gelbvz, gelbverz, gelb zn, gelb zink, st vz gelb, \
yel zinc, yel zn, zn yel, zn yellow, yel
finish; hot-dip galvanised; feuerverzinkt, feuerverz, fvz, feuer verzinkt, feuervz, tzn, t zn, hdg, hot dip \
galvanised, hot dip galvanized, hot dipped galvanised, hot dipped galvanized, hot dip, hot dipped, hot dip galv, hot \
galvanised, hot galv, galvanised hd, galvanized hd, hd galv, hd galvanised, hd galvanized, hd zinc, feuer vz, \
feuerverzink, spun galvanised, stueckverzinkt
finish; zinc flake; zinklamelle, zinklamellen, zinklamellenbeschichtet, zinklamellenbeschichtung, flzn, fl zn, znl, \
zn flake, zn lamelle, zinc flake, zinc flake coated, geomet, dacromet, delta tone, delta protekt
finish; zinc nickel; znni, zinc nickel, zink nickel, zn ni
finish; nickel plated; vernickelt, nickel plated, nickel, nickelplated
finish; chrome plated; verchromt, chrome plated, chrome, chromed
finish; copper plated; verkupfert, copper plated
finish; phosphated; phosphatiert, phosphated, phosphate
finish; black; schwarz, black, bruniert, brüniert, bo, black oxide, black oxidised, blackened, black ox, blackox, \
black zinc, schwarz verzinkt
finish; plain, black; blk
finish; plain; blank, plain, pln, self colour, self color, self coloured, unbehandelt, uncoated, untreated, bright, \
natur, unplated, plain finish
material; steel; stahl, steel, carbon steel, st, alloy steel, stahl gehartet
material; stainless A1, stainless A2, stainless A4; edelstahl, rostfrei, nichtrostend, inox, stainless, stainless \
steel, edelst, ss, rvs, niro, nirosta, edelstahl rostfrei, rostfreier stahl
material; stainless A2; v2a, aisi 304, ss304, sus304, ss 304, edelstahl v2a, 18 8, a2 stainless
material; stainless A4; v4a, aisi 316, ss316, sus316, ss 316, aisi 316l, marine grade, edelstahl v4a
material; brass; messing, brass, ms
material; polyamide; polyamid, nylon, pa, pa6, pa66, pa 6 6, kunststoff, plastic
material; aluminium; aluminium, aluminum, alu
material; copper; kupfer, copper
material; titanium; titan, titanium
run; full; vollgewinde, vollgew, vg, full thread, fully threaded, full threaded, mit gewinde bis kopf, gewinde bis \
kopf, gew bis kopf
run; partial; teilgewinde, teilgew, tg, mit schaft, schaft, partial thread, partially threaded, part thread, part \
threaded, shank
type; lock nut, flange lock nut; nylon lock nut, nylon nut, nylon locknut, nyloc nut
type; large washer; large plain washer, large flat washer, grosse scheibe, gr scheibe, grosse unterlegscheibe
type; flat washer; plain washer, plain washers, flat washer, flat washers
type; hex bolt; hex set screw, hexagon set screw, hex set screws, hexagon set screws, hex head set screw
type; set screw; socket set screw, socket set screws, hexagon socket set screw, hexagon socket set screws, grub \
screw, grub screws, madenschraube, madenschrauben
type; set screw, hex bolt; set screw, set screws, setscrew
type; lock nut, flange lock nut; nylon insert, with nylon insert, nylon ring, polyamide insert, mit polyamidring, \
kunststoffring, mit kunststoffeinlage, kunststoffeinlage, polyamideinlage, mit klemmteil, nichtmetallischer einsatz
type; countersunk screw, socket countersunk screw, countersunk tapping screw, chipboard screw, wood screw; flat head
drive; Torx; torx, tx, isr, innensechsrund, innenvielzahn, six lobe, sechsrund, hexalobular, t star, tx10, tx15, \
tx20, tx25, tx30, tx40, tx45, tx50, t10, t15, t20, t25, t30, t40, t45, t50
drive; Pozidriv; pz, pozidriv, pozi, pz1, pz2, pz3
drive; Phillips; ph, phillips, ph1, ph2, ph3
drive; Phillips, Pozidriv; kreuzschlitz, kreuz, cross recess, cross recessed, crossrecessed, ks, recessed
drive; slotted; schlitz, slotted, slot, langsschlitz
"""

PHRASES: dict[str, tuple[str, frozenset[str]]] = {}
for _row in _WRITTEN.strip().splitlines():
    _dimension, _values, _phrases = (part.strip() for part in _row.split(";"))
    for _phrase in _phrases.split(","):
        PHRASES[fold(_phrase)] = (_dimension, frozenset(value.strip() for value in _values.split(",")))

# Words that tell nothing about which article it is.
FILLER = frozenset(
    fold(word)
    for word in (
        "mit und für aus nach ähnlich form typ type with and for of the in a to acc according din iso en mm kopf head "
        "metrisch metric regelgewinde coarse thread gewinde grade klasse class güte qualität quality product artikel "
        "steel stainless pack packung box je pro per ve vpe pu size grösse drive antrieb full teil voll rechts right "
        "x l d hand st stk pcs pc zubehör profi kl cl fk fkl gr abm dim new neu top lose loose bulk plated coated "
        "finish oberfläche material werkstoff länge length lang strength festigkeitsklasse property"
    ).split()
)
