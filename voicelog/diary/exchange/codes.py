"""Codes of SNOMED CT, LOINC, ATC and UCUM for what the diary holds, those only that are beyond doubt.

What has no code here is sent as text, which FHIR allows everywhere.
"""

from __future__ import annotations

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
ATC = "http://www.whocc.no/atc"
UCUM = "http://unitsofmeasure.org"

SPASM = ("45352006", "Spasm")
SEVERITY = ("246112005", "Severity")
SIDES = {
    "left": ("7771000", "Left"),
    "right": ("24028007", "Right"),
    "both": ("51440002", "Right and left"),
}
PAIN_NRS = ("72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported")

SPASM_TYPES = {"cramp": ("55300003", "Cramp"), "tremor": ("26079004", "Tremor")}
SYMPTOMS = {
    "fatigue": ("84229001", "Fatigue"),
    "numbness": ("44077006", "Numbness"),
    "pain": ("22253000", "Pain"),
    "dizziness": ("404640003", "Dizziness"),
    "blurred vision": ("111516008", "Blurring of visual image"),
    "headache": ("25064002", "Headache"),
    "nausea": ("422587007", "Nausea"),
    "difficulty swallowing": ("40739000", "Dysphagia"),
    "fever": ("386661006", "Fever"),
    "anxiety": ("48694002", "Anxiety"),
    "fall": ("1912002", "Fall"),
    "paralysis": ("44695005", "Paralysis"),
}
PARTS = {
    "leg": ("61685007", "Lower limb structure"),
    "thigh": ("68367000", "Thigh structure"),
    "hip": ("29836001", "Hip region structure"),
    "knee": ("72696002", "Knee region structure"),
    "calf": ("53840002", "Calf of leg structure"),
    "ankle": ("344001", "Ankle region structure"),
    "foot": ("56459004", "Foot structure"),
    "arm": ("53120007", "Upper limb structure"),
    "shoulder": ("16982005", "Shoulder region structure"),
    "elbow": ("127949000", "Elbow region structure"),
    "wrist": ("8205005", "Wrist region structure"),
    "hand": ("85562004", "Hand structure"),
    "neck": ("45048000", "Neck structure"),
    "chest": ("51185008", "Thoracic structure"),
    "face": ("89545001", "Face structure"),
}
MEDICATIONS = {
    "baclofen": ("M03BX01", "baclofen"),
    "tizanidine": ("M03BX02", "tizanidine"),
    "dantrolene": ("M03CA01", "dantrolene"),
    "carbamazepine": ("N03AF01", "carbamazepine"),
    "oxcarbazepine": ("N03AF02", "oxcarbazepine"),
    "diazepam": ("N05BA01", "diazepam"),
    "clonazepam": ("N03AE01", "clonazepam"),
    "lamotrigine": ("N03AX09", "lamotrigine"),
    "phenytoin": ("N03AB02", "phenytoin"),
    "levetiracetam": ("N03AX14", "levetiracetam"),
    "morphine": ("N02AA01", "morphine"),
    "oxycodone": ("N02AA05", "oxycodone"),
    "tramadol": ("N02AX02", "tramadol"),
    "paracetamol": ("N02BE01", "paracetamol"),
    "ibuprofen": ("M01AE01", "ibuprofen"),
    "naproxen": ("M01AE02", "naproxen"),
}
UNITS = {"mg": "mg", "mcg": "ug", "ml": "mL", "tablet": "{tbl}", "drop": "[drp]", "puff": "{puff}"}
