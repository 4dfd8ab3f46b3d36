"""The roles in which people work; what each may do stands in `clausewise.web.access`."""

from enum import Enum


class Role(Enum):
    """In what capacity somebody works for a tenant.  A person may have several."""

    INTAKE = "intake"
    NURSE = "nurse_reviewer"
    PHYSICIAN = "physician"
    ANALYST = "policy_analyst"
    SUPERVISOR = "supervisor"
    PRIVACY_OFFICER = "privacy_officer"
    CLINIC_COORDINATOR = "clinic_coordinator"
    CLINICIAN = "clinician"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    INTEGRATION = "integration"
