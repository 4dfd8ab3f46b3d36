"""The commands and their options.  Each imports what it needs only when it is called, so that none pays for another."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from clausewise.cli import service_commands as service
from clausewise.cli.account_commands import account
from clausewise.cli.audit_commands import audit
from clausewise.cli.file_commands import files
from clausewise.cli.options import AsJson, Policies

OVERVIEW = """Medical policies that run: the text people read is the program that decides, and every answer cites its clauses.

The exit status is 0, 1 where a policy has errors, an expectation failed or a log is not whole,
and 2 where something could not be read."""

app = typer.Typer(
    name="clausewise",
    help=OVERVIEW,
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
privacy = typer.Typer(help="Decide who may look at, use or send health information.", no_args_is_help=True)
policy = typer.Typer(help="Read, list and check the authored documents.", no_args_is_help=True)
app.add_typer(privacy, name="privacy")
app.add_typer(policy, name="policy")
app.add_typer(service.store, name="store")
app.add_typer(service.worker, name="worker")
app.add_typer(files, name="files")
app.add_typer(account, name="account")
app.add_typer(audit, name="audit")

NoCache = Annotated[bool, typer.Option("--no-cache", help="Compile anew, and keep nothing on disk.")]
Labels = Annotated[Path | None, typer.Option("--labels", metavar="FILE", help="Table (CSV) of your own code labels.")]
Files = Annotated[list[str], typer.Argument(metavar="FILE", help="Case files or request folders; - is standard input.")]
AsOf = Annotated[str, typer.Option("--as-of", metavar="DATE", help="Only what is in force on this day.")]
Why = Annotated[bool, typer.Option("--why", help="Print the proof, and the other assessor's view beside it.")]


def _day(text: str) -> date | None:
    """Return the day an option names, or None for an empty one."""
    from clausewise.policy.fact_values import read_day

    day = read_day(text)
    if text and day is None:
        raise typer.BadParameter("write year, month and day, such as 2026-03-16", param_hint="--as-of")
    return day


def _show_version(wanted: bool) -> None:
    if wanted:
        from clausewise import __version__

        typer.echo(f"clausewise {__version__}")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


start.__doc__ = None  # the overview above is what the help shows


@app.command()
def determine(
    files: Files,
    as_json: AsJson = False,
    why: Why = False,
    missing: Annotated[bool, typer.Option("--missing", help="Print what is missing, as questions.")] = False,
    assessor: Annotated[str, typer.Option(metavar="plan|clinic", help="Who judges, whatever the case says.")] = "",
    policy: Annotated[str, typer.Option(metavar="ID", help="Judge by this policy, whatever would govern.")] = "",
    labels: Labels = None,
    policies: Policies = None,
    no_cache: NoCache = False,
) -> None:
    """Determine every service line of the requests in FILE."""
    if assessor not in ("", "plan", "clinic"):
        raise typer.BadParameter("it is plan or clinic", param_hint="--assessor")
    from clausewise.cli.determine import determine_files
    from clausewise.payer.judging import Wish
    from clausewise.wiring.setting import open_setting

    setting = open_setting(policies, not no_cache, labels)
    raise typer.Exit(determine_files(files, setting, Wish(assessor, policy), as_json, why, missing))


@app.command()
def ask(
    policy: Annotated[str, typer.Argument(metavar="POLICY", help="The policy's id, such as AR.CP.MP.31.")],
    case: Annotated[str, typer.Option("--case", metavar="FILE", help="What is known so far: a file with one case.")] = "",
    code: Annotated[list[str] | None, typer.Option("--code", metavar="CODE", help="A procedure asked for; repeatable.")] = None,
    save: Annotated[Path | None, typer.Option("--save", metavar="FILE", help="Keep the case here after every answer.")] = None,
    labels: Labels = None,
    policies: Policies = None,
    no_cache: NoCache = False,
) -> None:
    """Ask, one question at a time, only what can still matter, then determine the case."""
    from clausewise.cli.asking import hold_interview
    from clausewise.wiring.setting import open_setting

    raise typer.Exit(hold_interview(policy, case, code or [], save, open_setting(policies, not no_cache, labels)))


@privacy.command("decide")
def decide_privacy_cases(
    files: Files,
    as_json: AsJson = False,
    why: Why = False,
    policies: Policies = None,
    no_cache: NoCache = False,
) -> None:
    """Decide every privacy case in FILE by the clinic's notice."""
    from clausewise.cli.privacy import decide_files
    from clausewise.wiring.setting import open_setting

    raise typer.Exit(decide_files(files, open_setting(policies, not no_cache), as_json, why))


