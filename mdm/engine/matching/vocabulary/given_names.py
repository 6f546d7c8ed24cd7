"""Given names with their short and sister forms; each line is one name in the eyes of matching.

Two names that are both listed here on different lines are known to be different persons' names, however alike.
"""

from __future__ import annotations

from collections import defaultdict

from mdm.engine.matching.normal import fold, plain

_LINES = """
    alexander alex sandy xander sascha alec aleksandr
    alexandra alex sandra sandy lexi
    alfred fred alf freddie
    andreas andi andy
    andrew andy drew
    andrea
    angela angie angelika
    anna anne ann annie anni anja
    anneliese
    hanna hannah hanne hanni
    anthony tony antonius toni anton
    antonia toni
    barbara barb babs bärbel barbie
    benjamin ben benny benni
    bernhard bernd bernard bernie
    birgit gitti biggi
    bridget
    brigitte gitte gitti gitta biggi
    carl karl charles charlie chuck
    carla karla
    caroline carolin karolin karoline carol
    catherine katherine kathryn kate kathy cathy katie kat katharina kathrin katrin käthe
    christian chris
    christina christine tina chris christl kirsten kerstin
    christoph christopher chris kit stoffel
    claudia
    klaus claus nikolaus
    cornelia conny nele
    daniel dan danny
    daniela dani danielle
    david dave davy
    dieter dietrich
    dominik dominic dom
    dorothea dorothy dora dot dorle dolly
    eduard edward ed eddie ted ned edi
    elisabeth elizabeth liz beth betty lisa lisbeth else elli eliza libby sissi elsbeth lizzie bettina
    emanuel manuel manni
    emily emmy
    emma
    erich eric erik
    erika
    ernst ernest ernie
    eugen eugene gene
    eva eve evi
    ferdinand ferdi
    florian flo
    frances franziska fran franzi fanny
    francis frank franz francesco franco franklin
    friedrich frederick fred fritz freddy rick
    gabriele gabi gabrielle gaby
    georg george jörg jürgen schorsch
    gerhard gerd gerald gerry jerry gerard
    gisela
    gregory greg gregor
    günther günter
    hans johannes johann john johnny jack jan hannes jon hajo hansi
    harald harry harold
    heinrich heinz henry hank harry heiner heini
    helene helen lena leni elena ellen
    helmut
    herbert herb bert
    hermann herman
    hildegard hilde
    hubert
    ina
    ingrid inge
    jakob jacob jake
    james jim jimmy jamie
    jana
    jennifer jen jenny jenn
    jessica jess jessie
    joachim jochen achim hajo
    johanna joanna joan hanna hanni
    jonathan jon nathan
    joseph joe josef sepp joey jupp seppl
    joshua josh
    julia juliane jule julie
    julian jules
    karin
    kenneth ken kenny
    konrad conrad kurt
    lawrence larry lorenz laurence
    leonhard leonard leo len lenny
    louis lewis ludwig lou
    luise louise lou
    manfred manni fred
    margaret margarete maggie meg peggy greta grete gretchen rita margit margret gretel madge marge
    maria marie mary mia molly mitzi
    mario
    marion
    martin marty
    martina tina
    matthias matthew matt mathias
    maximilian max
    melanie mel
    michael mike mick mickey micha michel mikhail michi
    michaela michi
    mohammed mohammad muhammad mohamed mohd md mohamad
    monika monica moni
    nicholas nick nicolas nikolas nico niko
    nicole nicky nicki
    oliver ollie olli
    patricia pat patty trish tricia
    patrick pat paddy
    paul
    paula pauline
    peter pete
    petra
    philip philipp phil
    rebecca becky
    richard rick dick rich ricky
    robert rob bob bobby robbie bert
    roland rolf
    ronald ron ronnie reinhold
    rudolf rudi rudolph rolf
    sabine bine
    samuel sam sammy
    samantha sam
    sarah sara sally
    sebastian basti bastian
    siegfried sigi
    silke
    simon
    simone
    stefan stephan steven stephen steve
    stephanie stefanie steffi
    susanne susan suzanne sue susie susi sanne
    theodor theodore theo ted
    theresa therese terry tess resi
    thomas tom tommy
    timothy tim
    ulrich uli ulli
    ulrike uli ulla
    ursula uschi ulla
    uwe
    valentin
    victoria vicky viktoria
    victor viktor
    walter walt wally
    werner
    wilhelm william will bill billy willy willi liam
    wolfgang wolf
    zachary zach
    jeffrey jeff geoffrey geoff jeffery
    kimberly kim kimberley
    charlotte lotte lottie charly
    jacqueline jackie
    deborah debra deb debbie
    pamela pam
    cynthia cindy
    raymond ray
    donald don donnie
    douglas doug
    leslie les
    judith judy
    abigail abby gail
    amanda mandy
    bradley brad
    jeremy jerry
    nathaniel nathan nate nat
    edmund ed eddie
    vincent vince vinny
    waltraud traudl traudel
    gertrud trude gertrude trudi
    roswitha rosi
    rosemarie rosi rosemary
    veronika vroni veronica
    burkhard burkhart
    eberhard hardy
    reinhard reiner
    wolfram
    karlheinz kalle
    jagdish jaggi jagdeep jaggu
    vikram vicky vikky vikramjit
    vikas vicky vikky
    abhishek abhi
    abhijit abhi abhijeet
    siddharth sid siddhartha
    harpreet harry harpal
    gurpreet guri gopi
    balakrishnan balu bala
    narayan narayanan nari
    mahendra mahender
    surendra surender suri
    virendra virender viru
    devendra devender dev
    narendra narender naru
    aishwarya aishu
    priyanka priya
    jayesh
    jayant jayanta
    ram rama
    rani
    ranjit ranjeet
    hari
    harish
    annika
    annette
    janine
    emil
    emilia
    sunny
    rajesh raj raju
    rajendra raj rajendran rajinder raju
    rajkumar raj raju
    ravi ravindra ravindran ravinder
    sanjay sanjai sanju
    sanjeev sanjiv sanju
    suresh
    ramesh ramu
    mahesh
    mukesh
    rakesh
    naresh
    dinesh
    ganesh
    vijay vijai viju
    vinay
    vinod
    vivek
    amit
    ajit
    anil
    arun
    ashok ashu
    anita
    sunita
    sunil
    kavita
    lalit
    lalita
    priya
    pooja puja
    deepak dipak deepu dipu
    deepa dipa
    krishna krishnan
    lakshmi laxmi
    venkatesh venkat venkata venky
    srinivas srinivasan shrinivas
    subramaniam subramanian subramanyam mani subbu
    chandra chandran
    chandrasekhar chandrashekhar chandrasekar
    neha
    nisha
    rahul
    rohit
    mohit
    sumit
    gaurav gaurab
    saurabh sourabh
    manoj manu
    manish manu
    manisha
    asha
    usha
    geeta gita
    seema sima
    meena mina
    rekha
    lata
"""

GROUPS: dict[str, frozenset[int]]
_groups: dict[str, set[int]] = defaultdict(set)
for _number, _line in enumerate(_LINES.strip().splitlines()):
    for _name in _line.split():
        _groups[fold(_name)].add(_number)
        _groups[plain(_name)].add(_number)
GROUPS = {name: frozenset(numbers) for name, numbers in _groups.items()}

TITLES = frozenset(
    fold(word)
    for word in "dr prof professor mr mrs ms miss herr frau ing dipl shri smt sri kumari sir dott mag mba".split()
)
PARTICLES = frozenset(
    fold(word) for word in "von van de der den da di del della du la le zu zum zur al el bin ibn dos".split()
)
GENERATIONS = {
    "jr": "jr",
    "junior": "jr",
    "jun": "jr",
    "sr": "sr",
    "senior": "sr",
    "sen": "sr",
    "ii": "2",
    "iii": "3",
    "iv": "4",
}
