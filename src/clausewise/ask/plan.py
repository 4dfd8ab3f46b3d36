"""Which question next: a plan over the residual diagram of one line.

A plan is a tree: a question, and for each class of its answers the plan of the diagram that is left.  The best tree is hard to find
(a breast code has more than 100,000 residual diagrams below it), so the plan is made in three steps, each with a known promise.

1. *The form* goes down the diagram as it stands: the questions in the policy's order, each asked only while it can still matter.
   What it costs from every node on is one pass over the diagram.
2. *Look-ahead*: for each question that is likely to be needed, suppose it is asked, then the best of the others, and then the form;
   the least expected cost wins.  One question alone does not see what a question is worth that opens or closes a whole clause, such
   as whether a lesion is a scar: the form that follows asks what has become idle last.  Where few questions are left (`FEW`) all
   plans are tried in place of the form.  The answers to a fact count alike: a class weighs as much as it has answers, since nothing
   is known of how often each is given.
3. *Never longer than the form of the code*: all that can matter when the interview begins, asked in the policy's order until it is
   settled.  How long that is depends on the answers, so it is a diagram too, the *budget*; answers narrow it as they narrow the
   other.  A question is taken only where, whatever is answered, the form from there on still ends within the budget.  The form's
   own next question always passes, so there always is one.

Past `WORK_MAX` steps of work for one question, or where a diagram outgrows its limit, the form's next question is asked: that is
the declared fall-back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from clausewise.decide.diagram import CONFLICT, Diagrams, TooLarge

FEW = 3  # up to so many open questions all plans are tried
LIKELY = 4  # of more open questions, so many are looked at: those that the form asks most often
WORK_MAX = 50_000  # diagrams and pairs of nodes looked at for one question


@dataclass(frozen=True, slots=True)
class Open:
    """A question that can be asked: what it costs, how much of its answers each class stands for (together 1), and its facts.

    `size` counts the facts that are asked for one by one where a test rests on several.
    """

    cost: float
    shares: tuple[float, ...]
    size: int = 1


class Length(NamedTuple):
    """How long a plan is from a node on: its expected cost, how many questions it asks on average and at most, and the first."""

    cost: float
    usual: float
    most: int
    first: int = -1


DONE = Length(0.0, 0.0, 0)


class Stand(NamedTuple):
    """Where an interview stands: the diagram that is left, what is left of the budget, and how many questions were asked."""

    node: int
    budget: int
    asked: int = 0


class TooMuchWork(Exception):
    """The plan of one question takes too long."""


def _by_cost(found: Length) -> tuple[float, Length]:
    return round(found.cost, 9), found


class Plan:
    """The plan of one line's residual diagram; what was found out is kept, so that a later question costs nothing."""

    def __init__(self, diagrams: Diagrams, opens: Sequence[Open]) -> None:
        """`opens[v]` is the question of variable v; lower variables come first in the policy."""
        self._diagrams = diagrams
        self.opens = opens
        self._supports: dict[int, frozenset[int]] = {}
        self._forms: dict[int, Length] = {}
        self._leasts: dict[int, Length] = {}
        self._seen: dict[tuple[int, tuple[int, ...]], Length] = {}
        self._tried: dict[Stand, Length] = {}
        self._found: dict[Stand, Length] = {}
        self._over: dict[tuple[int, int], int] = {}
        self._work = 0
        self.fell_back = False

    def begin(self, root: int) -> Stand:
        """Return the beginning of an interview about a diagram."""
        places = accumulate(self.opens[variable].size for variable in sorted(self.support(root)))
        place = dict(zip(sorted(self.support(root)), places, strict=True))
        most = self._form(root).most
        budgets: dict[int, int] = {}

        def budget(node: int, last: int) -> int:
            row = self._diagrams.parts(node)
            if row is None:
                return min(last, most)
            if node not in budgets:
                budgets[node] = self._diagrams.node(row[0], tuple(budget(child, place[row[0]]) for child in row[1]))
            return budgets[node]

        return Stand(root, budget(root, 0))

    def after(self, stand: Stand, variable: int, number: int) -> Stand:
        """Return where an interview stands after an answer of class `number`."""
        node = self._diagrams.restrict(stand.node, variable, number)
        return Stand(node, self._diagrams.restrict(stand.budget, variable, number), stand.asked + self.opens[variable].size)

    def best(self, stand: Stand, passed: frozenset[int] = frozenset()) -> Length | None:
        """Return the question to ask now and the length of the plan, or None where nothing that may be asked can matter.

        `passed` are the variables whose answer nobody knows yet; with some of those the lengths are those of asking all the others.
        """
        able = self.support(stand.node) - passed
        if not able:
            return None
        if self.support(stand.node) & passed:
            sizes = sum(self.opens[variable].size for variable in able)
            first = min(sorted(able), key=lambda variable: self._after_form(stand.node, variable).cost)
            return Length(sum(self.opens[variable].cost for variable in able), float(sizes), sizes, first)
        if stand not in self._found:
            self._found[stand] = self._find(stand)
        return self._found[stand]

    def certain(self, node: int) -> tuple[int, ...]:
        """Return the variables that matter whatever the answers to all the others are: no interview does without them."""
        return tuple(
            variable
            for variable in sorted(self.support(node))
            if self._diagrams.terminals(self._diagrams.agreement(node, variable)) == {CONFLICT}
        )

    def support(self, node: int) -> frozenset[int]:
        """Return the variables that can still matter."""
        row = self._diagrams.parts(node)
        if row is None:
            return frozenset()
        if node not in self._supports:
            self._supports[node] = frozenset((row[0],)).union(*map(self.support, row[1]))
        return self._supports[node]

    # ---- the three steps ----

    def _find(self, stand: Stand) -> Length:
        self._work = 0
        try:
            if len(self.support(stand.node)) <= FEW:
                return self._try_all(stand)
            found = next(found for found in self._ranked(stand) if self._is_safe(stand, found.first))
        except (TooMuchWork, TooLarge):
            self.fell_back = True
            found = self._form(stand.node)
        return found._replace(most=max(self._diagrams.terminals(stand.budget)) - stand.asked)

    def _left(self, stand: Stand, variable: int) -> tuple[Stand, ...]:
        """Return where an interview may stand after a question."""
        self._count_work()
        return tuple(self.after(stand, variable, number) for number in range(len(self.opens[variable].shares)))

    def _form(self, node: int) -> Length:
        """Return the length of going down the diagram as it stands."""
        row = self._diagrams.parts(node)
        if row is None:
            return DONE
        if node not in self._forms:
            self._forms[node] = self._asked(row[0], [self._form(child) for child in row[1]])
        return self._forms[node]

    def _asked(self, variable: int, then: Sequence[Length]) -> Length:
        """Return the length of asking a question and then, by the class of the answer, following further plans."""
        question = self.opens[variable]
        cost, usual = question.cost, float(question.size)
        for share, plan in zip(question.shares, then, strict=True):
            cost += share * plan.cost
            usual += share * plan.usual
        return Length(cost, usual, question.size + max([plan.most for plan in then]), variable)

    def _after_form(self, node: int, variable: int) -> Length:
        """Return the length of asking a question now and the form afterwards."""
        return self._asked(variable, [self._form(child) for child in self._children(node, variable)])

    def _children(self, node: int, variable: int) -> list[int]:
        """Return the diagrams that a question leaves, by the class of its answer."""
        self._count_work()
        return [self._diagrams.restrict(node, variable, number) for number in range(len(self.opens[variable].shares))]

    def _ranked(self, stand: Stand) -> list[Length]:
        """Return what could be asked now, the best first; the form's own next question is among it."""
        likely = tuple(self._likely(stand.node))
        return sorted((self._ahead(stand.node, variable, likely, 1) for variable in likely), key=_by_cost)

    def _ahead(self, node: int, variable: int, likely: tuple[int, ...], further: int) -> Length:
        """Return the length of asking a question, then the best of the likely ones `further` times, and the form afterwards."""
        return self._asked(variable, [self._best_ahead(child, likely, further) for child in self._children(node, variable)])

    def _best_ahead(self, node: int, likely: tuple[int, ...], further: int) -> Length:
        support = self.support(node)
        if len(support) <= FEW:
            return self._least(node)
        if not further:
            return self._form(node)
        able = tuple(variable for variable in likely if variable in support)
        if (node, able) not in self._seen:
            plans = [self._ahead(node, variable, able, further - 1) for variable in able]
            self._seen[node, able] = min((*plans, self._form(node)), key=_by_cost)
        return self._seen[node, able]

    def _least(self, node: int) -> Length:
        """Return the best of all plans, be they longer than the form for some answers: what a diagram with few questions costs."""
        if self._diagrams.parts(node) is None:
            return DONE
        if node not in self._leasts:
            plans = (self._asked(one, [self._least(child) for child in self._children(node, one)]) for one in self.support(node))
            self._leasts[node] = min(plans, key=_by_cost)
        return self._leasts[node]

    def _likely(self, node: int) -> list[int]:
        """Return the variables worth a look: all of a few, else the form's next one and those it asks most often."""
        support = sorted(self.support(node))
        if len(support) <= LIKELY:
            return support
        reached = {node: 1.0}
        asked = dict.fromkeys(support, 0.0)
        for variable, inner in self._downwards(node):
            self._count_work()
            asked[variable] += reached[inner]
            row = self._diagrams.parts(inner)
            for share, child in zip(self.opens[variable].shares, row[1] if row else (), strict=True):
                reached[child] = reached.get(child, 0.0) + share * reached[inner]
        often = sorted(support[1:], key=lambda variable: (round(-asked[variable] / self.opens[variable].cost, 9), -variable))
        return sorted((support[0], *often[: LIKELY - 1]))

    def _downwards(self, node: int) -> list[tuple[int, int]]:
        """Return the nodes of a diagram with their variables, each after all that lead to it."""
        seen, pending = {node}, [node]
        found = []
        while pending:
            inner = pending.pop()
            if (row := self._diagrams.parts(inner)) is not None:
                found.append((row[0], inner))
                pending += set(row[1]) - seen
                seen |= set(row[1])
        return sorted(found)

    def _try_all(self, stand: Stand) -> Length:
        """Return the best of all safe plans: least expected cost, then fewest questions, then the policy's order."""
        if self._diagrams.parts(stand.node) is None:
            return DONE
        if stand not in self._tried:
            plans = (
                self._asked(variable, [self._try_all(child) for child in self._left(stand, variable)])
                for variable in sorted(self.support(stand.node))
                if self._is_safe(stand, variable)
            )
            self._tried[stand] = min(plans, key=lambda plan: (round(plan.cost, 9), round(plan.usual, 9), plan.first))
        return self._tried[stand]

    # ---- never longer than the form of the code ----

    def _is_safe(self, stand: Stand, variable: int) -> bool:
        """Tell whether a question can be asked now and, whatever the answers, the form afterwards ends within the budget."""
        row = self._diagrams.parts(stand.node)
        if row is not None and row[0] == variable:
            return True
        return all(child.asked + self._excess(child.node, child.budget) <= 0 for child in self._left(stand, variable))

    def _excess(self, node: int, budget: int) -> int:
        """Return by how many questions the form from a node on exceeds a budget, at most over all answers."""
        row, limit = self._diagrams.parts(node), self._diagrams.parts(budget)
        if row is None:
            return -min(self._diagrams.terminals(budget))
        if limit is None:
            return self._form(node).most - budget
        key = (node, budget)
        if key not in self._over:
            self._count_work()
            top = min(row[0], limit[0])
            nodes = row[1] if row[0] == top else (node,) * len(limit[1])
            budgets = limit[1] if limit[0] == top else (budget,) * len(row[1])
            asked = self.opens[top].size if row[0] == top else 0
            self._over[key] = asked + max(self._excess(*pair) for pair in zip(nodes, budgets, strict=True))
        return self._over[key]

    def _count_work(self) -> None:
        self._work += 1
        if self._work > WORK_MAX:
            raise TooMuchWork