@app.command()
def test(
    files: Annotated[list[str] | None, typer.Argument(metavar="FILE", help="Case files; else all bundled ones.")] = None,
    as_json: AsJson = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Compare all that a case states, as is done for the bundled ones.")
    ] = False,
    policies: Policies = None,
    no_cache: NoCache = False,
) -> None:
    """Compare what comes out with what the cases expect, and count which clauses they cover."""
    from clausewise.cli.expectations import run_expectations
    from clausewise.wiring.setting import open_setting

    raise typer.Exit(run_expectations(files or [], open_setting(policies, not no_cache), as_json, strict))


@policy.command("check")
def check_documents(
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE", help="Documents; else all bundled ones.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Check again whenever a document changes.")] = False,
    as_json: AsJson = False,
    sarif: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the problems as SARIF.")] = None,
    policies: Policies = None,
) -> None:
    """Check documents as a compiler does: errors, warnings and notes, each with its place."""
    from clausewise.cli.checking import check_files, watch_files

    run = watch_files if watch else check_files
    raise typer.Exit(run(files or [], policies, as_json, sarif))


@policy.command("prove")
def prove_documents(
    names: Annotated[list[str] | None, typer.Argument(metavar="ID", help="Policies or notices; else all of the library.")] = None,
    beside: Annotated[str, typer.Option(metavar="ID", help="Also hold each beside this one, line by line.")] = "",
    short: Annotated[bool, typer.Option("--short", help="Print only what is new.")] = False,
    as_json: AsJson = False,
    sarif: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the findings as SARIF.")] = None,
    cases: Annotated[Path | None, typer.Option(metavar="DIR", help="Also write the cases that show them, one file each.")] = None,
    seconds: Annotated[float, typer.Option(metavar="N", min=0.001, help="Time for one question to Z3.")] = 10.0,
    policies: Policies = None,
) -> None:
    """Prove what a policy really says: gaps, contradictions, idle clauses, each with a case that shows it."""
    from clausewise.cli.proving import Wanted, prove_policies
    from clausewise.wiring.setting import open_setting

    wanted = Wanted(tuple(names or ()), beside, seconds, cases, sarif, as_json, short)
    raise typer.Exit(prove_policies(wanted, open_setting(policies, cache=False)))


@policy.command("list")
def list_documents(as_json: AsJson = False, policies: Policies = None) -> None:
    """List the documents of the library."""
    from clausewise.cli.documents import list_library
    from clausewise.wiring.setting import open_setting

    raise typer.Exit(list_library(open_setting(policies, cache=False), as_json))


@policy.command("show")
def show_document(
    name: Annotated[str, typer.Argument(metavar="ID", help="The document's id, such as AR.CP.MP.31.")],
    as_of: AsOf = "",
    text: Annotated[bool, typer.Option("--text", help="Print the document as it was written.")] = False,
    consolidated: Annotated[
        bool, typer.Option("--consolidated", help="Print its text with the amendments worked in.")
    ] = False,
    as_json: AsJson = False,
    policies: Policies = None,
) -> None:
    """Show a document: its clauses, its readings, its codes."""
    from clausewise.cli.documents import Form, show
    from clausewise.wiring.setting import open_setting

    form = Form.CONSOLIDATED if consolidated else Form.WRITTEN if text else Form.READING
    raise typer.Exit(show(name, _day(as_of), open_setting(policies, cache=False), form, as_json))


