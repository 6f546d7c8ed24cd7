"""Countries and zones the shop knows by name; zones are only checked where it has a list of them."""

from __future__ import annotations

COUNTRIES = {
    "AE": "United Arab Emirates",
    "AT": "Austria",
    "AU": "Australia",
    "BE": "Belgium",
    "BR": "Brazil",
    "CA": "Canada",
    "CH": "Switzerland",
    "CN": "China",
    "CZ": "Czechia",
    "DE": "Germany",
    "DK": "Denmark",
    "ES": "Spain",
    "FI": "Finland",
    "FR": "France",
    "GB": "United Kingdom",
    "IE": "Ireland",
    "IN": "India",
    "IT": "Italy",
    "JP": "Japan",
    "LU": "Luxembourg",
    "MX": "Mexico",
    "NL": "Netherlands",
    "NO": "Norway",
    "NZ": "New Zealand",
    "PL": "Poland",
    "PT": "Portugal",
    "SE": "Sweden",
    "SG": "Singapore",
    "US": "United States",
    "ZA": "South Africa",
}


def _zones(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split("; "))


ZONES = {
    "US": _zones(
        "AL=Alabama; AK=Alaska; AZ=Arizona; AR=Arkansas; CA=California; CO=Colorado; CT=Connecticut; DE=Delaware; "
        "DC=District of Columbia; FL=Florida; GA=Georgia; HI=Hawaii; ID=Idaho; IL=Illinois; IN=Indiana; IA=Iowa; "
        "KS=Kansas; KY=Kentucky; LA=Louisiana; ME=Maine; MD=Maryland; MA=Massachusetts; MI=Michigan; MN=Minnesota; "
        "MS=Mississippi; MO=Missouri; MT=Montana; NE=Nebraska; NV=Nevada; NH=New Hampshire; NJ=New Jersey; "
        "NM=New Mexico; NY=New York; NC=North Carolina; ND=North Dakota; OH=Ohio; OK=Oklahoma; OR=Oregon; "
        "PA=Pennsylvania; PR=Puerto Rico; RI=Rhode Island; SC=South Carolina; SD=South Dakota; TN=Tennessee; "
        "TX=Texas; UT=Utah; VT=Vermont; VA=Virginia; WA=Washington; WV=West Virginia; WI=Wisconsin; WY=Wyoming"
    ),
    "CA": _zones(
        "AB=Alberta; BC=British Columbia; MB=Manitoba; NB=New Brunswick; NL=Newfoundland and Labrador; "
        "NT=Northwest Territories; NS=Nova Scotia; NU=Nunavut; ON=Ontario; PE=Prince Edward Island; QC=Quebec; "
        "SK=Saskatchewan; YT=Yukon"
    ),
    "IN": _zones(
        "AN=Andaman and Nicobar Islands; AP=Andhra Pradesh; AR=Arunachal Pradesh; AS=Assam; BR=Bihar; CG=Chhattisgarh; "
        "CH=Chandigarh; DL=Delhi; DN=Dadra and Nagar Haveli; DD=Daman and Diu; GA=Goa; GJ=Gujarat; "
        "HP=Himachal Pradesh; HR=Haryana; JH=Jharkhand; JK=Jammu and Kashmir; KA=Karnataka; KL=Kerala; LA=Ladakh; "
        "LD=Lakshadweep; MH=Maharashtra; ML=Meghalaya; MN=Manipur; MP=Madhya Pradesh; MZ=Mizoram; NL=Nagaland; "
        "OR=Odisha; PB=Punjab; PY=Puducherry; RJ=Rajasthan; SK=Sikkim; TN=Tamil Nadu; TR=Tripura; TS=Telangana; "
        "UK=Uttarakhand; UP=Uttar Pradesh; WB=West Bengal"
    ),
}


def country_name(code: str | None) -> str | None:
    """The country's name, its code where we hold no name."""
    return COUNTRIES.get(code, code) if code else None


def zone_name(country: str | None, code: str | None) -> str | None:
    """The zone's name, its code where the country has no list."""
    return ZONES.get(country or "", {}).get(code, code) if code else None


def country_code(name: str) -> str | None:
    """The code of a country given by code or name."""
    wanted = name.strip().lower()
    return next((code for code, known in COUNTRIES.items() if wanted in (code.lower(), known.lower())), None)


def zone_code(country: str | None, name: str) -> str:
    """The code of a zone given by code or name; the upper-cased text where it has none."""
    wanted = name.strip().lower()
    known = ZONES.get(country or "", {})
    return next((code for code, zone in known.items() if wanted == zone.lower()), name.strip().upper())


def zone_fits(country: str | None, code: str | None) -> bool:
    """False for a zone its country does not have; countries without a list take any."""
    return not code or country not in ZONES or code in ZONES[country]
