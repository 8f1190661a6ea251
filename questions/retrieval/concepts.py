"""What people call things that databases name otherwise, and the short forms of both.

Everyday English, of no database in particular. A shared word counts less than the word itself (`rank.Weights.concept`).
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from questions.retrieval.words import ALIASES, abbreviation, stem

_GROUPS = """
person people man woman member human individual folk
gender sex male female man woman boy girl lady gentleman
customer client buyer user consumer patron shopper purchaser holder account subscriber guest
user member account profile subscriber login
employee staff worker personnel colleague workforce crew
manager boss head supervisor chief lead director superior
teacher instructor professor lecturer tutor faculty educator trainer
teach give instruct hold
student pupil learner kid child scholar
kid child son daughter minor
parent mother father guardian
school college university institution academy campus education
university institution affiliation organization
course class subject lesson module lecture
grade mark score result point
exam test assessment sitting
fail pass grade mark result
advise tutor mentor counsel advisor
doctor physician clinician surgeon medic
nurse caregiver
patient case subject
hospital clinic ward
drug medicine medication pharmaceutical substance agent remedy
treat treatment therapy cure heal operate surgery procedure
disease illness diagnosis condition disorder finding
symptom complaint sign
blood cell hemoglobin lab laboratory panel
vaccine vaccination jab shot immunization
laboratory lab test examination measurement
player athlete sportsman footballer competitor
team club side squad
game match fixture contest meet
league division competition championship tournament
champion winner victory title standing ranking table
winner win won place rank position
referee official umpire
coach trainer manager
goal score point scorer
penalty foul sanction card booking
jersey shirt number
race event round rally grand
stadium arena hall ground venue
sport discipline workout exercise training
driver pilot rider racer
track circuit course
lap stage split
retire finish dropout out status
start grid
actor actress cast role star appear
movie film picture feature cinema
comedy horror thriller drama genre
genre kind style category flavour type
director filmmaker directed helm
character role part
rating review score star verdict opinion feedback
award prize trophy honour medal oscar
show performance concert gig exhibition slot
concert festival gig tour
singer musician artist band performer vocalist
group band ensemble
drummer guitarist instrument
song track music tune
album record release disc
medium format
artist painter sculptor illustrator drawn drew
painting picture artwork canvas work
museum gallery institution
place venue location site spot
city town municipality place village
country nation nationality land
foreign country nationality
continent world
address street road lane avenue
county district region province state area parish
neighbourhood quarter district area
phone telephone tel mobile
mail email
flight leg route segment connection
airline carrier operator
airport aerodrome airfield
depart departure leave origin source
arrive arrival destination
plane aircraft airplane jet airframe tail
passenger traveller pax
luggage baggage bag suitcase
business economy cabin fare class
ticket coupon booking reservation
booking reservation reserve
hotel inn lodging
suite room
captain pilot crew
car vehicle automobile auto
truck lorry vehicle
fuel petrol gasoline consumption mpg litre
safe safety crash
recall defect
manufacturer maker brand producer marque make constructor
carmaker maker marque manufacturer brand
model line variant version
company firm business corporation organization enterprise
shop store outlet market
product item good article merchandise
category department section
order purchase basket cart checkout
sell sale sold seller
stock inventory
price cost fee fare rate charge tariff
expensive cheap price cost fee market
amount money sum price payment cash
pay payment paid payer
earn salary wage pay income earnings compensation
revenue income sales gross takings turnover earnings
budget plan planned
expense spend spent cost expenditure outlay
bill invoice statement
owe debt loan lending credit balance
loan lending credit mortgage borrow lend debt
borrower debtor loan lending
secure security collateral guarantee
bad default overdue status state
withdraw withdrawal deposit cash transaction movement transfer
transaction movement transfer trade booking
standing recurring permanent repeat
unemployment jobless unemployed
discount coupon promotion voucher rebate
refund return
gift donation contribution donor
card plastic
bank account deposit
gold silver tier class status level type
house home dwelling building property estate
flat apartment dwelling unit
rent lease tenancy rental monthly
tenant renter lessee
owner landlord holder proprietor
own owns keep have possess
realtor broker agent
pet animal creature
cat dog animal pet species
breed species
live lives residence stay resident inhabit
dorm dormitory house hall residence
amenity facility comfort feature
sauna gym lounge amenity comfort
allergy allergic intolerance
scholarship grant bursary stipend
book title publication volume
paper article publication manuscript
author writer written wrote
publisher press
journal conference venue proceedings
cite citation reference refer
post message entry question thread
comment remark reply
tag keyword topic label
edit revision change modify
upvote vote
vote ballot election poll tally
candidate nominee candidacy
party list faction
restaurant eatery diner cafe bistro
dish meal food menu
meal food eat lunch
inspection inspect visit check
fault violation breach offence
accident crash incident collision
delay late
cancel cancelled cancellation
reason cause motive why because
old age born birth years
young age born birth years
born birth birthday birthplace
heavy weight mass kg
tall height cm
long length duration minutes seconds km
last duration length
fast speed time secs
slow speed time
far distance range km
high altitude elevation height
big size large
capacity seat size places beds
many count number quantity
open start begin opened founded launched
begin start opening
close end closed closing
found founded established formed
quit leave leaves end left
join joined member since
sign signed contract label
transfer signing move
hire hired recruit
language tongue translation localized foreign
french italian german spanish japanese chinese language tongue country nationality
british european american country nationality continent
colour color hue
blue red green black white colour color
ban banned legal allowed forbidden permitted
rule ruling regulation clarification
creature kind type
defence defense toughness
attack power strength
ill sick absence illness leave
meeting event happening occasion
attend attendance participant attendee visitor came
crowd attendance spectator visitor audience
visitor guest attendance
share percentage percent proportion ratio rate
job position post occupation role title
vacancy opening job post
skill ability competence qualification
certified certificate licence rating qualification
major degree programme study
study major programme course
department unit division section dept
office branch bureau
warranty guarantee
supplier vendor provider
shipment delivery dispatch shipping
chemical compound molecule substance
element atom
toxic poisonous harmful carcinogenic poison
month date
year date season
season year
yesterday date day
today date day
weather temperature rain wind sky
ride trip journey
bike bicycle
station stop dock
bus coach route
superhero hero
villain enemy
identity name
lost missing
private public sector charter
internet online virtual
online web internet virtual digital
expansion set edition
set edition series
shiny foil
friend relationship
gift present
sponsor patron backer
insurance policy coverage
claim damage loss
complaint grievance issue
project task
repair maintenance service fix
machine equipment device
farm field crop
law statute act
lawyer attorney counsel
crime offence felony
court judge trial
church parish congregation
soldier military army
ship vessel boat
train rail railway
wine grape bottle
tree forest wood
river water lake
mountain peak summit
"""


def _meant() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for line in _GROUPS.splitlines():
        group = {stem(word) for word in line.split()}
        for word in group:
            found[word] |= group - {word}
    return {word: frozenset(others) for word, others in found.items()}


def _by_letter() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in dict.fromkeys(_GROUPS.split()):
        found[word[0]].append(word)
    return {letter: tuple(words) for letter, words in found.items()}


_MEANT = _meant()
_BY_LETTER = _by_letter()
SHORT = 0.8
"""How surely a token that may be short for a word stands for it."""


def meant(word: str) -> frozenset[str]:
    """Return the stems that may stand for a word in a schema; none for most words."""
    return _MEANT.get(stem(word), frozenset())


@lru_cache(maxsize=50_000)
def stands_for(token: str) -> dict[str, float]:
    """Return the stems that a token of an identifier stands for, itself or as a short form, with how surely."""
    own = stem(token)
    if own in _MEANT:
        return {own: 1.0}
    if token in ALIASES:
        return {stem(ALIASES[token]): SHORT}
    return {stem(word): SHORT for word in _BY_LETTER.get(token[0], ()) if abbreviation(token, word) >= 0.75}
