"""Products: read out of attributes and names, compared by numbers and by what an article measures and is made of."""

from mdm.engine.matching.products.features import ProductFeatures
from mdm.engine.matching.products.model import PRODUCTS, ProductModel

__all__ = ["PRODUCTS", "ProductFeatures", "ProductModel"]
