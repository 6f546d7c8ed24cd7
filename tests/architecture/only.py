"""An import contract: some modules may import, of guarded packages, nothing but what is listed."""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OnlyContract(Contract):
    """Direct imports of `sources`, less `spared`, may reach of the `guarded` packages only what is `allowed`.

    Every name stands for the module and all below it. A source may always import itself; one that does not exist
    (yet) is left out, one that is misspelt therefore too: `tests/architecture` plants bad imports for each contract.
    """

    type_name = "only"

    sources = fields.ListField(subfield=fields.StringField())
    guarded = fields.ListField(subfield=fields.StringField())
    allowed = fields.ListField(subfield=fields.StringField())
    spared = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        options: Any = self  # the fields above hold their values by now
        illegal = [
            (importer, imported)
            for source in options.sources
            for importer in sorted(graph.modules)
            if _below(importer, [source]) and not _below(importer, options.spared or [])
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if _below(imported, options.guarded) and not _below(imported, [source, *options.allowed])
        ]
        return ContractCheck(kept=not illegal, metadata={"illegal": illegal})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["illegal"]:
            output.print_error(f"{importer} may not import {imported}")


def _below(module: str, packages: list[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)