@policy.command("export")
def export_document(
    name: Annotated[str, typer.Argument(metavar="ID", help="The document's id, such as AR.CP.MP.31.")],
    to: Annotated[str, typer.Option("--to", metavar="html|markdown|questions", help="What to make of it.")],
    file: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to this file.")] = None,
    as_of: AsOf = "",
    as_json: Annotated[bool, typer.Option("--json", help="With --to questions: print one JSON object a line.")] = False,
    labels: Labels = None,
    policies: Policies = None,
    no_cache: NoCache = False,
) -> None:
    """Make a page, a text or a form of questions out of a document."""
    if to not in ("html", "markdown", "questions"):
        raise typer.BadParameter("it is html, markdown or questions", param_hint="--to")
    if as_json and to != "questions":
        raise typer.BadParameter("only the questions can be had as JSON", param_hint="--json")
    day = _day(as_of)
    from clausewise.cli.exporting import export
    from clausewise.wiring.setting import open_setting

    raise typer.Exit(export(name, to, file, day, open_setting(policies, not no_cache, labels), as_json))


@policy.command("diff")
def compare_policies(
    old: Annotated[str, typer.Argument(metavar="A", help="ID, ID@DATE, ID@REVISION, or a file that is not in the library.")],
    new: Annotated[str, typer.Argument(metavar="B", help="The other revision, named in the same way.")],
    cases: Annotated[str, typer.Option(metavar="FILE", help="Who in this case file comes out otherwise.")] = "",
    as_json: AsJson = False,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page that needs nothing else.")] = None,
    as_of: Annotated[str, typer.Option("--as-of", metavar="DATE", help="Compare what is in force on this day.")] = "",
    seconds: Annotated[float, typer.Option(metavar="N", min=0.001, help="How long one proof may take.")] = 10.0,
    policies: Policies = None,
) -> None:
    """Compare two revisions by what they mean: what each clause now holds for, and whose disposition changes.

    The exit status is 0 where no meaning changed, 1 where some did, 2 where something could not be read.
    """
    from clausewise.cli.difference import Wanted, compare
    from clausewise.policy.fact_values import read_day

    day = read_day(as_of)
    if as_of and day is None:
        raise typer.BadParameter("write year, month and day, such as 2026-03-16", param_hint="--as-of")
    raise typer.Exit(compare((old, new), Wanted(day, cases, as_json, html, seconds), policies))


@app.command()
def explain(
    name: Annotated[
        str, typer.Argument(metavar="CLAUSE", help="A clause, a step, a code, a fact, an open point (D-07) or a problem code.")
    ],
    policy: Annotated[str, typer.Option(metavar="ID", help="Only in this document.")] = "",
    as_json: AsJson = False,
    labels: Labels = None,
    policies: Policies = None,
) -> None:
    """Explain what a clause (I.A.3), a step (L7.conflict), a code (19355), a fact or a problem code says."""
    from clausewise.cli.explaining import explain_name
    from clausewise.wiring.setting import open_setting

    raise typer.Exit(explain_name(name, policy, open_setting(policies, cache=False, labels=labels), as_json))


@app.command()
def deadlines(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The history of a case; - is standard input.")],
    now: Annotated[str, typer.Option(metavar="INSTANT", help="Look at the clocks at this instant.")] = "",
    as_json: AsJson = False,
    policies: Policies = None,
) -> None:
    """Tell where every clock of a case stands, and which one governs."""
    from clausewise.payer.history import read_offset_instant

    instant = read_offset_instant(now)
    if now and instant is None:
        raise typer.BadParameter("write day, time and offset, such as 2026-03-06T16:30:00-06:00", param_hint="--now")
    from clausewise.cli.deadlines import print_deadlines
    from clausewise.wiring.setting import open_setting

    raise typer.Exit(print_deadlines(file, instant, open_setting(policies, cache=False), as_json))


@app.command()
def demo(policies: Policies = None, no_cache: NoCache = False) -> None:
    """Decide the bundled cases: a table of the lines, then one full proof."""
    from clausewise.cli.determine import demonstrate
    from clausewise.wiring.setting import open_setting

    raise typer.Exit(demonstrate(open_setting(policies, not no_cache)))


app.command()(service.backup)
app.command()(service.restore)
app.command()(service.upgrade)
app.command()(service.serve)
