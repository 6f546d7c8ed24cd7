"""Fields of sales price condition records: `name type flags` a line, read by schema.py."""

SLS_PRCG_CONDITION_RECORD = """
ConditionRecord String(10) key upper
ConditionSequentialNumber String(2) digits
ConditionTable String(3) upper
ConditionApplication String(2) upper
ConditionType String(4) upper
ConditionValidityEndDate DateTime date
ConditionValidityStartDate DateTime date
CreatedByUser String(12) upper
CreationDate DateTime date
ConditionTextID String(10) upper
PricingScaleType String(1) upper
PricingScaleBasis String(1) upper
ConditionScaleQuantity Decimal(15,3)
ConditionScaleQuantityUnit String(3)
ConditionScaleAmount Decimal(16,3)
ConditionScaleAmountCurrency String(5) upper
ConditionCalculationType String(1) upper
ConditionRateValue Decimal(12,3)
ConditionRateValueUnit String(5) upper
ConditionRateRatio Decimal(24,9)
ConditionRateRatioUnit String(3)
ConditionRateAmount Decimal(24,9)
ConditionCurrency String(5) upper
ConditionQuantity Decimal(5,0)
ConditionQuantityUnit String(3)
ConditionToBaseQtyNmrtr Decimal(5,0)
ConditionToBaseQtyDnmntr Decimal(5,0)
BaseUnit String(3)
ConditionLowerLimit Decimal(12,3)
ConditionLowerLimitAmount Decimal(24,9)
ConditionLowerLimitRatio Decimal(24,9)
ConditionUpperLimit Decimal(12,3)
ConditionUpperLimitAmount Decimal(24,9)
ConditionUpperLimitRatio Decimal(24,9)
ConditionAlternativeCurrency String(5) upper
ConditionExclusion String(1) upper
ConditionIsDeleted Boolean
AdditionalValueDays String(2) digits
FixedValueDate DateTime date
PaymentTerms String(4) upper
CndnMaxNumberOfSalesOrders String(2) digits
MinimumConditionBasisValue Decimal(15,3)
MaximumConditionBasisValue Decimal(15,3)
MaximumConditionAmount Decimal(14,3)
IncrementalScale String(4) digits
PricingScaleLine String(4) digits
ConditionReleaseStatus String(1) upper
SalesPriceApprovalRequest String(10) upper
ConditionChangeReason String(3) upper
PrevApprovedConditionRecord String(10) upper
ConditionTaxCode String(2) upper
ConditionWithholdingTaxCode String(2) upper
TaxExemptionLicense String(24) upper
LicenseGrantDate DateTime date
LastChangeDateTime DateTimeOffset(7)
SAPObjectNodeType String(30) fixed
ETag String(40)
"""

