"""SAP S/4HANA: business partners and their contact relationships over the OData v2 service API_BUSINESS_PARTNER."""
