"""Decision diagrams over facts with several answers: what exactly can still change, and what would settle it.

A node tests one variable (an unknown fact, by the classes of answers that the tests can tell apart) and has one child for each
class.  Nodes are hash-consed and a node whose children agree is left out, so a variable occurs in a diagram if and only if some
completion of the others makes it matter: that is what "missing" means.  Terminals 0 and 1 are false and true; an outcome has
terminal 2 or higher.

Why this way: trying all completions is exponential (a body lift with nothing known has about 10^5), while the diagram of one code's
residual policy has some dozens of nodes (design notes, engine measurements, section 4).  `limit` bounds the work; past it
`TooLarge` is raised and the caller falls back to the facts that the Kleene evaluation names.
"""

from collections.abc import Sequence

FALSE, TRUE, FIRST_OUTCOME = 0, 1, 2
CONFLICT = -1  # the terminal of "the children disagree"


class TooLarge(Exception):
    """The diagram has outgrown its limit."""


class Diagrams:
    """A store of diagrams over variables 0, 1, 2, ..., smaller ones on top."""

    def __init__(self, classes: Sequence[int], limit: int = 200_000) -> None:
        """`classes[v]` is the number of classes of answers of variable v."""
        self._classes = classes
        self._limit = limit
        self._nodes: dict[tuple[int, tuple[int, ...]], int] = {}
        self._rows: list[tuple[int, tuple[int, ...]]] = []
        self._choices: dict[tuple[int, int, int], int] = {}
        self._agreed: dict[tuple[int, int], int] = {}
        self._restricted: dict[tuple[int, int, int], int] = {}
        self._base = 1 << 20

    def variable(self, variable: int, truths: Sequence[bool]) -> int:
        """Return the diagram that is `truths[c]` for class c of a variable."""
        return self.node(variable, tuple(TRUE if truth else FALSE for truth in truths))

    def choose(self, test: int, then: int, otherwise: int) -> int:
        """Return "if `test` then `then` else `otherwise`"; `test` has only the terminals false and true."""
        if test <= TRUE or then == otherwise:
            return then if test == TRUE or then == otherwise else otherwise
        if then in (TRUE, test) and otherwise in (FALSE, test):
            return test
        key = (test, then, otherwise)
        found = self._choices.get(key)
        if found is None:
            top = min(self._top(test), self._top(then), self._top(otherwise))
            parts = zip(self._split(test, top), self._split(then, top), self._split(otherwise, top), strict=True)
            found = self._choices[key] = self.node(top, tuple([self.choose(*part) for part in parts]))
        return found

    def every(self, parts: Sequence[int]) -> int:
        """Return the conjunction."""
        whole = TRUE
        for part in parts:
            whole = self.choose(whole, part, FALSE)
        return whole

    def some(self, parts: Sequence[int]) -> int:
        """Return the disjunction."""
        whole = FALSE
        for part in parts:
            whole = self.choose(whole, TRUE, part)
        return whole

    def at_least(self, count: int, parts: Sequence[int]) -> int:
        """Return "at least `count` of the parts"."""
        rows = [TRUE] + [FALSE] * count
        for part in parts:
            rows = [TRUE] + [self.choose(part, rows[number - 1], rows[number]) for number in range(1, count + 1)]
        return rows[count]

    def parts(self, node: int) -> tuple[int, tuple[int, ...]] | None:
        """Return the variable that a node tests and its child for each class of answers, or None for a terminal."""
        return self._rows[node - self._base] if node >= self._base else None

    def restrict(self, node: int, variable: int, number: int) -> int:
        """Return the diagram that is left when the answer to a variable is of class `number`."""
        if node < self._base:
            return node
        top, children = self._rows[node - self._base]
        if top >= variable:
            return node if top > variable else children[number]
        key = (node, variable, number)
        found = self._restricted.get(key)
        if found is None:
            found = self.node(top, tuple([self.restrict(child, variable, number) for child in children]))
            self._restricted[key] = found
        return found

    def agreement(self, root: int, variable: int) -> int:
        """Return the diagram of the outcome that all answers to a variable share, with CONFLICT where they do not."""
        return self._agreement([self.restrict(root, variable, number) for number in range(self._classes[variable])])

    def support(self, root: int) -> set[int]:
        """Return the variables that matter."""
        found: set[int] = set()
        seen = {root}
        pending = [root]
        while pending:
            node = pending.pop()
            if node < self._base:
                continue
            variable, children = self._rows[node - self._base]
            found.add(variable)
            fresh = set(children) - seen
            seen |= fresh
            pending.extend(fresh)
        return found

    def terminals(self, root: int) -> set[int]:
        """Return the terminals that can be reached."""
        if root < self._base:
            return {root}
        seen, pending = {root}, [root]
        while pending:
            node = pending.pop()
            fresh = set(self._rows[node - self._base][1] if node >= self._base else ()) - seen
            seen |= fresh
            pending.extend(fresh)
        return {node for node in seen if node < self._base}

    def count(self, root: int, weights: Sequence[Sequence[int]]) -> int:
        """Return for how many combinations of answers a diagram is true; `weights[v]` says how many answers each class stands for.

        Cost: one visit to every node.
        """
        below = [1]
        for own in reversed(weights):
            below.append(below[-1] * sum(own))
        below.reverse()  # combinations of the variables from v on
        counts = {FALSE: 0, TRUE: 1}
        pending = [root]
        while pending:
            node = pending[-1]
            variable, children = self._rows[node - self._base] if node >= self._base else (len(weights), ())
            fresh = [child for child in children if child not in counts]
            pending.extend(fresh)
            if not fresh:
                pending.pop()
                if node not in counts:
                    counts[node] = sum(
                        weight * counts[child] * (below[variable + 1] // below[self._top(child)])
                        for weight, child in zip(weights[variable], children, strict=True)
                    )
        return counts[root] * (below[0] // below[self._top(root)])

    def cheapest(self, root: int, unsettled: int, prices: Sequence[tuple[tuple[str, int], ...]]) -> tuple[str, ...]:
        """Return the names of a smallest set of facts some answers to which leave one outcome other than `unsettled`.

        `prices[v]` lists the facts behind variable v with their costs.  Ties go to the lower total cost, then to the names.
        Returns nothing where no answers can settle it.
        """
        found = self._cheapest(root, unsettled, prices, {})
        return found[2] if found is not None else ()

    def _cheapest(
        self, node: int, unsettled: int, prices: Sequence[tuple[tuple[str, int], ...]], memo: dict[int, "Bill | None"]
    ) -> "Bill | None":
        if node < self._base:
            return None if node in (unsettled, CONFLICT) else (0, 0, ())
        if node not in memo:
            variable, children = self._rows[node - self._base]
            bills = [_with(self._cheapest(child, unsettled, prices, memo), prices[variable]) for child in dict.fromkeys(children)]
            bills.append(self._cheapest(self._agreement(children), unsettled, prices, memo))
            memo[node] = min((bill for bill in bills if bill is not None), default=None)
        return memo[node]

    def _agreement(self, children: Sequence[int]) -> int:
        """Return the diagram of the outcome all children share, with CONFLICT where they do not."""
        whole = children[0]
        for child in children[1:]:
            whole = self._agree(whole, child)
        return whole

    def _agree(self, one: int, other: int) -> int:
        if one == other:
            return one
        if CONFLICT in (one, other) or (one < self._base and other < self._base):
            return CONFLICT
        key = (one, other) if one < other else (other, one)
        if key not in self._agreed:
            top = min(self._top(one), self._top(other))
            parts = zip(self._split(one, top), self._split(other, top), strict=True)
            self._agreed[key] = self.node(top, tuple(self._agree(*part) for part in parts))
        return self._agreed[key]

    def node(self, variable: int, children: tuple[int, ...]) -> int:
        """Return the diagram that tests a variable and goes on with one child for each class; the children lie below it."""
        if children.count(children[0]) == len(children):
            return children[0]
        key = (variable, children)
        found = self._nodes.get(key)
        if found is None:
            if len(self._rows) >= self._limit:
                raise TooLarge
            found = self._nodes[key] = self._base + len(self._rows)
            self._rows.append(key)
        return found

    def _top(self, node: int) -> int:
        return self._rows[node - self._base][0] if node >= self._base else len(self._classes)

    def _split(self, node: int, variable: int) -> tuple[int, ...]:
        """Return the children of a node by a variable, which may stand above it."""
        if node >= self._base:
            own, children = self._rows[node - self._base]
            if own == variable:
                return children
        return (node,) * self._classes[variable]


Bill = tuple[int, int, tuple[str, ...]]  # number of facts, their cost, their names in order


def _with(bill: Bill | None, facts: tuple[tuple[str, int], ...]) -> Bill | None:
    if bill is None:
        return None
    fresh = [(name, cost) for name, cost in facts if name not in bill[2]]
    names = tuple(sorted((*bill[2], *(name for name, _ in fresh))))
    return len(names), bill[1] + sum(cost for _, cost in fresh), names
