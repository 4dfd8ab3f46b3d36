"""Who may do what: the permissions, which role has which, and the authorization matrix with a row for every route.

Nothing is allowed that is not in these tables.  `web.gate` enforces the matrix before a view runs; a route without a row is
answered as if it did not exist, and fails the build.  A view that finds only in what was sent how much is asked for (approve or
deny) calls `allowed` itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from clausewise.store.teams import CaseAccess, Reach
from clausewise.vocab.role import Role
from clausewise.web.principal import Duty, Principal


class Permission(Enum):
    """What somebody may be allowed to do."""

    CASE_SUBMIT = "submit a case"
    CASE_READ = "read a case with its files"
    CASE_ATTACH = "attach evidence to a case"
    CASE_ASK = "ask for facts, and tell that they are complete"
    CASE_DETERMINE = "have a case determined again"
    CASE_REVIEW = "review a case"
    CASE_APPROVE = "decide a case with approval"
    CASE_DENY = "decide a case adversely"
    CASE_NOTIFY = "tell of a decision"
    CASE_APPEAL = "record an appeal"
    CASE_REOPEN = "take up a case again"
    CASE_CLOSE = "close a case"
    CASE_WITHDRAW = "withdraw a case"
    CASE_ASSIGN = "give a case to a team"
    CASE_RESTRICT = "restrict a case to named accounts"
    CASE_EXPORT = "take a whole case out"
    DISCLOSURE_RELEASE = "release health information to others"
    POLICY_READ = "read the authored documents"
    POLICY_WRITE = "write and adopt authored documents"
    LOG_READ = "read the log"
    ACCOUNT_WRITE = "invite, change and end accounts"
    OPERATIONS_READ = "read how the service fares"


P = Permission
READING = frozenset({P.CASE_READ, P.POLICY_READ})
_CLINIC = READING | {P.CASE_SUBMIT, P.CASE_ATTACH, P.CASE_WITHDRAW, P.CASE_APPEAL}
_NURSE = READING | {P.CASE_ATTACH, P.CASE_ASK, P.CASE_DETERMINE, P.CASE_REVIEW, P.CASE_APPROVE, P.CASE_NOTIFY}
_LEADING = {P.CASE_ASSIGN, P.CASE_APPEAL, P.CASE_REOPEN, P.CASE_CLOSE, P.CASE_WITHDRAW, P.OPERATIONS_READ}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.INTAKE: _CLINIC | {P.CASE_ASK, P.CASE_DETERMINE, P.CASE_ASSIGN},
        Role.NURSE: _NURSE,  # a nurse never denies
        Role.PHYSICIAN: _NURSE | {P.CASE_DENY},
        Role.ANALYST: frozenset({P.POLICY_READ, P.POLICY_WRITE}),
        Role.SUPERVISOR: READING | _LEADING | {P.CASE_ATTACH, P.CASE_ASK, P.CASE_DETERMINE, P.CASE_NOTIFY},
        Role.PRIVACY_OFFICER: READING | {P.CASE_RESTRICT, P.CASE_EXPORT, P.DISCLOSURE_RELEASE, P.LOG_READ},
        Role.CLINIC_COORDINATOR: _CLINIC,
        Role.CLINICIAN: _CLINIC,
        Role.ADMINISTRATOR: frozenset({P.ACCOUNT_WRITE, P.OPERATIONS_READ, P.POLICY_READ}),  # no health information
        Role.AUDITOR: READING | {P.LOG_READ, P.OPERATIONS_READ},  # changes nothing
        Role.INTEGRATION: READING | {P.CASE_SUBMIT, P.CASE_ATTACH, P.CASE_DETERMINE},
    }
)
EVERY_TEAM = frozenset({Role.SUPERVISOR, Role.PRIVACY_OFFICER, Role.AUDITOR})  # theirs are the cases of every team
UNASSIGNED = EVERY_TEAM | {Role.INTAKE}  # theirs are also the cases that no team has yet
BEYOND_RESTRICTION = frozenset({Role.PRIVACY_OFFICER})  # sees a restricted case without being named


class Verdict(Enum):
    """What comes of asking: allowed, refused, or told that there is no such thing."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    UNSEEN = "unseen"


