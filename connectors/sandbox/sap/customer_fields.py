"""Fields of the customer side of a business partner: `name type flags` a line, read by schema.py."""

CUSTOMER = """
Customer String(10) key upper
AuthorizationGroup String(4) upper
BillingIsBlockedForCustomer String(2) upper
CreatedByUser String(12) upper fixed
CreationDate DateTime date fixed
CustomerAccountGroup String(4) upper
CustomerClassification String(2) upper
CustomerFullName String(220) upper fixed
CustomerName String(80) fixed
DeliveryIsBlocked String(2) upper
NFPartnerIsNaturalPerson String(1) upper
OrderIsBlockedForCustomer String(2) upper
PostingIsBlocked Boolean
Supplier String(10) upper
CustomerCorporateGroup String(10) upper
FiscalAddress String(10) upper
Industry String(4) upper fixed
IndustryCode1 String(10) upper
IndustryCode2 String(10) upper
IndustryCode3 String(10) upper
IndustryCode4 String(10) upper
IndustryCode5 String(10) upper
InternationalLocationNumber1 String(7) digits
NielsenRegion String(2) upper
ResponsibleType String(2) upper
TaxNumber1 String(16) upper fixed
TaxNumber2 String(11) upper fixed
TaxNumber3 String(18) upper fixed
TaxNumber4 String(18) upper fixed
TaxNumber5 String(60) upper fixed
TaxNumberType String(2) upper
VATRegistration String(20) upper
DeletionIndicator Boolean
ExpressTrainStationName String(25)
TrainStationName String(25)
CityCode String(4) upper
County String(3) upper
"""

CUSTOMER_COMPANY = """
Customer String(10) key upper
CompanyCode String(4) key upper
APARToleranceGroup String(4) upper
AccountByCustomer String(12) upper
AccountingClerk String(2) upper
AccountingClerkFaxNumber String(31)
AccountingClerkInternetAddress String(130)
AccountingClerkPhoneNumber String(30) upper
AlternativePayerAccount String(10) upper
AuthorizationGroup String(4) upper
CollectiveInvoiceVariant String(1) upper
CustomerAccountNote String(30)
CustomerHeadOffice String(10) upper
CustomerSupplierClearingIsUsed Boolean
HouseBank String(5) upper
InterestCalculationCode String(2) upper
InterestCalculationDate DateTime date
IntrstCalcFrequencyInMonths String(2) digits
IsToBeLocallyProcessed Boolean
ItemIsToBePaidSeparately Boolean
LayoutSortingRule String(3) upper
PaymentBlockingReason String(1) upper
PaymentMethodsList String(10) upper
PaymentTerms String(4) upper
PaytAdviceIsSentbyEDI Boolean
PhysicalInventoryBlockInd Boolean
ReconciliationAccount String(10) upper
RecordPaymentHistoryIndicator Boolean
UserAtCustomer String(15)
DeletionIndicator Boolean
CashPlanningGroup String(10) upper
KnownOrNegotiatedLeave String(4) upper
ValueAdjustmentKey String(2) upper
CustomerAccountGroup String(4) upper
"""

CUSTOMER_SALES_AREA = """
Customer String(10) key upper
SalesOrganization String(4) key upper
DistributionChannel String(2) key upper
Division String(2) key upper
AccountByCustomer String(12) upper
AuthorizationGroup String(4) upper
BillingIsBlockedForCustomer String(2) upper
CompleteDeliveryIsDefined Boolean
Currency String(5)
CustomerABCClassification String(2) upper
CustomerAccountAssignmentGroup String(2) upper
CustomerGroup String(2) upper
CustomerPaymentTerms String(4) upper
CustomerPriceGroup String(2) upper
CustomerPricingProcedure String(2) upper
DeliveryIsBlockedForCustomer String(2) upper
DeliveryPriority String(2) digits
IncotermsClassification String(3) upper
IncotermsLocation2 String(70)
IncotermsVersion String(4) upper
IncotermsLocation1 String(70)
DeletionIndicator Boolean
IncotermsTransferLocation String(28)
InvoiceDate String(2) upper
ItemOrderProbabilityInPercent String(3) digits
OrderCombinationIsAllowed Boolean
OrderIsBlockedForCustomer String(2) upper
PartialDeliveryIsAllowed String(1) upper
PriceListType String(2) upper
SalesGroup String(3) upper
SalesOffice String(4) upper
ShippingCondition String(2) upper
SupplyingPlant String(4) upper
SalesDistrict String(6) upper
InvoiceListSchedule String(2) upper
ExchangeRateType String(4) upper
AdditionalCustomerGroup1 String(3) upper
AdditionalCustomerGroup2 String(3) upper
AdditionalCustomerGroup3 String(3) upper
AdditionalCustomerGroup4 String(3) upper
AdditionalCustomerGroup5 String(3) upper
PaymentGuaranteeProcedure String(4) upper
CustomerAccountGroup String(4) upper
"""

CUSTOMER_SALES_AREA_TAX = """
Customer String(10) key upper
SalesOrganization String(4) key upper
DistributionChannel String(2) key upper
Division String(2) key upper
DepartureCountry String(3) key upper
CustomerTaxCategory String(4) key upper
CustomerTaxClassification String(1) upper
"""

CUSTOMER_TAX_GROUPING = """
Customer String(10) key upper fixed
CustomerTaxGroupingCode String(3) key upper
CustTaxGrpExemptionCertificate String(15) upper
CustTaxGroupExemptionRate Decimal(5,2)
CustTaxGroupExemptionStartDate DateTime date
CustTaxGroupExemptionEndDate DateTime date
CustTaxGroupSubjectedStartDate DateTime date
CustTaxGroupSubjectedEndDate DateTime date
"""
