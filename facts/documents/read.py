"""A facts file of any format → a document, by what the path says it is."""

from pathlib import Path as File

from rulecheck.facts.documents.document import Document
from rulecheck.facts.problem import InvalidFacts, Place, Problem

WORKBOOKS = (".xlsx",)
REFUSED = (".xlsm", ".xls", ".xlsb", ".ods", ".xltx", ".xltm")


def read_document(file: File, shown: str) -> Document:
    """The document in ``file``, which messages call ``shown``. Raises InvalidFacts, OSError."""
    if file.is_dir():
        from rulecheck.facts.documents.csv_folder import read_csv_folder

        return read_csv_folder(file)
    suffix = file.suffix.lower()
    if suffix in WORKBOOKS:
        try:
            from rulecheck.facts.documents.workbook import read_workbook

            return read_workbook(file.read_bytes(), shown)
        except ModuleNotFoundError as error:
            if not (error.name or "").startswith("python_calamine"):
                raise
            message, remedy = "this installation cannot read workbooks", "install it with: {command}"
            values = {"command": "pip install 'target-rulecheck[excel]'"}
            raise InvalidFacts([Problem("facts-workbook", message, Place(shown), remedy, values)]) from None
    if suffix in REFUSED:
        file.stat()
        message, remedy = "facts are not read from {word}", "save the workbook as .xlsx, without macros"
        raise InvalidFacts([Problem("facts-workbook", message, Place(shown), remedy, {"word": suffix})])
    if suffix == ".csv":
        file.stat()
        message, remedy = "one CSV file is one table of the facts", "give the folder it is in: {word}"
        raise InvalidFacts([Problem("facts-table", message, Place(shown), remedy, {"word": str(file.parent)})])
    content = file.read_bytes()
    if suffix in (".yaml", ".yml"):
        from rulecheck.facts.documents.yaml_document import read_yaml_facts

        return read_yaml_facts(content, shown)
    from rulecheck.facts.documents.json_document import read_json

    return read_json(content, shown)