def judge(principal: Principal, permission: Permission, case: CaseAccess | None = None) -> Verdict:
    """Tell whether somebody may do this, to this case where it is about one.

    A case of another tenant, and one restricted to others, is told as not existing.
    """
    if case is not None and not exists_for(principal, case):
        return Verdict.UNSEEN
    duties = [duty for duty in principal.duties if permission in PERMISSIONS[duty.role]]
    reached = duties if case is None else [duty for duty in duties if _reaches(duty, principal, case)]
    return Verdict.ALLOWED if reached else Verdict.REFUSED


def allowed(principal: Principal, permission: Permission, case: CaseAccess | None = None) -> bool:
    """Tell whether somebody may do this; see `judge`."""
    return judge(principal, permission, case) is Verdict.ALLOWED


def exists_for(principal: Principal, case: CaseAccess) -> bool:
    """Tell whether somebody is told that a case exists: it is of their tenant, and not restricted to others."""
    named = case.restricted_to is None or principal.account in case.restricted_to
    return case.tenant == principal.tenant and (named or bool(principal.roles & BEYOND_RESTRICTION))


def _reaches(duty: Duty, principal: Principal, case: CaseAccess) -> bool:
    if case.restricted_to is not None and principal.account in case.restricted_to:
        return True  # who is named works on the case, whatever the team
    if not duty.team or duty.role in EVERY_TEAM:
        return True
    return duty.team == case.team if case.team else duty.role in UNASSIGNED


def reach(principal: Principal, permission: Permission = Permission.CASE_READ) -> Reach:
    """Return which cases somebody may do this to, for lists: the same answer as `judge` gives of each."""
    duties = [duty for duty in principal.duties if permission in PERMISSIONS[duty.role]]
    everywhere = any(not duty.team or duty.role in EVERY_TEAM for duty in duties)
    return Reach(
        account=principal.account,
        teams=None if everywhere else frozenset(duty.team for duty in duties),
        unassigned=everywhere or any(duty.role in UNASSIGNED for duty in duties),
        named=bool(duties),
        beyond_restriction=bool(principal.roles & BEYOND_RESTRICTION),
    )


# ---- the matrix ------------------------------------------------------------------------------------------------------


