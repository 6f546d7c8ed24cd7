"""India."""

from connectors.demo.estate.countries.base import Country, cities, listed

INDIA = Country(
    code="IN",
    name="India",
    locale="en_IN",
    language="en",
    currency="INR",
    dialling="91",
    company_code="1110",
    tax_category="JOIG",
    scheme="GSTIN",
    domains=("in", "co.in", "com", "net.in"),
    free_mail=("gmail.com", "gmail.com", "yahoo.co.in", "rediffmail.com", "hotmail.com", "outlook.in"),
    mailboxes=("info", "sales", "purchase", "accounts", "enquiry", "orders"),
    cities=cities("""
        Mumbai|Bombay MH 22 400003 400009 400069 400093
        Pune|Poona MH 20 411001 411018 411026 411057
        Nagpur MH 712 440008 440018
        Nashik|Nasik MH 253 422007 422010
        Chhatrapati_Sambhajinagar|Aurangabad MH 240 431001 431136
        Ahmedabad|Amdavad GJ 79 380001 380023 382445
        Rajkot GJ 281 360001 360003
        Surat GJ 261 395002 395010
        Vadodara|Baroda GJ 265 390010 390020
        Bengaluru|Bangalore KA 80 560002 560058 560099
        Hubballi|Hubli KA 836 580020 580030
        Mysuru|Mysore KA 821 570016 570001
        Chennai|Madras TN 44 600001 600058 600098
        Coimbatore TN 422 641001 641021
        Hosur TN 4344 635109 635126
        Hyderabad TS 40 500003 500037 500055
        Visakhapatnam|Vizag AP 891 530012 530016
        Vijayawada AP 866 520001 520007
        New_Delhi|Delhi DL 11 110006 110020 110064
        Gurugram|Gurgaon HR 124 122001 122015
        Faridabad HR 129 121003 121006
        Noida UP 120 201301 201305
        Kanpur UP 512 208001 208012
        Ghaziabad UP 120 201009 201001
        Lucknow UP 522 226001 226018
        Ludhiana PB 161 141003 141008
        Jalandhar PB 181 144001 144004
        Jaipur RJ 141 302013 302001
        Jodhpur RJ 291 342003 342005
        Indore MP 731 452001 452015
        Bhopal MP 755 462001 462023
        Kolkata|Calcutta WB 33 700001 700007 700071
        Howrah WB 33 711101 711106
        Jamshedpur JH 657 831001 831013
        Bhubaneswar OD 674 751001 751010
        Kochi|Cochin KL 484 682001 682035
        Guwahati AS 361 781001 781005
        Raipur CG 771 492001 493221
    """),
    regions={
        "MH": "Maharashtra",
        "GJ": "Gujarat",
        "KA": "Karnataka",
        "TN": "Tamil Nadu",
        "TS": "Telangana",
        "AP": "Andhra Pradesh",
        "DL": "Delhi",
        "HR": "Haryana",
        "UP": "Uttar Pradesh",
        "PB": "Punjab",
        "RJ": "Rajasthan",
        "MP": "Madhya Pradesh",
        "WB": "West Bengal",
        "JH": "Jharkhand",
        "OD": "Odisha",
        "KL": "Kerala",
        "AS": "Assam",
        "CG": "Chhattisgarh",
    },
    forms={
        "Private Limited": ("Pvt Ltd", "Pvt. Ltd.", "(P) Ltd.", "Pvt Limited", "P Ltd", ""),
        "Limited": ("Ltd", "Ltd.", ""),
        "LLP": ("L.L.P.", "Limited Liability Partnership", ""),
        "& Co.": ("and Company", "& Company", "and Co", ""),
        "& Sons": ("and Sons", "& Son's"),
        "": ("",),
    },
    brands=listed("""
        Shree Balaji, Sri Venkateshwara, Mahalaxmi, New Bharat, Jai Hind, Om Sai, Ganesh, Shakti, Ambika, Hindustan,
        Universal, Precision, Supreme, Apex, Everest, Vardhman, Nandi, Konark, Deccan, Sahyadri, Ganga, Narmada,
        Kaveri, Malabar, Coromandel, Indus, Vindhya, Aravali, Bajrang, Jagdamba, Chamunda, Khodiyar, Umiya, Tirupati,
        Padmavati, Parshwanath, Arihant, Siddhi Vinayak, Raj Rajeshwari, Annapurna, Trimurti, Navkar, Mahavir, Swastik
    """),
    trades=listed("""
        Fasteners, Bolt House, Hardware, Hardware & Tools, Engineering Works, Enterprises, Traders, Industrial Supplies,
        Nut Bolt Syndicate, Steel Traders, Screw Industries, Mill Stores, Machinery Stores, Precision Fasteners,
        Industries, Trading Company, Auto Components, Iron & Steel, Forgings, Fixtures, Agencies, Wire Products,
        High Tensile Fasteners, Engineers, Metal Corporation, Tools Centre, Construction Equipment
    """),
    divisions=listed("Exports, Infra, Logistics, Springs, Realty, Forge, Stampings, Solar, Packaging"),
    areas=listed("South, North, East, West, Gujarat, Deccan"),
    streets=listed("""
        MG Road, Station Road, Nagdevi Street, Sarojini Devi Road, Linghi Chetty Street, Mount Road, Ring Road,
        Bazar Street, Lohar Chawl, Narayan Dhuru Street, Hanuman Road, Gandhi Nagar Main Road, Residency Road,
        Nehru Road, Subhash Marg, Tilak Road, Laxmi Road, Chawri Bazar Lane, GT Road, Canal Road, Strand Road,
        Netaji Subhas Road, Link Road, SV Road, LBS Marg, Old Bus Stand Road, Temple Street, Market Yard Road,
        Patel Road, Church Street, Park Street, Civil Lines Road, Mall Road, Shastri Nagar Road, Ashram Road
    """),
    estates=listed("""
        MIDC Industrial Area, GIDC Industrial Estate, Okhla Industrial Area, Peenya Industrial Area,
        SIDCO Industrial Estate, Focal Point Industrial Area, Sanwer Road Industrial Area,
        Udyog Nagar Industrial Estate,
        KIADB Industrial Area, Govindpura Industrial Area, Balanagar Industrial Estate, RIICO Industrial Area
    """),
    roles=listed("Proprietor, Purchase Manager, Director, Accounts Officer, Stores Incharge, Works Manager, Partner"),
)