SLS_PRCG_CNDN_RECD_VALIDITY = """
ConditionRecord String(10) key upper
ConditionValidityEndDate DateTime key date
ConditionValidityStartDate DateTime date
ConditionApplication String(2) upper
ConditionType String(4) upper
ConditionReleaseStatus String(1) upper
DepartureCountry String(3) upper
SalesDocument String(10) upper
SalesDocumentItem String(6) digits
BillableControl String(2) upper
Industry String(4) upper
CityCode String(4) upper
ConditionContract String(10) upper
County String(3) upper
EngagementProject String(40) upper
ConfigurationNumber String(18) digits
BR_NFDocumentType String(1) upper
BRSpcfcFreeDefinedField1 String(40) upper
BRSpcfcFreeDefinedField2 String(40) upper
BRSpcfcFreeDefinedField3 String(40) upper
InternationalArticleNumber String(18) upper
TechnicalObjectType String(10) upper
Equipment String(18) upper
CustomerHierarchy String(10) upper
IncotermsClassification String(3) upper
IncotermsTransferLocation String(28)
AccountTaxType String(2) upper
TxRlvnceClassfctnForArgentina String(10) upper
BR_TaxCode String(2) upper
LocalSalesTaxApplicabilityCode String(3) upper
CustomerGroup String(2) upper
CustomerPriceGroup String(2) upper
MaterialPricingGroup String(2) upper
SoldToParty String(10) upper
BPForSoldToParty String(10) upper
Customer String(10) upper
BPForCustomer String(10) upper
PayerParty String(10) upper
BPForPayerParty String(10) upper
ShipToParty String(10) upper
BPForShipToParty String(10) upper
Supplier String(10) upper
BPForSupplier String(10) upper
DestinationCountry String(3) upper
MaterialGroup String(9) upper
Material String(40) upper
ReturnsRefundExtent String(3) upper
AdditionalMaterialGroup1 String(3) upper
AdditionalMaterialGroup2 String(3) upper
AdditionalMaterialGroup3 String(3) upper
AdditionalMaterialGroup4 String(3) upper
AdditionalMaterialGroup5 String(3) upper
Personnel String(8) digits
PriceListType String(2) upper
PostalCode String(10) upper
Region String(3) upper
EngagementProjectServiceOrg String(5) upper
RequirementSegment String(40) upper
StockSegment String(40) upper
Division String(2) upper
CommodityCode String(17) upper
ConsumptionTaxCtrlCode String(16) upper
BRSpcfcTaxBasePercentageCode String(1) digits
BRSpcfcTxGrpDynTaxExceptions String(2) digits
CustomerTaxClassification1 String(1) upper
CustomerTaxClassification2 String(1) upper
CustomerTaxClassification3 String(1) upper
CustomerTaxClassification4 String(1) upper
CustomerTaxClassification5 String(1) upper
CustomerTaxClassification6 String(1) upper
CustomerTaxClassification7 String(1) upper
CustomerTaxClassification8 String(1) upper
CustomerTaxClassification9 String(1) upper
ProductTaxClassification1 String(1) upper
ProductTaxClassification2 String(1) upper
ProductTaxClassification3 String(1) upper
ProductTaxClassification4 String(1) upper
ProductTaxClassification5 String(1) upper
ProductTaxClassification6 String(1) upper
ProductTaxClassification7 String(1) upper
ProductTaxClassification8 String(1) upper
ProductTaxClassification9 String(1) upper
TradingContract String(10) upper
TradingContractItem String(6) digits
TaxJurisdiction String(15) upper
BRSpcfcTaxDepartureRegion String(3) upper
BRSpcfcTaxDestinationRegion String(3) upper
MainItemMaterialPricingGroup String(2) upper
MainItemPricingRefMaterial String(40) upper
VariantCondition String(26)
ValueAddedServiceChargeCode String(3) upper
SDDocument String(10) upper
ReferenceSDDocument String(10) upper
ReferenceSDDocumentItem String(6) digits
SalesOffice String(4) upper
SalesGroup String(3) upper
SalesOrganization String(4) upper
SalesOrderSalesOrganization String(4) upper
OrderQuantityUnit String(3)
DistributionChannel String(2) upper
TransactionCurrency String(5) upper
WBSElementInternalID String(24) digits
WBSElementExternalID String(24) upper
WorkPackage String(24) digits
Plant String(4) upper
PlantRegion String(3) upper
WorkItem String(10) upper
ConditionProcessingStatus String(2) upper
PricingDate DateTime date
ConditionIsExclusive Boolean
ConditionScaleBasisValue String(7) digits
TaxCode String(2) upper
ServiceDocument String(10) upper
ServiceDocumentItem String(6) digits
TimeSheetOvertimeCategory String(4) upper
SalesSDDocumentCategory String(4)
ReturnReason String(3) upper
ProdUnivHierarchyNode String(24) upper
ProductHierarchyNode String(24) upper
CustomerConditionGroup String(2) upper
ShippingType String(2) upper
SubscriptionContractDuration String(13) digits
SubscrpnContrDurationUnit String(12) upper
SubscriptionContractLockReason String(8) upper
CrsCtlgMappgPriceVersionNumber String(4) digits
OrderType String(4) upper
SalesDocumentType String(4) upper
SDDocumentReason String(3) upper
VolumeRebateGroup String(2) upper
ValuationType String(10) upper
SalesDistrict String(6) upper
Batch String(10) upper
PurgDocSupplyingPlant String(4) upper
MatUsageIndicator String(3) upper
ShippingCondition String(2) upper
PlantCounty String(3) upper
PlantCity String(4) upper
MaterialExternalGroup String(18) upper
CustomerHierarchyRootNode String(20) upper
CustomerHierarchyNodeID String(40) upper
CustomerHierarchyNodeType String(30) upper
AdditionalCustomerGroup1 String(3) upper
AdditionalCustomerGroup2 String(3) upper
AdditionalCustomerGroup3 String(3) upper
AdditionalCustomerGroup4 String(3) upper
AdditionalCustomerGroup5 String(3) upper
SDDocumentItem String(6) digits
CndnBillingDocumentCategory String(1) upper
Country String(3) upper
CustomerPurchaseOrderType String(4) upper
CountryOfOrigin String(3) upper
SalesDocumentItemCategory String(4) upper
BillToParty String(10) upper
BusinessPartnerIndustryCode String(10) upper
BillingDocumentType String(4) upper
MatlAccountAssignmentGroup String(2) upper
PRAContract String(10) upper
Well String(15) upper
WellCompletion String(5) upper
MeasurementPoint String(20) upper
PricingFormulaNumber String(10) upper
ETag String(40)
"""

SLS_PRCG_CNDN_RECORD_SCALE = """
ConditionRecord String(10) key upper
ConditionSequentialNumber String(2) key digits
ConditionScaleLine String(4) key digits
ConditionScaleQuantity Decimal(15,3)
ConditionScaleQuantityUnit String(3)
ConditionScaleAmount Decimal(16,3)
ConditionScaleAmountCurrency String(5) upper
ConditionRateValue Decimal(12,3)
ConditionRateValueUnit String(5) upper
ConditionRateRatio Decimal(24,9)
ConditionRateRatioUnit String(3)
ConditionRateAmount Decimal(24,9)
ConditionCurrency String(5) upper
ETag String(40)
"""
