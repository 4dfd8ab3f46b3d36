"""The engines the race is run against, each encoded from the race policy in the way that is fastest for it.

zen knows no third truth, so it is given every root twice: known to be true, and known to be false.  In a bare
expression the outcome is one chain of conditions over these (a list of the six truths was tried: 1.4 times slower);
in a graph they are six rows of one expression node and the outcome a seventh (for zen 0.37.1 the chain in a graph was
twice as slow).
"""

import json
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, TypeAlias

import zen

from benchmarks.race_files import NOT_MET, OUTCOMES, ROOTS, UNDECIDED, Case, Node, Race
from benchmarks.timing import InProcess

Truth: TypeAlias = int  # 0 false, 1 unknown, 2 true
Proof: TypeAlias = tuple[Any, ...]  # what a node says of itself, its truth, and the parts that force it

ZEN_GRAPH, ZEN_TRACE = "zen graph", "zen graph with trace"
ZEN_EXPRESSION = "zen bare expression"
CLOSURES, CLOSURES_PROOF = "Python closures", "Python closures with minimal proof"


def zen_version() -> str:
    """Return which zen is installed here."""
    return version("zen-engine")


def zen_graphs(race: Race) -> tuple[InProcess, InProcess]:
    """Return zen's decision graph, without and with its trace."""
    decision = zen.ZenEngine().create_decision(json.dumps(zen_graph(race)))

    def traced(case: Case) -> Any:
        return decision.evaluate(case, {"trace": True})

    def outcome(answer: Any) -> int:
        return int(answer["result"]["outcome"])

    return (
        InProcess(ZEN_GRAPH, decision.evaluate, outcome, race.cases),
        InProcess(ZEN_TRACE, traced, outcome, race.cases),
    )


def zen_bare_expression(race: Race) -> InProcess:
    """Return zen's compiled expression, without a graph around it."""
    text = zen_outcome(race, lambda root, known: zen_condition(race, race.roots[root], known))
    expression = zen.compile_expression(text)
    return InProcess(ZEN_EXPRESSION, expression.evaluate, int, race.cases)


def closures(race: Race) -> tuple[InProcess, InProcess]:
    """Return a plain Python evaluator over 0, 1 and 2, without and with its minimal proof."""
    roots = [_closure(race, race.roots[root]) for root in ROOTS]
    proving = [_proving_closure(race, race.roots[root], root) for root in ROOTS]
    results = tuple(OUTCOMES[root] for root in ROOTS)

    def decide(case: Case) -> int:
        for root, result in zip(roots, results, strict=True):
            if truth := root(case):
                return result if truth == 2 else UNDECIDED
        return NOT_MET

    def decide_with_proof(case: Case) -> tuple[int, list[Proof]]:
        proofs = []
        for root, result in zip(proving, results, strict=True):
            proofs.append(proof := root(case))
            if proof[1]:
                return (result if proof[1] == 2 else UNDECIDED), proofs
        return NOT_MET, proofs

    return (
        InProcess(CLOSURES, decide, int, race.cases),
        InProcess(CLOSURES_PROOF, decide_with_proof, lambda answer: int(answer[0]), race.cases),
    )


# ---- zen ------------------------------------------------------------------------------------------------------------


def zen_condition(race: Race, node: Node, known: bool) -> str:
    """Return the expression that is true exactly when a node is known to be `known`."""
    match node:
        case {"fact": name}:
            return f"facts.{name} == {'true' if known else 'false'}"
        case {"code in": name}:
            member = f"code in {json.dumps(race.value_sets[name])}"
            return f"({member})" if known else f"not ({member})"
        case {"line_of_business": name}:
            return f"line_of_business {'==' if known else '!='} '{name}'"
        case {"not": part}:
            return zen_condition(race, part, not known)
        case {"all": parts}:
            return _zen_joined(race, parts, known, " and " if known else " or ")
        case {"any": parts}:
            return _zen_joined(race, parts, known, " or " if known else " and ")
        case _:
            raise ValueError(f"the race policy has a node of another kind: {dict(node)}")


def _zen_joined(race: Race, parts: list[Node], known: bool, word: str) -> str:
    return "(" + word.join(zen_condition(race, part, known) for part in parts) + ")"


