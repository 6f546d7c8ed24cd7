"""Germany."""

from connectors.demo.estate.countries.base import Country, cities, listed

GERMANY = Country(
    code="DE",
    name="Germany",
    locale="de_DE",
    language="de",
    currency="EUR",
    dialling="49",
    company_code="1010",
    tax_category="MWST",
    scheme="VAT",
    domains=("de", "de", "de", "com", "eu"),
    free_mail=("gmx.de", "web.de", "t-online.de", "gmail.com", "posteo.de", "outlook.de", "freenet.de"),
    mailboxes=("info", "kontakt", "vertrieb", "einkauf", "buchhaltung", "bestellung"),
    cities=cities("""
        Stuttgart BW 711 70173 70469 70565
        Heilbronn BW 7131 74072 74076
        Reutlingen BW 7121 72760 72764
        Ulm BW 731 89073 89077
        Villingen-Schwenningen BW 7721 78048 78054
        München|Muenchen|Munich BY 89 80331 80807 81245
        Nürnberg|Nuernberg|Nuremberg BY 911 90402 90431
        Augsburg BY 821 86150 86199
        Schweinfurt BY 9721 97421 97424
        Würzburg|Wuerzburg BY 931 97070 97080
        Berlin BE 30 10115 12277 13509
        Potsdam BB 331 14467 14482
        Bremen HB 421 28195 28309
        Hamburg HH 40 20095 22113 21079
        Frankfurt_am_Main|Frankfurt HE 69 60311 60386 65933
        Kassel HE 561 34117 34123
        Darmstadt HE 6151 64283 64293
        Rostock MV 381 18055 18069
        Hannover|Hanover NI 511 30159 30419
        Braunschweig NI 531 38100 38112
        Osnabrück|Osnabrueck NI 541 49074 49084
        Köln|Koeln|Cologne NW 221 50667 50827 51149
        Düsseldorf|Duesseldorf NW 211 40210 40549
        Dortmund NW 231 44135 44309
        Hagen NW 2331 58089 58135
        Wuppertal NW 202 42103 42389
        Bielefeld NW 521 33602 33689
        Lüdenscheid|Luedenscheid NW 2351 58507 58515
        Arnsberg NW 2932 59755 59821
        Mainz RP 6131 55116 55129
        Kaiserslautern RP 631 67655 67663
        Saarbrücken|Saarbruecken SL 681 66111 66117
        Dresden SN 351 01067 01237
        Leipzig SN 341 04103 04347
        Chemnitz SN 371 09111 09120
        Magdeburg ST 391 39104 39126
        Kiel SH 431 24103 24145
        Lübeck|Luebeck SH 451 23552 23560
        Erfurt TH 361 99084 99099
        Jena TH 3641 07743 07749
    """),
    regions={
        "BW": "Baden-Württemberg",
        "BY": "Bayern",
        "BE": "Berlin",
        "BB": "Brandenburg",
        "HB": "Bremen",
        "HH": "Hamburg",
        "HE": "Hessen",
        "MV": "Mecklenburg-Vorpommern",
        "NI": "Niedersachsen",
        "NW": "Nordrhein-Westfalen",
        "RP": "Rheinland-Pfalz",
        "SL": "Saarland",
        "SN": "Sachsen",
        "ST": "Sachsen-Anhalt",
        "SH": "Schleswig-Holstein",
        "TH": "Thüringen",
    },
    forms={
        "GmbH": ("G.m.b.H.", "Gesellschaft mit beschränkter Haftung", "gmbh", ""),
        "GmbH & Co. KG": ("GmbH & Co KG", "GmbH u. Co. KG", "GmbH und Co. KG", "GmbH&Co.KG", "KG", ""),
        "KG": ("Kommanditgesellschaft", "K.G.", ""),
        "OHG": ("oHG", "Offene Handelsgesellschaft", ""),
        "e.K.": ("e. K.", "eK", "e.Kfm.", ""),
        "AG": ("Aktiengesellschaft", ""),
        "UG (haftungsbeschränkt)": ("UG", "UG haftungsbeschränkt", ""),
    },
    brands=listed("""
        Fixolan, Veltrix, Normafix, Schraubfuchs, Kontrafest, Ankerwerk, Boltana, Gewindia, Metallon, Dübelix,
        Ferrotec, Nietech, Stahlring, Torxano, Spannfix, Hanseanker, Drehmoment Zwo, Rheinbolzen, Alpenfest,
        Nordgewinde, Kronfix, Zargenfix, Inoxia, Unverlierbar, Sechskant Plus, Muttermann, Fachwerkbund, Tragfest
    """),
    trades=listed("""
        Schrauben, Schraubenhandel, Befestigungstechnik, Verbindungselemente, Verbindungstechnik, Normteile,
        Eisenwaren, Industriebedarf, Werkzeughandel, Baubeschläge, Montagetechnik, Dübeltechnik, Edelstahlhandel,
        Metallwaren, Maschinenbau, Stahlbau, Fassadenbau, Holzbau, Anlagenbau, Landtechnik, Fahrzeugbau, Gerätebau,
        Zerspanungstechnik, Handelsgesellschaft, Technischer Handel, Fenster- und Türenbau, Elektrotechnik
    """),
    divisions=listed("Logistik, Montageservice, Werkzeugbau, Immobilien, Automotive, Oberflächentechnik, Energie"),
    areas=listed("Süd, Nord, West, Ost, Rhein-Main, Sachsen, Bayern, Nordrhein"),
    streets=listed("""
        Industriestraße, Gewerbestraße, Bahnhofstraße, Hauptstraße, Schillerstraße, Goethestraße, Lindenstraße,
        Gartenstraße, Ringstraße, Daimlerstraße, Robert-Bosch-Straße, Siemensstraße, Dieselstraße, Max-Planck-Straße,
        Carl-Zeiss-Straße, Am Güterbahnhof, Am Hafen, An der Mühle, Im Gewerbepark, Alte Landstraße, Kirchstraße,
        Bergstraße, Waldstraße, Schulstraße, Mühlenweg, Feldweg, Birkenweg, Ahornweg, Amselweg, Rosenweg,
        Marktplatz, Berliner Platz, Kaiserallee, Parkallee, Poststraße, Wiesenstraße, Uferstraße, Heideweg
    """),
    estates=(),
    roles=listed("Einkauf, Geschäftsführung, Buchhaltung, Lagerleitung, Technik, Vertrieb, Werkstattleitung"),
)
