"""What the tables of a workbook and their columns may be called: the canonical name, and the Nordic ones beside it.

Canonical names are always accepted, whatever the language. Case, blanks, hyphens and underscores do not matter.
"""

from collections.abc import Mapping

SHEETS: dict[str, dict[str, str]] = {
    "plan": {"da": "Plan", "sv": "Plan", "nb": "Plan", "en": "Plan"},
    "measurements": {"da": "Målinger", "sv": "Mätningar", "nb": "Målinger", "en": "Measurements"},
    "events": {"da": "Hændelser", "sv": "Händelser", "nb": "Hendelser", "en": "Events"},
    "forecasts": {"da": "Prognoser", "sv": "Prognoser", "nb": "Prognoser", "en": "Forecasts"},
    "assessments": {"da": "Vurderinger", "sv": "Bedömningar", "nb": "Vurderinger", "en": "Assessments"},
    "calendar": {"da": "Kalender", "sv": "Kalender", "nb": "Kalender", "en": "Calendar"},
}
"""The tables that are read."""
WHAT = ("heading", "sheet", "table")
"""What a problem calls them; here to be translated."""
BESIDE: dict[str, dict[str, str]] = {
    "explanation": {"da": "Vejledning", "sv": "Vägledning", "nb": "Veiledning", "en": "Explanation"},
    "lists": {"da": "Lister", "sv": "Listor", "nb": "Lister", "en": "Lists"},
}
"""Sheets of the template that hold no facts."""
HEADINGS: dict[str, dict[str, str]] = {
    "measure": {"da": "nøgletal", "sv": "mått", "nb": "måltall", "en": "measure"},
    "event": {"da": "hændelse", "sv": "händelse", "nb": "hendelse", "en": "event"},
    "target": {"da": "mål", "sv": "mål", "nb": "mål", "en": "target"},
    "period": {"da": "periode", "sv": "period", "nb": "periode", "en": "period"},
    "at": {"da": "målt den", "sv": "mätt den", "nb": "målt den", "en": "at"},
    "total": {"da": "sum", "sv": "summa", "nb": "sum", "en": "total"},
    "count": {"da": "antal", "sv": "antal", "nb": "antall", "en": "count"},
    "numerator": {"da": "tæller", "sv": "täljare", "nb": "teller", "en": "numerator"},
    "denominator": {"da": "nævner", "sv": "nämnare", "nb": "nevner", "en": "denominator"},
    "value": {"da": "værdi", "sv": "värde", "nb": "verdi", "en": "value"},
    "subject": {"da": "hvem eller hvad", "sv": "vem eller vad", "nb": "hvem eller hva", "en": "subject"},
    "date": {"da": "dato", "sv": "datum", "nb": "dato", "en": "date"},
    "expected": {"da": "forventet", "sv": "förväntad", "nb": "forventet", "en": "expected"},
    "verdict": {"da": "vurdering", "sv": "bedömning", "nb": "vurdering", "en": "verdict"},
    "reason": {"da": "begrundelse", "sv": "motivering", "nb": "begrunnelse", "en": "reason"},
    "reported": {"da": "indberettet", "sv": "rapporterad", "nb": "rapportert", "en": "reported"},
    "source": {"da": "kilde", "sv": "källa", "nb": "kilde", "en": "source"},
    "by": {"da": "oplyst af", "sv": "uppgift av", "nb": "opplyst av", "en": "by"},
    "note": {"da": "bemærkning", "sv": "anmärkning", "nb": "merknad", "en": "note"},
    "status": {"da": "status", "sv": "status", "nb": "status", "en": "status"},
    "withdrawn": {"da": "trukket tilbage", "sv": "återtagen", "nb": "trukket tilbake", "en": "withdrawn"},
    "id": {"da": "id", "sv": "id", "nb": "id", "en": "id"},
    "expires": {"da": "udløber", "sv": "upphör", "nb": "utløper", "en": "expires"},
    "members": {"da": "medlemmer", "sv": "medlemmar", "nb": "medlemmer", "en": "members"},
    "from": {"da": "stammer fra", "sv": "kommer från", "nb": "stammer fra", "en": "from"},
    "key": {"da": "felt", "sv": "fält", "nb": "felt", "en": "key"},
}
"""Columns by canonical name. ``key`` and ``value`` are those of the sheet ``plan``; ``event`` and ``date`` the calendar's."""
AS_OF = {"da": "pr. dato", "sv": "per datum", "nb": "per dato", "en": "as of"}
"""The row of the sheet ``plan`` that names the day to judge."""
DIMENSION = ("dimensions.", "dimension:", "dimension ")
"""What a heading begins with that names a dimension: ``dimensions.district``, ``dimension: district``."""
WORDS: dict[str, dict[str, str]] = {
    "final": {"da": "endelig", "sv": "slutlig", "nb": "endelig", "en": "final"},
    "preliminary": {"da": "foreløbig", "sv": "preliminär", "nb": "foreløpig", "en": "preliminary"},
    "fulfilled": {"da": "opfyldt", "sv": "uppfyllt", "nb": "oppfylt", "en": "fulfilled"},
    "on-track": {"da": "på sporet", "sv": "på väg", "nb": "i rute", "en": "on track"},
    "at-risk": {"da": "i risiko", "sv": "i riskzonen", "nb": "i fare", "en": "at risk"},
    "missed": {"da": "ikke opfyldt", "sv": "ej uppfyllt", "nb": "ikke oppfylt", "en": "missed"},
    "waived": {"da": "fraveget", "sv": "undantaget", "nb": "fraveket", "en": "waived"},
    "true": {"da": "ja", "sv": "ja", "nb": "ja", "en": "yes"},
    "false": {"da": "nej", "sv": "nej", "nb": "nei", "en": "no"},
}
"""What stands in a cell for a word of the format."""


def folded(text: str) -> str:
    """A name as it is compared: small letters, blanks for hyphens and underscores, single blanks."""
    return " ".join(text.replace("_", " ").replace("-", " ").lower().split())


def _known(table: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    found = {folded(name): canonical for canonical, names in table.items() for name in names.values()}
    return found | {folded(canonical): canonical for canonical in table}


SHEET_OF = _known(SHEETS)
BESIDE_OF = _known(BESIDE)
HEADING_OF = _known(HEADINGS)
WORD_OF = _known(WORDS)
KEY_OF = {"plan": "plan"} | {folded(name): "as_of" for name in (*AS_OF.values(), "as_of")}
