"""Fields of contact relationships between a person and a company: `name type flags` a line, read by schema.py."""

BUSINESS_PARTNER_CONTACT = """
RelationshipNumber String(12) key upper
BusinessPartnerCompany String(10) key upper
BusinessPartnerPerson String(10) key upper
ValidityEndDate DateTime key date
ValidityStartDate DateTime date
IsStandardRelationship Boolean
RelationshipCategory String(6) upper
"""

BP_CONTACT_TO_FUNC_AND_DEPT = """
RelationshipNumber String(12) key upper
BusinessPartnerCompany String(10) key upper
BusinessPartnerPerson String(10) key upper
ValidityEndDate DateTime key date
ContactPersonFunction String(4) upper
ContactPersonDepartment String(4) upper
PhoneNumber String(30) upper
PhoneNumberExtension String(10) upper
FaxNumber String(30) upper
FaxNumberExtension String(10) upper
EmailAddress String(241)
RelationshipCategory String(6) upper
"""
