"""Fields of the product and what hangs on it: `name type flags` a line, read by schema.py."""

PRODUCT = """
Product String(40) key upper
ProductType String(4) upper
CrossPlantStatus String(2) upper
CrossPlantStatusValidityDate DateTime date
CreationDate DateTime date fixed
CreatedByUser String(12) upper fixed
LastChangeDate DateTime date fixed
LastChangedByUser String(12) upper fixed
LastChangeDateTime DateTimeOffset(7) fixed
IsMarkedForDeletion Boolean
ProductOldID String(40) upper
GrossWeight Decimal(13,3)
PurchaseOrderQuantityUnit String(3)
SourceOfSupply String(1) upper
WeightUnit String(3)
NetWeight Decimal(13,3)
CountryOfOrigin String(3) upper
CompetitorID String(10) upper
ProductGroup String(9) upper
BaseUnit String(3)
ItemCategoryGroup String(4) upper
ProductHierarchy String(18) upper
Division String(2) upper
VarblPurOrdUnitIsActive String(1) upper
VolumeUnit String(3)
MaterialVolume Decimal(13,3)
ANPCode String(9) digits
Brand String(4) upper
ProcurementRule String(1) upper
ValidityStartDate DateTime date
LowLevelCode String(3) upper
ProdNoInGenProdInPrepackProd String(40) upper
SerialIdentifierAssgmtProfile String(4) upper
SizeOrDimensionText String(32) upper
IndustryStandardName String(18) upper
ProductStandardID String(18) upper
InternationalArticleNumberCat String(2) upper
ProductIsConfigurable Boolean
IsBatchManagementRequired Boolean
ExternalProductGroup String(18) upper
CrossPlantConfigurableProduct String(40) upper
SerialNoExplicitnessLevel String(1) upper
ProductManufacturerNumber String(40) upper
ManufacturerNumber String(10) upper
ManufacturerPartProfile String(4) upper
QltyMgmtInProcmtIsActive Boolean
IndustrySector String(1) upper
ChangeNumber String(12) upper
MaterialRevisionLevel String(2) upper
HandlingIndicator String(4) upper
WarehouseProductGroup String(4) upper
WarehouseStorageCondition String(2) upper
StandardHandlingUnitType String(4) upper
SerialNumberProfile String(4) upper
AdjustmentProfile String(3) upper
PreferredUnitOfMeasure String(3)
IsPilferable Boolean
IsRelevantForHzdsSubstances Boolean
QuarantinePeriod Decimal(3,0)
TimeUnitForQuarantinePeriod String(3)
QualityInspectionGroup String(4) upper
AuthorizationGroup String(4) upper
DocumentIsCreatedByCAD Boolean
HandlingUnitType String(4) upper
HasVariableTareWeight Boolean
MaximumPackagingLength Decimal(15,3)
MaximumPackagingWidth Decimal(15,3)
MaximumPackagingHeight Decimal(15,3)
UnitForMaxPackagingDimensions String(3)
"""

PRODUCT_DESCRIPTION = """
Product String(40) key upper
Language String(2) key
ProductDescription String(40)
"""

PRODUCT_BASIC_TEXT = """
Product String(40) key upper
Language String(2) key
LongText String
"""

PRODUCT_UNITS_OF_MEASURE = """
Product String(40) key upper
AlternativeUnit String(3) key
QuantityNumerator Decimal(5,0)
QuantityDenominator Decimal(5,0)
MaterialVolume Decimal(13,3)
VolumeUnit String(3)
GrossWeight Decimal(13,3)
WeightUnit String(3)
GlobalTradeItemNumber String(18) upper
GlobalTradeItemNumberCategory String(2) upper
UnitSpecificProductLength Decimal(13,3)
UnitSpecificProductWidth Decimal(13,3)
UnitSpecificProductHeight Decimal(13,3)
ProductMeasurementUnit String(3)
LowerLevelPackagingUnit String(3)
RemainingVolumeAfterNesting Decimal(3,0)
MaximumStackingFactor Byte
CapacityUsage Decimal(15,3)
BaseUnit String(3)
"""

