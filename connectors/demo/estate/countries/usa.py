"""The United States."""

from connectors.demo.estate.countries.base import Country, cities, listed

USA = Country(
    code="US",
    name="United States",
    locale="en_US",
    language="en",
    currency="USD",
    dialling="1",
    company_code="1710",
    tax_category="UTXJ",
    scheme="EIN",
    domains=("com", "com", "com", "net", "us"),
    free_mail=("gmail.com", "gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "aol.com", "comcast.net"),
    mailboxes=("info", "sales", "orders", "purchasing", "ap", "office"),
    cities=cities("""
        Chicago IL 312 60607 60632 60638
        Rockford IL 815 61101 61109
        Detroit MI 313 48201 48227
        Grand_Rapids MI 616 49503 49512
        Cleveland OH 216 44103 44125
        Columbus OH 614 43201 43228
        Cincinnati OH 513 45202 45241
        Toledo OH 419 43604 43612
        Indianapolis IN 317 46201 46241
        Fort_Wayne|Ft._Wayne IN 260 46802 46808
        Milwaukee WI 414 53202 53218
        Green_Bay WI 920 54301 54304
        Minneapolis MN 612 55401 55413
        Saint_Paul|St._Paul MN 651 55101 55114
        Saint_Louis|St._Louis MO 314 63101 63110
        Kansas_City MO 816 64101 64120
        Houston TX 713 77002 77041 77092
        Dallas TX 214 75201 75247
        Fort_Worth|Ft._Worth TX 817 76102 76106
        Los_Angeles|LA CA 213 90012 90021 90058
        Fresno CA 559 93701 93725
        San_Jose CA 408 95110 95131
        Portland OR 503 97201 97210
        Seattle WA 206 98101 98108
        Tacoma WA 253 98402 98421
        Denver CO 303 80202 80216
        Phoenix AZ 602 85003 85043
        Salt_Lake_City|SLC UT 801 84101 84104
        Atlanta GA 404 30303 30318
        Savannah GA 912 31401 31408
        Charlotte NC 704 28202 28206
        Greensboro NC 336 27401 27409
        Nashville TN 615 37201 37210
        Memphis TN 901 38103 38118
        Birmingham AL 205 35203 35211
        Tampa FL 813 33602 33619
        Jacksonville FL 904 32202 32254
        Pittsburgh PA 412 15201 15222
        Philadelphia|Phila. PA 215 19103 19134
        Worcester MA 508 01602 01608
        Hartford CT 860 06103 06114
        Buffalo NY 716 14202 14206
        Rochester NY 585 14604 14606
        Newark NJ 973 07102 07105
    """),
    regions={
        "IL": "Illinois",
        "MI": "Michigan",
        "OH": "Ohio",
        "IN": "Indiana",
        "WI": "Wisconsin",
        "MN": "Minnesota",
        "MO": "Missouri",
        "TX": "Texas",
        "CA": "California",
        "OR": "Oregon",
        "WA": "Washington",
        "CO": "Colorado",
        "AZ": "Arizona",
        "UT": "Utah",
        "GA": "Georgia",
        "NC": "North Carolina",
        "TN": "Tennessee",
        "AL": "Alabama",
        "FL": "Florida",
        "PA": "Pennsylvania",
        "MA": "Massachusetts",
        "CT": "Connecticut",
        "NY": "New York",
        "NJ": "New Jersey",
    },
    forms={
        "Inc.": ("Incorporated", "Inc", "INC", ""),
        "LLC": ("L.L.C.", "Llc", "Limited Liability Company", ""),
        "Corp.": ("Corporation", "Corp", ""),
        "Co.": ("Company", "Co", ""),
        "Ltd.": ("Limited", "Ltd", ""),
    },
    brands=listed("""
        Lakeshore, Great Plains, Blue Ridge, Cascade, Keystone, Lone Star, Buckeye, Hoosier, Badger, Gateway, Piedmont,
        Sunbelt, Empire, Bay State, Liberty, Pioneer, Frontier, Summit, Ironwood, Redwood, Copperhead, Torquemaster,
        Boltworks, Gripwell, Fastlane, Threadline, Steel City, Mile High, Northstar, Patriot, Tidewater, Bluegrass,
        Wolverine, Mesa, Rio Grande, Golden Gate, Evergreen, Granite, Palmetto, Chesapeake, Big Sky, Heartland
    """),
    trades=listed("""
        Fastener Supply, Bolt & Screw, Industrial Supply, Fasteners, Hardware, Tool & Die, Construction Supply,
        Fastening Systems, Machine Works, Metal Products, Fabrication, Steel Buildings, Marine Hardware, Nut & Bolt,
        Builders Supply, Manufacturing, Equipment, Roofing Supply, Aerospace Components, Contractors Supply, Anchors,
        Rivet & Machine, Precision Products, Electric Supply, Truck Parts, Farm Supply, Maintenance Products
    """),
    divisions=listed("Logistics, Aerospace, Rentals, Coatings, Services, Properties, Plating, Capital"),
    areas=listed("West, Midwest, Southeast, Southwest, of Texas, Canada, Great Lakes"),
    streets=listed("""
        Industrial Parkway, Main Street, Commerce Drive, Oak Avenue, Maple Street, Railroad Avenue, Elm Street,
        Washington Boulevard, Lincoln Highway, Enterprise Drive, Factory Road, Harbor Boulevard, River Road,
        Park Avenue, Mill Street, Franklin Street, Jefferson Avenue, Lake Street, Market Street, Airport Road,
        Pulaski Road, Cicero Avenue, Euclid Avenue, Woodward Avenue, Hillcrest Lane, Cedar Lane, Sunset Drive,
        Highland Avenue, Church Street, Prospect Avenue, Chestnut Street, Walnut Street, Pine Street, Meadow Lane,
        Old Mill Road, County Line Road, Technology Drive, Distribution Boulevard
    """),
    estates=(),
    roles=listed("Buyer, Owner, Accounts Payable, Warehouse Manager, Plant Manager, Purchasing Manager, Engineer"),
)
