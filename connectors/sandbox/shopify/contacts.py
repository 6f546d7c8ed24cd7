"""Company contacts: a customer's place in a company, its roles at locations, and the mutations on them."""

from __future__ import annotations

from connectors.sandbox.shopify import customers
from connectors.sandbox.shopify.store import Record, Refused, Shop, problem
from connectors.sandbox.shopify.values import Problems

PERSON = ("firstName", "lastName", "email", "phone")
MISSING = "Resource requested does not exist."
NOTHING = "At least one attribute to change must be present"


def checked(given: Record, record: Record, problems: Problems) -> Record:
    """What an input would change of the contact itself; the person's own fields go to the customer."""
    fresh: Record = {}
    if "title" in given:
        fresh["title"] = problems.text(given, "title", "Title")
    if given.get("locale"):
        fresh["locale"] = given["locale"]
    return fresh


def check_person(shop: Shop, given: Record, problems: Problems) -> None:
    """A contact's customer must be new and must have an e-mail."""
    if not (given.get("email") or "").strip():
        problems.add("email", "Email can't be blank", "BLANK")
    person = {name: given[name] for name in PERSON if name in given}
    customers.checked(shop, person, {}, problems)


def build(shop: Shop, company: Record, customer: Record, fields: Record, given: Record) -> Record:
    """Make a customer a contact of a company."""
    whole = {"title": None, "locale": "en", **fields}
    whole |= {"_company": company["_number"], "_customer": customer["_number"], "_assignments": []}
    whole["_person"] = customer
    record = shop.add("CompanyContact", whole, [], given)
    company["_contacts"].append(record["_number"])
    customer["_contacts"].append(record["_number"])
    return record


def join(shop: Shop, company: Record, customer: Record, fields: Record, given: Record) -> Record:
    """Like build, refusing a customer without e-mail and one who is a contact of this company already."""
    if not customer["email"]:
        raise Refused(problem(["companyId"], "Customer must have an email address.", "INVALID_INPUT"))
    rows = shop.rows("CompanyContact")
    if any(rows[number]["_company"] == company["_number"] for number in customer["_contacts"]):
        raise Refused(problem(["companyId"], "Customer is already associated with a company contact.", "INVALID_INPUT"))
    return build(shop, company, customer, fields, given)


def give_role(shop: Shop, contact: Record, role: int, location: Record) -> Record:
    """Assign a role at a location."""
    fields = {"_contact": contact["_number"], "_role": role, "_location": location["_number"]}
    fields["_company"] = contact["_company"]
    record = shop.add("CompanyContactRoleAssignment", fields, [])
    contact["_assignments"].append(record["_number"])
    location["_assignments"].append(record["_number"])
    return record


def revoke(shop: Shop, assignment: Record) -> None:
    """Take a role back."""
    for kind, side in (("CompanyContact", "_contact"), ("CompanyLocation", "_location")):
        shop.rows(kind)[assignment[side]]["_assignments"].remove(assignment["_number"])
    shop.remove(assignment)


def change(shop: Shop, record: Record, given: Record, where: list[str]) -> None:
    """Apply an input to a contact and to the customer behind it, whole or not at all."""
    problems = Problems(where)
    fields = checked(given, record, problems)
    customer = shop.rows("Customer")[record["_customer"]]
    person = {name: given[name] for name in PERSON if name in given}
    if "email" in person and not (person["email"] or "").strip():
        problems.add("email", "Email can't be blank", "BLANK")
    customers.checked(shop, person, customer, problems)
    if problems.found:
        raise Refused(*problems.found)
    if person:
        customers.change(shop, customer, person, where)
    record |= fields
    shop.save(record, None, given)
    shop.touch_company(record["_company"])


def forget(shop: Shop, record: Record) -> None:
    """Take a contact out of its company; the customer stays."""
    for number in list(record["_assignments"]):
        revoke(shop, shop.rows("CompanyContactRoleAssignment")[number])
    company = shop.rows("Company")[record["_company"]]
    company["_contacts"].remove(record["_number"])
    if company["_main"] == record["_number"]:
        company["_main"] = None
    shop.rows("Customer")[record["_customer"]]["_contacts"].remove(record["_number"])
    shop.remove(record)


# ---- mutations ------------------------------------------------------------------------------------------------------