PRODUCT_UNITS_OF_MEASURE_EAN = """
Product String(40) key upper
AlternativeUnit String(3) key
ConsecutiveNumber String(5) key upper
ProductStandardID String(18) upper
InternationalArticleNumberCat String(2) upper
IsMainGlobalTradeItemNumber Boolean
"""

PRODUCT_SALES_DELIVERY = """
Product String(40) key upper
ProductSalesOrg String(4) key upper
ProductDistributionChnl String(2) key upper
MinimumOrderQuantity Decimal(13,3)
SupplyingPlant String(4) upper
PriceSpecificationProductGroup String(2) upper
AccountDetnProductGroup String(2) upper
DeliveryNoteProcMinDelivQty Decimal(13,3)
ItemCategoryGroup String(4) upper
DeliveryQuantityUnit String(3)
DeliveryQuantity Decimal(13,3)
ProductSalesStatus String(2) upper
ProductSalesStatusValidityDate DateTime date
SalesMeasureUnit String(3)
IsMarkedForDeletion Boolean
ProductHierarchy String(18) upper
FirstSalesSpecProductGroup String(3) upper
SecondSalesSpecProductGroup String(3) upper
ThirdSalesSpecProductGroup String(3) upper
FourthSalesSpecProductGroup String(3) upper
FifthSalesSpecProductGroup String(3) upper
MinimumMakeToOrderOrderQty Decimal(13,3)
BaseUnit String(3)
LogisticsStatisticsGroup String(1) upper
VolumeRebateGroup String(2) upper
ProductCommissionGroup String(2) upper
CashDiscountIsDeductible Boolean
PricingReferenceProduct String(40) upper
RoundingProfile String(4) upper
ProductUnitGroup String(4) upper
VariableSalesUnitIsNotAllowed Boolean
ProductHasAttributeID01 Boolean
ProductHasAttributeID02 Boolean
ProductHasAttributeID03 Boolean
ProductHasAttributeID04 Boolean
ProductHasAttributeID05 Boolean
ProductHasAttributeID06 Boolean
ProductHasAttributeID07 Boolean
ProductHasAttributeID08 Boolean
ProductHasAttributeID09 Boolean
ProductHasAttributeID10 Boolean
"""

PRODUCT_PLANT = """
Product String(40) key upper
Plant String(4) key upper
PurchasingGroup String(3) upper
CountryOfOrigin String(3) upper
RegionOfOrigin String(3) upper
ProductionInvtryManagedLoc String(4) upper
ProfileCode String(2) upper
ProfileValidityStartDate DateTime date
AvailabilityCheckType String(2) upper
FiscalYearVariant String(2) upper
PeriodType String(1) upper
ProfitCenter String(10) upper
Commodity String(17) upper
GoodsReceiptDuration Decimal(3,0)
MaintenanceStatusName String(15) upper
IsMarkedForDeletion Boolean
MRPType String(2) upper
MRPResponsible String(3) upper
ABCIndicator String(1) upper
MinimumLotSizeQuantity Decimal(13,3)
MaximumLotSizeQuantity Decimal(13,3)
FixedLotSizeQuantity Decimal(13,3)
ConsumptionTaxCtrlCode String(16) upper
IsCoProduct Boolean
ProductIsConfigurable String(40) upper
StockDeterminationGroup String(4) upper
StockInTransferQuantity Decimal(13,3)
StockInTransitQuantity Decimal(13,3)
HasPostToInspectionStock Boolean
IsBatchManagementRequired Boolean
SerialNumberProfile String(4) upper
IsNegativeStockAllowed Boolean
GoodsReceiptBlockedStockQty Decimal(13,3)
HasConsignmentCtrl String(1) upper
FiscalYearCurrentPeriod String(4) digits
FiscalMonthCurrentPeriod String(2) digits
ProcurementType String(1) upper
IsInternalBatchManaged Boolean
ProductCFOPCategory String(2) upper
ProductIsExciseTaxRelevant Boolean
BaseUnit String(3)
ConfigurableProduct String(40) upper
GoodsIssueUnit String(3)
MaterialFreightGroup String(8) upper
OriginalBatchReferenceMaterial String(40) upper
OriglBatchManagementIsRequired String(1) upper
ProductIsCriticalPrt Boolean
ProductLogisticsHandlingGroup String(4) upper
"""
