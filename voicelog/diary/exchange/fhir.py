"""The diary as a FHIR R4 bundle of Observations and MedicationStatements.

Spasms, symptoms, treatments, ratings and notes are Observations, doses taken are MedicationStatements. The severity of
a spasm or symptom is an Observation of its own, a score from 0 to 10, which the first names as its member; where none
was said it has the reason instead. What else was said are components with a text. A side is the qualifier of a
contained BodyStructure. An Observation with a value heard in doubt, or of a spasm still going on, is preliminary; of a
dose in doubt nothing is stated as taken. Nothing in the bundle tells who the person is: that is for whoever takes it
in.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from voicelog.core.entry import Entry, day_only, is_doubtful
from voicelog.core.fields import KIND_NAMED, OTHER_FIELDS
from voicelog.diary.exchange import codes
from voicelog.diary.store.index import place_of

_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_SITE = "http://hl7.org/fhir/StructureDefinition/bodySite"
_NAMES = uuid.UUID("5f3c1c1e-6f0a-5a55-9d1c-6c1f6d0b7a31")
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_SYSTEM = "urn:voicelog:entry"
_SUBJECT = {"display": "The person who keeps the diary"}
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_TOLD_APART = ("count", "every_s", "units", "compared", "rating_of", "taken")
Json = dict[str, Any]


def to_fhir(entries: Iterable[Entry]) -> Iterator[str]:
    """The bundle, of type ``collection``, a resource a line."""
    yield '{"resourceType": "Bundle", "type": "collection", "entry": ['
    between = "\n"
    for entry in entries:
        for resource in resources_of(entry):
            item = {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}
            yield between + json.dumps(item, ensure_ascii=False)
            between = ",\n"
    yield "\n]}\n"


def resources_of(entry: Entry) -> Iterator[Json]:
    """The resource of one entry, and after it that of its severity where the kind has one."""
    resource = _resource(entry)
    if entry.kind in ("spasm", "symptom") and entry.count != 0:
        severity = _severity(entry)
        resource["hasMember"] = [{"reference": f"urn:uuid:{severity['id']}"}]
        yield resource
        yield severity
    else:
        yield resource


def _resource(entry: Entry) -> Json:
    resource = _medication(entry) if entry.kind == "medication" else _observation(entry)
    notes = [text for text in (entry.text, f"Unsure: {', '.join(entry.unsure)}" if entry.unsure else "") if _text(text)]
    if notes:
        resource["note"] = [{"text": _text(text)} for text in notes]
    return resource


def _base(entry: Entry, kind: str) -> Json:
    identifier = [{"system": _SYSTEM, "value": text}] if (text := _text(entry.id)) else []
    return {
        "resourceType": kind,
        "id": _named(entry.id),
        **({"identifier": identifier} if identifier else {}),
        "subject": _SUBJECT,
        "effectiveDateTime": entry.at.date().isoformat() if day_only(entry) else _time(entry.at),
    }


def _named(name: str) -> str:
    return str(uuid.uuid5(_NAMES, name))


def _severity(entry: Entry) -> Json:
    """How bad it was, as an Observation of its own."""
    pain = entry.kind == "symptom" and entry.symptom == "pain"
    code = _coding(codes.LOINC, codes.PAIN_NRS) if pain else _coding(codes.SNOMED, codes.SEVERITY)
    what = _text((entry.symptom if entry.kind == "symptom" else entry.type) or "") or entry.kind
    resource = {
        **_base(entry, "Observation"),
        "id": _named(f"{entry.id}\0severity"),
        "status": "preliminary" if entry.running or "severity" in entry.unsure else "final",
        "category": [{"coding": [{"system": _CATEGORY, "code": "survey"}]}],
        "code": {"coding": [code], "text": f"severity of {what}, 0 to 10"},
        "issued": _time(entry.logged_at),
    }
    resource.pop("identifier", None)
    if entry.severity is None:
        resource["dataAbsentReason"] = {"coding": [{"system": _ABSENT, "code": "unknown", "display": "Unknown"}]}
    else:
        resource["valueQuantity"] = _score(entry.severity)
    return resource


def _medication(entry: Entry) -> Json:
    name = _text(entry.medication or entry.text) or "medication"
    resource = {
        **_base(entry, "MedicationStatement"),
        "status": "unknown" if is_doubtful(entry) else "not-taken" if entry.taken is False else "completed",
        "medicationCodeableConcept": _concept(name, codes.ATC, codes.MEDICATIONS.get(name)),
        "dateAsserted": _time(entry.logged_at),
    }
    # A dose in doubt is in the note, with the words, and not stated as one.
    if entry.dose is not None and not {"dose", "unit", "medication"} & set(entry.unsure):
        quantity: Json = {"value": entry.dose}
        unit = _text(entry.unit or "")
        if unit:
            quantity["unit"] = unit
            if unit in codes.UNITS:
                quantity |= {"system": codes.UCUM, "code": codes.UNITS[unit]}
        resource["dosage"] = [{"doseAndRate": [{"doseQuantity": quantity}]}]
    return resource


def _observation(entry: Entry) -> Json:
    category = {"treatment": "therapy"}.get(entry.kind, "survey")
    resource = {
        **_base(entry, "Observation"),
        "status": "preliminary" if entry.running or is_doubtful(entry) else "final",
        "category": [{"coding": [{"system": _CATEGORY, "code": category}]}],
        "code": _code(entry),
        "issued": _time(entry.logged_at),
    }
    if entry.note and (note := _text(entry.note)):
        resource["valueString"] = note
    elif entry.severity is not None and entry.kind not in ("spasm", "symptom"):
        resource["valueQuantity"] = _score(entry.severity)
    sites = [_site(text, number, resource) for number, text in enumerate(_texts(entry.locations), 1)]
    if len(sites) == 1:
        resource["bodySite"] = sites[0]
    components = list(_components(entry, sites if len(sites) > 1 else []))
    if components:
        resource["component"] = components
    return resource


def _site(location: str, number: int, resource: Json) -> Json:
    """A location; its side is the qualifier of a body structure that the resource then contains."""
    place = place_of(location)
    code = codes.PARTS.get(place.part)
    site = _concept(location, codes.SNOMED, code)
    if place.side in codes.SIDES:
        structure = {
            "resourceType": "BodyStructure",
            "id": f"site{number}",
            "location": _concept(place.part, codes.SNOMED, code),
            "locationQualifier": [_concept(place.side, codes.SNOMED, codes.SIDES[place.side])],
            "patient": _SUBJECT,
        }
        resource.setdefault("contained", []).append(structure)
        site = {"extension": [{"url": _SITE, "valueReference": {"reference": f"#site{number}"}}], **site}
    return site


def _code(entry: Entry) -> Json:
    if entry.kind == "spasm":
        kind = _text(entry.type or "")
        return _concept(kind or "spasm", codes.SNOMED, codes.SPASM_TYPES.get(kind, codes.SPASM))
    if entry.kind == "symptom":
        name = _text(entry.symptom or entry.text) or "symptom"
        return _concept(name, codes.SNOMED, codes.SYMPTOMS.get(name))
    if entry.kind == "treatment":
        return {"text": _text(entry.treatment or entry.text) or "treatment"}
    if entry.kind == "rating":
        return {"text": f"{_text(entry.rating_of or '') or 'day'} rating"}
    if entry.kind == "note":
        return {"text": "diary note"}
    named_by = KIND_NAMED[entry.kind].named_by
    return {"text": _text((named_by and getattr(entry, named_by)) or "") or entry.kind}


def _components(entry: Entry, sites: list[Json]) -> Iterator[Json]:
    for site in sites:
        yield {"code": {"text": "body site"}, "valueCodeableConcept": site}
    if entry.note and entry.severity is not None and entry.kind not in ("spasm", "symptom"):
        yield {"code": {"text": "severity"}, "valueQuantity": _score(entry.severity)}
    if entry.duration_s is not None:
        value = {"value": entry.duration_s, "unit": "s", "system": codes.UCUM, "code": "s"}
        yield {"code": {"text": "duration"}, "valueQuantity": value}
    for name, number in (("count", entry.count), ("seconds between", entry.every_s), ("units", entry.units)):
        if number is not None:
            yield {"code": {"text": name}, "valueQuantity": {"value": number}}
    for name, values in (
        ("compared with before", (entry.compared or "",)),
        ("intensity", (entry.intensity or "",)),
        ("sensation", entry.sensations),
        ("trigger", entry.triggers),
        ("context", entry.context),
    ):
        for text in _texts(values):
            yield {"code": {"text": name}, "valueString": text}
    for name in OTHER_FIELDS:
        value = getattr(entry, name)
        if name in _TOLD_APART or value is None or value == ():
            continue
        if isinstance(value, float):
            yield {"code": {"text": name}, "valueQuantity": {"value": value}}
        else:
            for text in _texts(value if isinstance(value, tuple) else (_plain(value),)):
                yield {"code": {"text": name}, "valueString": text}


def _plain(value: Any) -> str:
    return _time(value) if isinstance(value, datetime) else str(value).lower() if value in (True, False) else str(value)


def _score(severity: float) -> Json:
    return {"value": severity, "unit": "score 0-10", "system": codes.UCUM, "code": "{score}"}


def _concept(text: str, system: str, code: tuple[str, str] | None) -> Json:
    return {"text": text} if code is None else {"coding": [_coding(system, code)], "text": text}


def _coding(system: str, code: tuple[str, str]) -> Json:
    return {"system": system, "code": code[0], "display": code[1]}


def _texts(values: Iterable[str]) -> list[str]:
    return [text for text in map(_text, values) if text]


def _text(text: str) -> str:
    """The text as FHIR allows it: no control characters, nothing blank."""
    return _UNWANTED.sub("", text).strip()


def _time(at: datetime) -> str:
    """A FHIR dateTime, whose offset knows no seconds."""
    offset = at.utcoffset()
    if offset is not None and offset.total_seconds() % 60:
        at = at.astimezone(UTC)
    return at.isoformat()
