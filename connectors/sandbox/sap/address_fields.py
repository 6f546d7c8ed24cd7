"""Fields of addresses and their communication entries: `name type flags` a line, read by schema.py."""

BUSINESS_PARTNER_ADDRESS = """
BusinessPartner String(10) key upper
AddressID String(10) key upper
ValidityStartDate DateTimeOffset
ValidityEndDate DateTimeOffset
AuthorizationGroup String(4) upper
AddressUUID Guid fixed
AdditionalStreetPrefixName String(40)
AdditionalStreetSuffixName String(40)
AddressTimeZone String(6) upper
CareOfName String(40)
CityCode String(12) upper
CityName String(40)
CompanyPostalCode String(10) upper
Country String(3) upper
County String(40)
DeliveryServiceNumber String(10) upper
DeliveryServiceTypeCode String(4) upper
District String(40)
FormOfAddress String(4) upper fixed
FullName String(80) fixed
HomeCityName String(40)
HouseNumber String(10)
HouseNumberSupplementText String(10)
Language String(2)
POBox String(10) upper
POBoxDeviatingCityName String(40)
POBoxDeviatingCountry String(3) upper
POBoxDeviatingRegion String(3) upper
POBoxIsWithoutNumber Boolean
POBoxLobbyName String(40)
POBoxPostalCode String(10) upper
Person String(10) upper fixed
PostalCode String(10) upper
PrfrdCommMediumType String(3) upper
Region String(3) upper
StreetName String(60)
StreetPrefixName String(40)
StreetSuffixName String(40)
TaxJurisdiction String(15) upper
TransportZone String(10) upper
AddressIDByExternalSystem String(20) upper
CountyCode String(8) upper
TownshipCode String(8) upper
TownshipName String(40)
"""

BU_PA_ADDRESS_USAGE = """
BusinessPartner String(10) key upper
ValidityEndDate DateTimeOffset key
AddressUsage String(10) key upper
AddressID String(10) key upper
ValidityStartDate DateTimeOffset
StandardUsage Boolean
AuthorizationGroup String(4) upper
"""

ADDRESS_EMAIL_ADDRESS = """
AddressID String(10) key upper
Person String(10) key upper
OrdinalNumber String(3) key digits
IsDefaultEmailAddress Boolean
EmailAddress String(241)
SearchEmailAddress String(20) upper
AddressCommunicationRemarkText String(50)
"""

ADDRESS_PHONE_NUMBER = """
AddressID String(10) key upper
Person String(10) key upper
OrdinalNumber String(3) key digits
DestinationLocationCountry String(3) upper
IsDefaultPhoneNumber Boolean
PhoneNumber String(30) upper
PhoneNumberExtension String(10) upper
InternationalPhoneNumber String(30) upper
PhoneNumberType String(1) upper
AddressCommunicationRemarkText String(50)
"""

ADDRESS_FAX_NUMBER = """
AddressID String(10) key upper
Person String(10) key upper
OrdinalNumber String(3) key digits
IsDefaultFaxNumber Boolean
FaxCountry String(3) upper
FaxNumber String(30) upper
FaxNumberExtension String(10) upper
InternationalFaxNumber String(30) upper
AddressCommunicationRemarkText String(50)
"""

ADDRESS_HOME_PAGE_URL = """
AddressID String(10) key upper
Person String(10) key upper
OrdinalNumber String(3) key digits
ValidityStartDate DateTime key date
IsDefaultURLAddress Boolean key
SearchURLAddress String(50) upper
AddressCommunicationRemarkText String(50)
URLFieldLength Int16
WebsiteURL String(2048)
"""
