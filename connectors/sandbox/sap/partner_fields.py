"""Fields of the business partner and what hangs directly on it: `name type flags` a line, read by schema.py."""

BUSINESS_PARTNER = """
BusinessPartner String(10) key upper
Customer String(10) upper fixed
Supplier String(10) upper fixed
AcademicTitle String(4) upper
AuthorizationGroup String(4) upper
BusinessPartnerCategory String(1) upper
BusinessPartnerFullName String(81) fixed
BusinessPartnerGrouping String(4) upper
BusinessPartnerName String(81) fixed
BusinessPartnerUUID Guid fixed
CorrespondenceLanguage String(2)
CreatedByUser String(12) upper fixed
CreationDate DateTime date fixed
CreationTime Time fixed
FirstName String(40)
FormOfAddress String(4) upper
Industry String(10) upper
InternationalLocationNumber1 String(7) digits
InternationalLocationNumber2 String(5) digits
IsFemale Boolean
IsMale Boolean
IsNaturalPerson String(1) upper
IsSexUnknown Boolean
GenderCodeName String(1) upper
Language String(2)
LastChangeDate DateTime date fixed
LastChangeTime Time fixed
LastChangedByUser String(12) upper fixed
LastName String(40)
LegalForm String(2) upper
OrganizationBPName1 String(40)
OrganizationBPName2 String(40)
OrganizationBPName3 String(40)
OrganizationBPName4 String(40)
OrganizationFoundationDate DateTime date
OrganizationLiquidationDate DateTime date
SearchTerm1 String(20) upper
SearchTerm2 String(20) upper
AdditionalLastName String(40)
BirthDate DateTime date
BusinessPartnerBirthDateStatus String(1) upper
BusinessPartnerBirthplaceName String(40)
BusinessPartnerDeathDate DateTime date
BusinessPartnerIsBlocked Boolean
BusinessPartnerType String(4) upper
ETag String(26) fixed
GroupBusinessPartnerName1 String(40)
GroupBusinessPartnerName2 String(40)
IndependentAddressID String(10) upper fixed
InternationalLocationNumber3 String(1) digits
MiddleName String(40)
NameCountry String(3) upper
NameFormat String(2) upper
PersonFullName String(80)
PersonNumber String(10) upper fixed
IsMarkedForArchiving Boolean
BusinessPartnerIDByExtSystem String(20) upper
TradingPartner String(6) upper
"""

BUSINESS_PARTNER_ROLE = """
BusinessPartner String(10) key upper
BusinessPartnerRole String(6) key upper
ValidFrom DateTimeOffset
ValidTo DateTimeOffset
AuthorizationGroup String(4) upper
"""

BUSINESS_PARTNER_TAX_NUMBER = """
BusinessPartner String(10) key upper
BPTaxType String(4) key upper
BPTaxNumber String(20) upper
BPTaxLongNumber String(60) upper
AuthorizationGroup String(4) upper
"""

BU_PA_IDENTIFICATION = """
BusinessPartner String(10) key upper
BPIdentificationType String(6) key upper
BPIdentificationNumber String(60) key upper
BPIdnNmbrIssuingInstitute String(40)
BPIdentificationEntryDate DateTime date
Country String(3) upper
Region String(3) upper
ValidityStartDate DateTime date
ValidityEndDate DateTime date
AuthorizationGroup String(4) upper
"""

BU_PA_INDUSTRY = """
IndustrySector String(10) key upper
IndustrySystemType String(4) key upper
BusinessPartner String(10) key upper
IsStandardIndustry String(1) upper
IndustryKeyDescription String(100)
"""
