"""Further given names that many people bear, beside those with short forms in `given_names`.

Each is a name of its own: two of them are two people's names, however alike, and neither says much by itself. Written
from the usual rankings of births in America, Germany, Britain, France, Spain, Italy, Poland, Turkey and India.
"""

from __future__ import annotations

COMMON = frozenset(
    """
    aaron adam adrian agnes agnieszka aidan aisha alan albert alberto alejandro alessandro alexis ali alice alicia
    alina allen allison alma alvin amar amber amelia amelie amir amy ana anastasia angelica angelo annabelle antoine
    april arjun arlene arnold arthur ashley astrid audrey aurelie austin ayesha ayse barry bastien beate beatrice
    beatriz bernadette bernice bertha beverly birgitta bjorn bonnie brandon brenda brent brett brian brianna
    brittany brooke bruce bryan caleb cameron camille candace carlos carmen carole carolyn cassandra cecilia celine
    cem cesar chad chantal charlene chelsea cheryl chiara chloe claire clara clarence claude clemens clifford cody
    colin colleen connie connor corey courtney craig crystal curtis daisy damian darla darlene darren dawn delia
    denise dennis derek destiny diana diane diego dirk dolores donna doris dylan earl edgar edith edna edwin eileen
    elaine eleanor elias elif elijah elise ella elsa emre enrique enzo erin ernesto esmeralda estelle esther ethan
    ethel eunice evan evelyn faith fatima faye felicia felix fernando finn fiona florence floyd francesca francisco
    frieda gabriela gary geraldine gerda gilbert gina ginevra giovanni giulia giuseppe gladys glenda glenn gloria
    gloriana gordon grace guadalupe gudrun guillaume guy gwendolyn hailey hamza harvey hasan hazel heather hector
    hedwig heidi heike henri herve hilda holger holly hugo hussein ian ibrahim ida ignacio imke ines irene iris irma
    isaac isabel isabella isabelle ivan ivy jackson jade jane janet janice jared jasmin jasmine jason javier jay
    jeanne jeannette jenna jens jerome jesse jesus joana jolanta jonas jordan jorge jose josefine josephine joyce
    juan juana juanita judit julio justin kaitlyn karen karsten katja kayla keith kelly kerry kevin khaled krystyna
    kumar kyle laura lauren laurie leah leila leon leroy leticia levi lila lillian linda lindsay logan lorenzo
    loretta lori lorraine luca lucas lucia lucy luigi luis lukas luke lydia lynn madison magdalena malcolm
    malgorzata mara marc marcel marcia marco marcos marcus margarita mariam marianne maribel marilyn marina marissa
    marjorie mark markus marlene marsha marta martha marvin mason massimo mateo mathieu maureen maurice maya meera
    megan mehmet mehtap melinda melissa melvin mercedes meredith michelle miguel mildred milton miriam mirjam misty
    mohan morgan muriel mustafa myra nadia nadine nancy naomi natalia natalie natasha nathalie nelson niklas nils
    nina noah noemi nora norma norman olaf olga olivia oscar otto pablo paola pascal patrizia paulette pedro penny
    perry phyllis pierre pilar piotr rachel rafael ralf ralph ramon ramona raquel raul regina reginald renate rene
    renee rhonda ricardo roberto roger rosa rosalie rose roxanne roy ruby russell ruth ryan sabrina santiago sarita
    scott sean selma sergio seth shane shannon sharon shawn sheila shirley silvia sofia sonia sophia sophie stacey
    stacy stanley stella stuart sven svenja sylvia tabea tamara tanja tanya tara tatjana teresa terrence thea
    tiffany tobias todd tomas tomasz tracy travis trevor troy tyler umar uta valentina valerie vanessa vera vernon
    violet virginia vivian wade wanda warren wayne wendy wesley yannick yasmin yolanda yusuf yvette yvonne zeynep
    zoe zofia
    """.split()
)

# Other spellings of names that `given_names` lists.
SPELLINGS = {
    "mhd": "mohammed",
    "muhammed": "mohammed",
    "mehmed": "mohammed",
    "peggie": "peggy",
    "cathie": "cathy",
    "kathie": "kathy",
    "jimmie": "jimmy",
    "bobbie": "bobby",
    "johnnie": "johnny",
    "tommie": "tommy",
    "eddy": "eddie",
    "debbi": "debbie",
    "suzie": "susie",
    "jeni": "jenny",
    "stefani": "stefanie",
    "sebastien": "sebastian",
    "katharine": "katherine",
}
