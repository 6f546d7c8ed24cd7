"""The rows: systems and their records, golden records, links, rules, and what is owed to the outside."""

from mdm.models.actors import Actor, PersonalToken
from mdm.models.answered import Answered
from mdm.models.daily import Daily
from mdm.models.golden import VALUES, Customer, GoldenRecord, GoldenValues, Product, Relation
from mdm.models.matching import OVERSIZED, Case, Decision, Link, MatchEdge, MatchKey, Proposal
from mdm.models.matchmodels import Changeover, MatchJob, MatchModel
from mdm.models.outbox import FeedHead, OutboxEvent
from mdm.models.rules import (
    AttributeDefinition,
    DistributionRule,
    FieldMapping,
    OneToOneRule,
    OwnershipRule,
    RuleSet,
    SurvivorshipRule,
)
from mdm.models.sources import Crosswalk, SourceRecord, SourceRef, SourceVersion
from mdm.models.systems import Connection

__all__ = [
    "OVERSIZED",
    "VALUES",
    "Actor",
    "Answered",
    "AttributeDefinition",
    "Case",
    "Changeover",
    "Connection",
    "Crosswalk",
    "Customer",
    "Daily",
    "Decision",
    "DistributionRule",
    "FeedHead",
    "FieldMapping",
    "GoldenRecord",
    "GoldenValues",
    "Link",
    "MatchEdge",
    "MatchJob",
    "MatchKey",
    "MatchModel",
    "OneToOneRule",
    "OutboxEvent",
    "OwnershipRule",
    "PersonalToken",
    "Product",
    "Proposal",
    "Relation",
    "RuleSet",
    "SourceRecord",
    "SourceRef",
    "SourceVersion",
    "SurvivorshipRule",
]
