"""Made-up cases, written as an author of a case file would."""

from pathlib import Path

SCAR = """
  - id: {id}
    line_of_business: commercial
    plan: {plan}
    state: AR
    service_date: '2026-03-16'
    diagnoses: [L90.5]
    facts:
      scar: yes
      aim: function
      structure: abnormal
      cause: trauma
      conservative_therapy: failed
      functional_impairment: no
      scar_pain_unresponsive: {pain}
      scar_recurrent_infection: {infected}
      scar_unstable: no
      scar_friable: no
      photos_applicable: yes
      photos_provided: yes
      records_provided: yes
    lines:
      - code: '{code}'{line}
{expect}"""


def scar(
    id: str = "S1",
    plan: str = "qualchoice",
    pain: str = "yes",
    infected: str = "yes",
    code: str = "11402",
    line: str = "",
    expect: str = "",
) -> str:
    """Return a case of a scar after an injury, as an item of the list `clinical`; by default it is approved."""
    return SCAR.format(id=id, plan=plan, pain=pain, infected=infected, code=code, line=line, expect=expect)


def case_file(folder: Path, *cases: str, name: str = "cases.yaml") -> Path:
    """Return a file with clinical cases."""
    path = folder / name
    path.write_text("clinical:\n" + "".join(cases), encoding="utf-8")
    return path


INSURER = """privacy:
  - id: {id}
    actor: insurer
    action: disclose
    facts: {{consent: {consent}, recipient_inside_clinic: false, legal_compulsion: none}}
    expect: {expect}
"""


def insurer(folder: Path, consent: str = "none", expect: str = "{}", id: str = "I1") -> Path:
    """Return a file with one privacy case: an insurer asks for a record."""
    path = folder / "privacy.yaml"
    path.write_text(INSURER.format(id=id, consent=consent, expect=expect), encoding="utf-8")
    return path
