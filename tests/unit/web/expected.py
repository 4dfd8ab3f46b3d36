"""Who may do what, written by hand from the duties of each role: the program is compared with this, which is never made from it.

A cell says of whose cases: `-` none, `own` those of one's team, `any` those of every team, `all` restricted ones too, `yes` where
it is about no case.  A restricted case that names somebody is theirs as if it were of their team.
"""

ROLES = """
intake nurse_reviewer physician policy_analyst supervisor privacy_officer clinic_coordinator clinician administrator auditor
integration
"""

PERMISSIONS = """
permission          intake nurse physi analy super priva coord clini admin audit integ
CASE_SUBMIT         yes    -     -     -     -     -     yes   yes   -     -     yes
CASE_READ           own    own   own   -     any   all   own   own   -     any   own
CASE_ATTACH         own    own   own   -     any   -     own   own   -     -     own
CASE_ASK            own    own   own   -     any   -     -     -     -     -     -
CASE_DETERMINE      own    own   own   -     any   -     -     -     -     -     own
CASE_REVIEW         -      own   own   -     -     -     -     -     -     -     -
CASE_APPROVE        -      own   own   -     -     -     -     -     -     -     -
CASE_DENY           -      -     own   -     -     -     -     -     -     -     -
CASE_NOTIFY         -      own   own   -     any   -     -     -     -     -     -
CASE_APPEAL         own    -     -     -     any   -     own   own   -     -     -
CASE_REOPEN         -      -     -     -     any   -     -     -     -     -     -
CASE_CLOSE          -      -     -     -     any   -     -     -     -     -     -
CASE_WITHDRAW       own    -     -     -     any   -     own   own   -     -     -
CASE_ASSIGN         own    -     -     -     any   -     -     -     -     -     -
CASE_RESTRICT       -      -     -     -     -     all   -     -     -     -     -
CASE_EXPORT         -      -     -     -     -     all   -     -     -     -     -
DISCLOSURE_RELEASE  -      -     -     -     -     all   -     -     -     -     -
POLICY_READ         yes    yes   yes   yes   yes   yes   yes   yes   yes   yes   yes
POLICY_WRITE        -      -     -     yes   -     -     -     -     -     -     -
LOG_READ            -      -     -     -     -     yes   -     -     -     yes   -
ACCOUNT_WRITE       -      -     -     -     -     -     -     -     yes   -     -
OPERATIONS_READ     -      -     -     -     yes   -     -     -     yes   yes   -
"""

# By route and method: `public`, `account` (whoever is signed in, about themselves), `closed`, or the permissions of which one is
# needed; `before` also for who must still set up a second factor, `step-up` with a proof of the last five minutes.
ROUTES = """
live                                  GET       public
ready                                 GET       public
metrics                               GET       public
home                                  GET       account before
case-list                             GET       CASE_READ
case-page                             GET       CASE_READ
case-new                              GET POST  CASE_SUBMIT
case-assign                           POST      CASE_ASSIGN
case-restrict                         POST      CASE_RESTRICT
api:openapi-json                      GET       public
api:api-root                          GET       closed
api:policies                          GET       POLICY_READ
api:cases                             GET       CASE_READ
api:cases                             POST      CASE_SUBMIT
api:case                              GET       CASE_READ
api:files                             GET       CASE_READ
api:file                              GET       CASE_READ
api:evidence                          POST      CASE_ATTACH
api:determine                         POST      CASE_DETERMINE
api:complete                          POST      CASE_ASK
api:ask                               POST      CASE_ASK
api:review                            POST      CASE_REVIEW
api:decide                            POST      CASE_APPROVE CASE_DENY step-up
api:notify                            POST      CASE_NOTIFY
api:appeal                            POST      CASE_APPEAL
api:reopen                            POST      CASE_REOPEN
api:close                             POST      CASE_CLOSE
api:withdraw                          POST      CASE_WITHDRAW
api:assign                            POST      CASE_ASSIGN
api:restrict                          POST      CASE_RESTRICT
account_home                          GET       account before
account_tenant                        POST      account before
account_end_sessions                  POST      account before
account_remaining                     GET       account before
account_stay                          POST      account before
account_draft                         POST      account
case_draft                            POST      CASE_READ
account_login                         GET POST  public
account_logout                        GET POST  account before
account_inactive                      GET       public
account_signup                        GET       closed
account_reauthenticate                GET POST  account before
account_email                         GET       closed
account_email_verification_sent       GET       closed
account_change_password               GET POST  account
account_set_password                  GET       closed
account_reset_password                GET       closed
account_confirm_login_code            GET       closed
account_confirm_email                 GET       closed
account_reset_password_from_key_done  GET       public
account_reset_password_from_key       GET POST  public
account_reset_password_done           GET       closed
mfa_index                             GET       account before
mfa_authenticate                      GET POST  public
mfa_reauthenticate                    GET POST  account before
mfa_activate_totp                     GET POST  account before
mfa_deactivate_totp                   GET POST  account
mfa_view_recovery_codes               GET       account
mfa_generate_recovery_codes           GET POST  account
mfa_download_recovery_codes           GET       account
mfa_list_webauthn                     GET       account
mfa_add_webauthn                      GET POST  account before
mfa_reauthenticate_webauthn           GET POST  account before
mfa_remove_webauthn                   GET POST  account
mfa_edit_webauthn                     GET POST  account
mfa_login_webauthn                    GET POST  public
socialaccount_login_cancelled         GET       public
socialaccount_login_error             GET       public
socialaccount_signup                  GET       closed
socialaccount_connections             GET       closed
openid_connect_login                  GET POST  public
openid_connect_callback               GET       public
"""


def permissions() -> dict[str, dict[str, str]]:
    """The cells by permission and role."""
    lines = [line.split() for line in PERMISSIONS.strip().splitlines()[1:]]
    return {name: dict(zip(ROLES.split(), cells, strict=True)) for name, *cells in lines}


def routes() -> dict[tuple[str, str], tuple[str, ...]]:
    """What a route asks for, by its name and method."""
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE"}
    lines = [line.split() for line in ROUTES.strip().splitlines()]
    return {
        (name, method): tuple(word for word in words if word not in methods)
        for name, *words in lines
        for method in words
        if method in methods
    }
