"""Words that tell little: common words of company names, the most common family names, what is typed for nothing.

Family names: the lists of most frequent names in public statistics of Germany, India, the United Kingdom and the US.
"""

from __future__ import annotations

from mdm.engine.matching.normal import fold


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in text.split())


# Say what any company may say of itself; leaving one out does not make another company.
FILLER = _words("""
    company co enterprises enterprise industries industry industrial traders trader trading works products solutions
    corporation firma firm unternehmen betrieb inhaber inh prop proprietor sons son brothers bros söhne sohn gebrüder
    associates stores store shop partner partners systems technologies technology agencies agency
""")

# Left out on both sides before names are compared.
STOP = _words("and und u et y e i the of der die das dem des den für for in im am an von zu m s ms messrs firma fa")

# Frequent in company names: shared, they say little; missing or different, they still make another name.
COMMON = FILLER | _words("""
    international global national general american united first new royal premier quality universal standard modern
    metal metals steel stahl tools tool hardware supply supplies machine machinery maschinen maschinenbau technik
    engineering engineers construction bau auto automotive motor motors parts components service services group gruppe
    holding holdings handel handels vertrieb vertriebs sales import export exports india indian bharat hindustan
    deutschland deutsche german usa america europe asia north south east west nord süd ost eastern western northern
    southern central city shree shri sri sree om sai jai maa balaji ganesh ganesha krishna laxmi lakshmi durga shiva
    pacific atlantic midwest products product manufacturing manufacturers manufacturer distribution distributors
    distributor wholesale precision mart emporium house center centre point corner world mills foundry forge electric
    electrical electricals electronics chemicals plastics textiles paper foods building builders building contractors
    equipment equipments industrials logistics transport consulting consultants management development developers
    befestigungstechnik eisenwaren werkzeug werkzeuge metallbau stahlbau anlagenbau baubedarf industriebedarf
    elektro elektrotechnik elektronik sanitär heizung großhandel fachhandel einzelhandel baustoffe logistik spedition
    transporte beratung systeme lösungen verwaltung verwaltungs beteiligungs beteiligungen gesellschaft
    handelsgesellschaft vertriebsgesellschaft produktion produktions fertigung fertigungstechnik
""")

# Mark a company beside its parent: a branch of the business, not a way to write its name.
STRUCTURE = tuple(
    sorted(
        _words("""
    holding group gruppe vertrieb sales verwaltung beteiligung immobilien logisti service handels retail export import
    distribut branch niederlassung filiale werk plant division unit depot warehouse international overseas finance
    leasing trading manufactur produktion production research rental spares online
""")
    )
)

FAMILY = _words("""
    müller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schäfer koch bauer richter klein wolf
    schröder neumann schwarz zimmermann braun krüger hofmann hartmann lange schmitt werner krause meier lehmann
    smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson
    thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker
    young allen king wright scott torres nguyen hill flores green adams nelson baker hall rivera campbell mitchell
    carter roberts evans turner wood
    kumar singh sharma patel gupta verma shah khan reddy rao yadav jain joshi mehta nair iyer das devi ali ahmed
    agarwal agrawal mishra pandey kaur desai chopra malhotra kapoor bose ghosh roy chauhan naidu pillai menon banerjee
    mukherjee chatterjee patil kulkarni
""")

# Typed where nothing was known; no evidence at all.
NOTHING = _words("""
    na none null nil unknown unbekannt test tester testing dummy xxx xx x tbd tba guest gast customer kunde anonymous
    keine leer empty noname
""") | {"n a", "not available", "not known", "no name", "unknown unknown", "test test", "walk in customer", ""}
