"""The three countries the dealers and shoppers live in: cities, streets, trades, legal forms, ways of writing."""

from connectors.demo.estate.countries.base import City, Country
from connectors.demo.estate.countries.germany import GERMANY
from connectors.demo.estate.countries.india import INDIA
from connectors.demo.estate.countries.usa import USA

COUNTRIES = {country.code: country for country in (INDIA, GERMANY, USA)}

__all__ = ["COUNTRIES", "City", "Country"]
