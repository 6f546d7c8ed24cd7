"""`$metadata` and the service document, written from the sandbox's own declarations."""

from __future__ import annotations

from functools import cache

from connectors.sandbox.sap.entities import ENTITIES
from connectors.sandbox.sap.schema import PRICES, SERVICES, Entity, Navigation, Property

HEAD = """<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"
 xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" xmlns:sap="http://www.sap.com/Protocols/SAPData">
<edmx:DataServices m:DataServiceVersion="2.0">
<Schema Namespace="%s" xml:lang="en" sap:schema-version="1" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">
"""
CONTAINER = '<EntityContainer Name="%s_Entities" m:IsDefaultEntityContainer="true">'
TAIL = "</EntityContainer>\n</Schema>\n</edmx:DataServices>\n</edmx:Edmx>\n"


@cache
def document(service: str) -> str:
    """A service's EDMX, version 1.0 of the wrapper around an OData 2.0 schema."""
    entities = of(service)
    types = [line for one in entities for line in _entity_type(one)]
    associations = [line for one in entities for line in _associations(one)]
    sets = [line for one in entities for line in (_entity_set(one), *_association_sets(one))]
    lines = [*types, *associations, CONTAINER % service, *sorted(sets, key=_sets_first)]
    return HEAD % service + "\n".join(lines) + "\n" + TAIL


def of(service: str) -> list[Entity]:
    """The entity sets of a service."""
    assert service in SERVICES, service
    return [one for one in ENTITIES.values() if one.service == service]


def _sets_first(line: str) -> bool:
    return not line.startswith("<EntitySet")


def _entity_type(entity: Entity) -> list[str]:
    keys = "".join(f'<PropertyRef Name="{name}"/>' for name in entity.keys)
    return [
        f'<EntityType Name="{entity.type_name}">',
        f"<Key>{keys}</Key>",
        *(_property(one, entity) for one in entity.properties.values()),
        *(_navigation(entity, one) for one in entity.navigation.values()),
        "</EntityType>",
    ]


def _property(prop: Property, entity: Entity) -> str:
    facets = [f'Name="{prop.name}"', f'Type="Edm.{prop.type}"']
    facets += ['Nullable="false"'] if prop.key else []
    facets += [f'MaxLength="{prop.max_length}"'] if prop.max_length else []
    facets += [f'Precision="{prop.precision}" Scale="{prop.scale}"'] if prop.type == "Decimal" else []
    facets += [f'Precision="{prop.precision or 0}"'] if prop.type in ("DateTime", "DateTimeOffset", "Time") else []
    facets += ['ConcurrencyMode="Fixed"'] if prop.name == "ETag" and entity.service == PRICES else []
    facets += ['sap:display-format="Date"'] if prop.date else []
    facets += ['sap:display-format="UpperCase"'] if prop.upper else []
    facets += ['sap:display-format="NonNegative"'] if prop.digits else []
    facets += ['sap:creatable="false" sap:updatable="false"'] if prop.fixed else []
    return f"<Property {' '.join(facets)}/>"


def _association(entity: Entity, navigation: Navigation) -> str:
    return f"assoc_{entity.name}_{navigation.name}"


def _navigation(entity: Entity, one: Navigation) -> str:
    name = _association(entity, one)
    return (
        f'<NavigationProperty Name="{one.name}" Relationship="{entity.service}.{name}"'
        f' FromRole="From_{name}" ToRole="To_{name}"/>'
    )


def _associations(entity: Entity) -> list[str]:
    return [
        f'<Association Name="{(name := _association(entity, one))}">'
        f'<End Type="{entity.service}.{entity.type_name}" Multiplicity="1" Role="From_{name}"/>'
        f'<End Type="{entity.service}.{one.target}Type" Multiplicity="{"*" if one.many else "0..1"}" Role="To_{name}"/>'
        "</Association>"
        for one in entity.navigation.values()
    ]


def _association_sets(entity: Entity) -> list[str]:
    return [
        f'<AssociationSet Name="{(name := _association(entity, one))}" Association="{entity.service}.{name}">'
        f'<End EntitySet="{entity.name}" Role="From_{name}"/><End EntitySet="{one.target}" Role="To_{name}"/>'
        "</AssociationSet>"
        for one in entity.navigation.values()
    ]


def _entity_set(entity: Entity) -> str:
    forbidden = "" if entity.creatable else ' sap:creatable="false"'
    forbidden += "" if entity.deletable else ' sap:deletable="false"'
    return f'<EntitySet Name="{entity.name}" EntityType="{entity.service}.{entity.type_name}"{forbidden}/>'


def service_document(service: str, base: str) -> str:
    """The list of entity sets as an Atom service document."""
    collections = "".join(
        f'<app:collection href="{one.name}"><atom:title>{one.name}</atom:title></app:collection>' for one in of(service)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<app:service xml:base="{base}/" xmlns:app="http://www.w3.org/2007/app" xmlns:atom="http://www.w3.org/2005/Atom">'
        f"<app:workspace><atom:title>Data</atom:title>{collections}</app:workspace></app:service>"
    )