class Audience(Enum):
    """For whom a route is: nobody, everybody, whoever is signed in (about their own account), or whoever has a permission."""

    NOBODY = "nobody"
    PUBLIC = "public"
    OWN_ACCOUNT = "own account"
    PERMITTED = "permitted"


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the matrix.

    `any_of` are the permissions of which one is needed.  With `step_up` who asks has proved in the last minutes who they are.
    `before_second_factor`: also for an account that must still set one up.
    """

    audience: Audience
    any_of: frozenset[Permission] = frozenset()
    step_up: bool = False
    before_second_factor: bool = False


CLOSED = Rule(Audience.NOBODY)  # a route of a library that we do not offer
PUBLIC = Rule(Audience.PUBLIC, before_second_factor=True)
OWN_ACCOUNT = Rule(Audience.OWN_ACCOUNT)
SETTING_UP = Rule(Audience.OWN_ACCOUNT, before_second_factor=True)


def needs(*any_of: Permission, step_up: bool = False) -> Rule:
    """Return the row of a route that needs one of these permissions."""
    return Rule(Audience.PERMITTED, frozenset(any_of), step_up)


def _form(name: str, rule: Rule) -> dict[tuple[str, str], Rule]:
    """Return the rows of a page with a form that is sent to the same address."""
    return {("GET", name): rule, ("POST", name): rule}


_NOT_OFFERED = (
    "account_signup",
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_set_password",
    "account_reset_password",
    "account_reset_password_done",
    "socialaccount_signup",
    "socialaccount_connections",
)
# By method (HEAD is as GET) and name of the route, with its namespaces: `("POST", "api:submit")`.  A route about one case takes its
# id as the argument `case`, and who asks must reach that case.
MATRIX: Mapping[tuple[str, str], Rule] = MappingProxyType(
    {
        ("GET", "live"): PUBLIC,
        ("GET", "ready"): PUBLIC,
        ("GET", "metrics"): PUBLIC,  # asks for a token of its own
        # The pages.
        ("GET", "home"): SETTING_UP,
        ("GET", "case-list"): needs(P.CASE_READ),
        ("GET", "case-page"): needs(P.CASE_READ),
        **_form("case-new", needs(P.CASE_SUBMIT)),
        ("POST", "case-assign"): needs(P.CASE_ASSIGN),
        ("POST", "case-restrict"): needs(P.CASE_RESTRICT),
        # The interface.
        ("GET", "api:openapi-json"): PUBLIC,
        ("GET", "api:api-root"): CLOSED,
        ("GET", "api:policies"): needs(P.POLICY_READ),
        ("POST", "api:cases"): needs(P.CASE_SUBMIT),
        ("GET", "api:cases"): needs(P.CASE_READ),
        ("GET", "api:case"): needs(P.CASE_READ),
        ("GET", "api:files"): needs(P.CASE_READ),
        ("GET", "api:file"): needs(P.CASE_READ),
        ("POST", "api:evidence"): needs(P.CASE_ATTACH),
        ("POST", "api:determine"): needs(P.CASE_DETERMINE),
        ("POST", "api:complete"): needs(P.CASE_ASK),
        ("POST", "api:ask"): needs(P.CASE_ASK),
        ("POST", "api:review"): needs(P.CASE_REVIEW),
        ("POST", "api:decide"): needs(P.CASE_APPROVE, P.CASE_DENY, step_up=True),
        ("POST", "api:notify"): needs(P.CASE_NOTIFY),
        ("POST", "api:appeal"): needs(P.CASE_APPEAL),
        ("POST", "api:reopen"): needs(P.CASE_REOPEN),
        ("POST", "api:close"): needs(P.CASE_CLOSE),
        ("POST", "api:withdraw"): needs(P.CASE_WITHDRAW),
        ("POST", "api:assign"): needs(P.CASE_ASSIGN),
        ("POST", "api:restrict"): needs(P.CASE_RESTRICT),
        # Signing in and out, and one's own password.  There is no open sign-up: accounts are invited.
        **_form("account_login", PUBLIC),
        **_form("account_logout", SETTING_UP),
        ("GET", "account_home"): SETTING_UP,
        ("POST", "account_tenant"): SETTING_UP,
        ("POST", "account_end_sessions"): SETTING_UP,
        ("GET", "account_remaining"): SETTING_UP,
        ("POST", "account_stay"): SETTING_UP,
        ("POST", "account_draft"): OWN_ACCOUNT,
        ("POST", "case_draft"): needs(Permission.CASE_READ),
        ("GET", "account_inactive"): PUBLIC,
        **_form("account_reauthenticate", SETTING_UP),
        **_form("account_change_password", OWN_ACCOUNT),
        **_form("account_reset_password_from_key", PUBLIC),  # the link of an invitation, for one time
        ("GET", "account_reset_password_from_key_done"): PUBLIC,
        **{("GET", name): CLOSED for name in _NOT_OFFERED},
        # The second factor.
        ("GET", "mfa_index"): SETTING_UP,
        **_form("mfa_authenticate", PUBLIC),  # between password and second factor nobody is signed in yet
        **_form("mfa_reauthenticate", SETTING_UP),
        **_form("mfa_activate_totp", SETTING_UP),
        **_form("mfa_deactivate_totp", OWN_ACCOUNT),
        ("GET", "mfa_view_recovery_codes"): OWN_ACCOUNT,
        **_form("mfa_generate_recovery_codes", OWN_ACCOUNT),
        ("GET", "mfa_download_recovery_codes"): OWN_ACCOUNT,
        **_form("mfa_login_webauthn", PUBLIC),
        **_form("mfa_reauthenticate_webauthn", SETTING_UP),
        **_form("mfa_add_webauthn", SETTING_UP),
        ("GET", "mfa_list_webauthn"): OWN_ACCOUNT,
        **_form("mfa_edit_webauthn", OWN_ACCOUNT),
        **_form("mfa_remove_webauthn", OWN_ACCOUNT),
        # Signing in through somebody else, where the configuration names them.
        **_form("openid_connect_login", PUBLIC),
        ("GET", "openid_connect_callback"): PUBLIC,
        ("GET", "socialaccount_login_cancelled"): PUBLIC,
        ("GET", "socialaccount_login_error"): PUBLIC,
    }
)