def _contact(shop: Shop, id: str) -> Record:
    record = shop.find("CompanyContact", id)
    if record is None:
        raise Refused(problem(["companyContactId"], MISSING, "RESOURCE_NOT_FOUND"))
    return record


def company(shop: Shop, id: str, field: str = "companyId") -> Record:
    """The company of that id or the vendor's refusal."""
    record = shop.find("Company", id)
    if record is None:
        raise Refused(problem([field], MISSING, "RESOURCE_NOT_FOUND"))
    return record


def create(shop: Shop, companyId: str, input: Record) -> Record:
    """companyContactCreate: the customer behind it is new; one we have goes by companyAssignCustomerAsContact."""
    firm = company(shop, companyId)
    problems = Problems(["input"])
    fields = checked(input, {}, problems)
    check_person(shop, input, problems)
    if problems.found:
        raise Refused(*problems.found)
    record = build(shop, firm, new_person(shop, input), fields, {})
    shop.touch_company(firm["_number"])
    return {"companyContact": record}


def new_person(shop: Shop, given: Record) -> Record:
    """The customer behind a new contact, from an input already checked."""
    person = {name: given[name] for name in (*PERSON, "locale") if given.get(name)}
    return customers.build(shop, person, ["input"])


def assign(shop: Shop, companyId: str, customerId: str) -> Record:
    """companyAssignCustomerAsContact."""
    firm = company(shop, companyId)
    customer = shop.find("Customer", customerId)
    if customer is None:
        raise Refused(problem(["customerId"], "Customer does not exist.", "RESOURCE_NOT_FOUND"))
    record = join(shop, firm, customer, {}, {})
    shop.touch_company(firm["_number"])
    return {"companyContact": record}


def update(shop: Shop, companyContactId: str, input: Record) -> Record:
    """companyContactUpdate."""
    record = _contact(shop, companyContactId)
    if not input:
        raise Refused(problem(["input"], NOTHING, "NO_INPUT"))
    change(shop, record, input, ["input"])
    return {"companyContact": record}


def delete(shop: Shop, companyContactId: str) -> Record:
    """companyContactDelete."""
    record = _contact(shop, companyContactId)
    forget(shop, record)
    shop.touch_company(record["_company"])
    return {"deletedCompanyContactId": record["id"]}


def remove(shop: Shop, companyContactId: str) -> Record:
    """companyContactRemoveFromCompany."""
    return {"removedCompanyContactId": delete(shop, companyContactId)["deletedCompanyContactId"]}


def make_main(shop: Shop, companyId: str, companyContactId: str) -> Record:
    """companyAssignMainContact."""
    firm, record = company(shop, companyId), _contact(shop, companyContactId)
    if record["_company"] != firm["_number"]:
        raise Refused(problem(["companyContactId"], "The company contact does not belong to the company.", "INVALID"))
    firm["_main"] = record["_number"]
    shop.save(firm)
    return {"company": firm}


def unmake_main(shop: Shop, companyId: str) -> Record:
    """companyRevokeMainContact."""
    firm = company(shop, companyId)
    firm["_main"] = None
    shop.save(firm)
    return {"company": firm}


def assign_roles(shop: Shop, companyContactId: str, rolesToAssign: list[Record]) -> Record:
    """companyContactAssignRoles: all or none; one role a location."""
    record = _contact(shop, companyContactId)
    problems = Problems(["rolesToAssign"])
    wanted = []
    for position, entry in enumerate(rolesToAssign):
        role = shop.find("CompanyContactRole", entry["companyContactRoleId"])
        location = shop.find("CompanyLocation", entry["companyLocationId"])
        if not role or not location or {role["_company"], location["_company"]} != {record["_company"]}:
            problems.add(str(position), MISSING, "RESOURCE_NOT_FOUND")
        elif _has_role(shop, record, location):
            problems.add(
                str(position), "Company contact has already been assigned a role in that company location.", "TAKEN"
            )
        else:
            wanted.append((role["_number"], location))
    if problems.found:
        raise Refused(*problems.found)
    return {"roleAssignments": [give_role(shop, record, role, location) for role, location in wanted]}


def _has_role(shop: Shop, contact: Record, location: Record) -> bool:
    rows = shop.rows("CompanyContactRoleAssignment")
    return any(rows[number]["_location"] == location["_number"] for number in contact["_assignments"])
