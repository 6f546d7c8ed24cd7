"""What can be set about a simulated S/4HANA system, with the values it has where nothing is said."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


def _groupings() -> dict[str, dict[str, Any]]:
    return {"BP01": {"from": 1000000, "to": 1999999}, "BP02": {}}


def _price_tables() -> dict[str, list[str]]:
    """Condition tables by number, with the key fields of each."""
    area = ["SalesOrganization", "DistributionChannel"]
    return {"304": [*area, "Material"], "306": [*area, "PriceListType", "TransactionCurrency", "Material"]}


@dataclass(frozen=True)
class Settings:
    """Options of the system, the customizing a consultant would do among them.

    groupings: a grouping with `from` and `to` numbers its partners itself, one without takes the caller's numbers; the
    first is the default. unique_identification: numbers of `unique_types` may be given once in the whole system.
    stamp_on_create: False leaves LastChangeDate empty until the first change. postal_codes: refuse a wrong form.
    refuse_overlaps: refuse a price for days that have one, instead of making the other give way.
    answers_as_sent: a create answers with what was sent and the numbers given, not with what is kept, nor with a tag.
    """

    user: str = "MDM_HUB"
    password: str = "sandbox"
    client: str = "100"
    sid: str = "S4H"
    page_size: int = 500
    retry_after: int = 1
    unique_identification: bool = True
    unique_types: tuple[str, ...] = ("MDMKEY",)
    identification_types: tuple[str, ...] = (
        "MDMKEY", "MDMID", "CRM", "WEB", "BUP001", "BUP002", "BUP003", "BUP004", "BUP005", "BUP006"
    )  # fmt: skip
    roles: tuple[str, ...] = (
        "000000", "FLCU00", "FLCU01", "FLVN00", "FLVN01", "BUP001", "BUP002", "BUP003", "UKM000"
    )  # fmt: skip
    groupings: dict[str, dict[str, Any]] = field(default_factory=_groupings)
    first_address: int = 26000
    stamp_on_create: bool = True
    postal_codes: bool = True
    answers_as_sent: bool = False
    product_types: tuple[str, ...] = ("FERT", "HALB", "HAWA", "ROH", "ERSA", "VERP", "NLAG", "DIEN")
    product_statuses: tuple[str, ...] = ("01", "02", "03", "04")
    first_product: int = 10000
    condition_types: tuple[str, ...] = ("PPR0",)
    price_tables: dict[str, list[str]] = field(default_factory=_price_tables)
    refuse_overlaps: bool = False

    @property
    def default_grouping(self) -> str:
        """The grouping of a partner that names none."""
        return next(iter(self.groupings))


def read(options: dict[str, Any]) -> Settings:
    """The settings of start-up options; raises ValueError for a name we do not have."""
    names = {one.name for one in fields(Settings)}
    if unknown := sorted(set(options) - names):
        raise ValueError(f"The simulated SAP has no option {unknown[0]!r}; it has {', '.join(sorted(names))}.")
    held: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in options.items()}
    return Settings(**held)