def zen_outcome(race: Race, condition: Callable[[str, bool], str]) -> str:
    """Return the expression of the outcome; `condition(root, known)` says how a root known to be so is written."""
    text = str(NOT_MET)
    for root in reversed(ROOTS):
        text = f"({condition(root, True)} ? {OUTCOMES[root]} : ({condition(root, False)} ? {text} : {UNDECIDED}))"
    return text


def zen_graph(race: Race) -> dict[str, Any]:
    """Return the decision graph: the request, one expression node, the outcome."""
    names = {(root, known): f"{root}_{'true' if known else 'false'}" for root in ROOTS for known in (True, False)}
    rows = {name: zen_condition(race, race.roots[root], known) for (root, known), name in names.items()}
    rows["outcome"] = zen_outcome(race, lambda root, known: f"$.{names[root, known]}")
    expressions = [{"id": name, "key": name, "value": text} for name, text in rows.items()]
    nodes = [
        _zen_node("request", "inputNode"),
        _zen_node("policy", "expressionNode", expressions=expressions),
        _zen_node("end", "outputNode"),
    ]
    edges = [_zen_edge("request", "policy"), _zen_edge("policy", "end")]
    return {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}


def _zen_node(name: str, kind: str, **content: Any) -> dict[str, Any]:
    return {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}, "content": content}


def _zen_edge(source: str, target: str) -> dict[str, str]:
    return {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}


# ---- closures -------------------------------------------------------------------------------------------------------


def _closure(race: Race, node: Node) -> Callable[[Case], Truth]:
    match node:
        case {"fact": name}:
            return lambda case: _truth(case["facts"].get(name))
        case {"code in": name}:
            members = frozenset(race.value_sets[name])
            return lambda case: 2 if case["code"] in members else 0
        case {"line_of_business": name}:
            return lambda case: 2 if case["line_of_business"] == name else 0
        case {"not": part}:
            below = _closure(race, part)
            return lambda case: 2 - below(case)
        case {"all": parts}:
            return _least([_closure(race, part) for part in parts])
        case {"any": parts}:
            return _greatest([_closure(race, part) for part in parts])
        case _:
            raise ValueError(f"the race policy has a node of another kind: {dict(node)}")


def _truth(answer: bool | None) -> Truth:
    return 1 if answer is None else 2 if answer else 0


def _least(parts: list[Callable[[Case], Truth]]) -> Callable[[Case], Truth]:
    def least(case: Case) -> Truth:
        found = 2
        for part in parts:
            if (truth := part(case)) < found:
                if not truth:
                    return 0
                found = truth
        return found

    return least


def _greatest(parts: list[Callable[[Case], Truth]]) -> Callable[[Case], Truth]:
    def greatest(case: Case) -> Truth:
        found = 0
        for part in parts:
            if (truth := part(case)) > found:
                if truth == 2:
                    return 2
                found = truth
        return found

    return greatest


def _proving_closure(race: Race, node: Node, clause: str) -> Callable[[Case], Proof]:
    """Like `_closure`, but what is returned is the proof: clause or test, truth, and the parts that force it."""
    clause = node.get("clause", clause)
    match node:
        case {"all": parts}:
            return _proving_group([_proving_closure(race, part, clause) for part in parts], clause, decisive=0)
        case {"any": parts}:
            return _proving_group([_proving_closure(race, part, clause) for part in parts], clause, decisive=2)
        case {"not": part}:
            below = _proving_closure(race, part, clause)
            return lambda case: (clause, 2 - (proof := below(case))[1], (proof,))
        case _:
            (name,) = (str(value) for key, value in node.items() if key != "clause")
            truth = _closure(race, node)
            return lambda case: (name, truth(case), clause)


def _proving_group(parts: list[Callable[[Case], Proof]], clause: str, decisive: Truth) -> Callable[[Case], Proof]:
    def prove(case: Case) -> Proof:
        proofs: list[Proof] = []
        open_ones: list[Proof] = []
        for part in parts:
            proof = part(case)
            if proof[1] == decisive:
                return clause, decisive, (proof,)
            (open_ones if proof[1] == 1 else proofs).append(proof)
        return (clause, 1, tuple(open_ones)) if open_ones else (clause, 2 - decisive, tuple(proofs))

    return prove
