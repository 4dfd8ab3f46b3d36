"""Which question next: a plan over the residual diagram of one line.

A plan is a tree: a question, and for each class of its answers the plan of the diagram that is left.  The best tree is hard to find
(a breast code has more than 100,000 residual diagrams below it), so the plan is made in three steps, each with a known promise.

1. *The form* goes down the diagram as it stands: the questions in the policy's order, each asked only while it can still matter.
   What it costs from every node on is one pass over the diagram.
2. *Look-ahead*: for each question that could be asked now, suppose it is asked and the form follows; the least expected cost wins.
   Where few questions are left (`FEW`) all plans are tried in place of the form.  The answers to a fact count alike: a class weighs
   as much as it has answers, since nothing is known of how often each is given.
3. *Never worse than the form*: a question is taken only where no answers could make the interview longer than asking all that can
   still matter, in the policy's order, until it is settled; and only where it does not raise the number of questions needed at
   most.  The form's own next question always passes, so there always is one.  The rule looks at the present diagram alone and
   holds step by step, hence for the whole interview.

Past `WORK_MAX` steps of work for one question, or where a diagram outgrows its limit, the form's next question is asked: that is
the declared fall-back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from clausewise.decide.diagram import CONFLICT, Diagrams, TooLarge

FEW = 4  # up to so many open questions all plans are tried
LIKELY = 6  # of more open questions, so many are looked at: those that the form asks most often
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


class TooMuchWork(Exception):
    """The plan of one question takes too long."""


class Plan:
    """The plan of one line's residual diagram; what was found out is kept, so that a later question costs nothing."""

    def __init__(self, diagrams: Diagrams, opens: Sequence[Open]) -> None:
        """`opens[v]` is the question of variable v; lower variables come first in the policy."""
        self._diagrams = diagrams
        self._opens = opens
        self._supports: dict[int, frozenset[int]] = {}
        self._forms: dict[int, Length] = {}
        self._tried: dict[int, Length] = {}
        self._found: dict[int, Length] = {}
        self._safe: dict[tuple[int, int], bool] = {}
        self._work = 0
        self.fell_back = False

    def best(self, node: int, passed: frozenset[int] = frozenset()) -> Length | None:
        """Return the question to ask now and the length of the plan, or None where nothing that may be asked can matter.

        `passed` are the variables whose answer nobody knows yet; with some of those the lengths are those of asking all the others.
        """
        able = self.support(node) - passed
        if not able:
            return None
        if passed:
            first = min(sorted(able), key=lambda variable: self._ahead(node, variable).cost)
            sizes = sum(self._opens[variable].size for variable in able)
            return Length(sum(self._opens[variable].cost for variable in able), float(sizes), sizes, first)
        if node not in self._found:
            self._found[node] = self._find(node)
        return self._found[node]

    def certain(self, node: int) -> tuple[int, ...]:
        """Return the variables that matter whatever the answers to all the others are: no interview does without them."""
        return tuple(
            variable
            for variable in sorted(self.support(node))
            if self._diagrams.terminals(self._diagrams.agreement(node, variable)) == {CONFLICT}
        )

    def left(self, node: int, variable: int) -> tuple[int, ...]:
        """Return the diagrams that are left, one for each class of answers to a variable."""
        self._count_work()
        return tuple(self._diagrams.restrict(node, variable, number) for number in range(len(self._opens[variable].shares)))

    def support(self, node: int) -> frozenset[int]:
        """Return the variables that can still matter."""
        row = self._diagrams.parts(node)
        if row is None:
            return frozenset()
        if node not in self._supports:
            self._supports[node] = frozenset((row[0],)).union(*map(self.support, row[1]))
        return self._supports[node]

    # ---- the three steps ----

    def _find(self, node: int) -> Length:
        self._work = 0
        try:
            if len(self.support(node)) <= FEW:
                return self._try_all(node)
            return next(found for found in self._ranked(node) if self._is_safe(node, found.first))
        except (TooMuchWork, TooLarge):
            self.fell_back = True
            return self._form(node)

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
        question = self._opens[variable]
        cost = question.cost + sum(share * plan.cost for share, plan in zip(question.shares, then, strict=True))
        usual = question.size + sum(share * plan.usual for share, plan in zip(question.shares, then, strict=True))
        return Length(cost, usual, question.size + max(plan.most for plan in then), variable)

    def _ahead(self, node: int, variable: int) -> Length:
        """Return the length of asking a question now and the form afterwards, or the best of all plans where few are left."""
        short = (len(self.support(child)) <= FEW for child in self.left(node, variable))
        plans = [
            self._try_all(child) if few else self._form(child) for child, few in zip(self.left(node, variable), short, strict=True)
        ]
        return self._asked(variable, plans)

    def _ranked(self, node: int) -> list[Length]:
        """Return what could be asked now, the best first; the form's own next question is among it."""
        likely = self._likely(node)
        return sorted((self._ahead(node, variable) for variable in likely), key=lambda found: (round(found.cost, 9), found))

    def _likely(self, node: int) -> list[int]:
        """Return the variables worth a look: all of a few, else those that the form asks most often, its next one included."""
        support = sorted(self.support(node))
        if len(support) <= LIKELY:
            return support
        reached = {node: 1.0}
        asked = dict.fromkeys(support, 0.0)
        for variable, inner in self._downwards(node):
            self._count_work()
            asked[variable] += reached[inner]
            row = self._diagrams.parts(inner)
            for share, child in zip(self._opens[variable].shares, row[1] if row else (), strict=True):
                reached[child] = reached.get(child, 0.0) + share * reached[inner]
        return sorted(sorted(support, key=lambda variable: (-asked[variable] / self._opens[variable].cost, variable))[:LIKELY])

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

    def _try_all(self, node: int) -> Length:
        """Return the best of all safe plans: least expected cost, then fewest questions, then the policy's order."""
        if self._diagrams.parts(node) is None:
            return DONE
        if node not in self._tried:
            plans = (
                self._asked(variable, [self._try_all(child) for child in self.left(node, variable)])
                for variable in sorted(self.support(node))
                if self._is_safe(node, variable)
            )
            self._tried[node] = min(plans, key=lambda plan: (round(plan.cost, 9), round(plan.usual, 9), plan.first))
        return self._tried[node]

    # ---- never worse than the form ----

    def _is_safe(self, node: int, variable: int) -> bool:
        """Tell whether no answers can make it longer to ask a variable now than to ask all that matters in order."""
        row = self._diagrams.parts(node)
        if row is None or row[0] == variable:
            return True
        key = (node, variable)
        if key not in self._safe:
            children = self.left(node, variable)
            most = self._form(node).most - self._opens[variable].size
            self._safe[key] = all(self._form(child).most <= most for child in children) and all(
                self._is_shorter(node, variable, number, child) for number, child in enumerate(children)
            )
        return self._safe[key]

    def _is_shorter(self, node: int, variable: int, number: int, child: int) -> bool:
        """Tell whether, with class `number` given, the whole form of the child settles at an earlier place than that of the node.

        The place is that of the last question the answers make matter, counted among all that can matter in the beginning.
        """
        place = {one: count for count, one in enumerate(sorted(self.support(node)), 1)}
        later = {one: count for count, one in enumerate(sorted(self.support(child)), 1)}
        pending = [(node, child, 0)]
        seen = set(pending)
        while pending:
            self._count_work()
            before, after, last = pending.pop()
            tested, children = self._diagrams.parts(before) or (-1, ())
            row = self._diagrams.parts(after)
            if row is not None and row[0] == tested:
                pairs = [(one, other, later[tested]) for one, other in zip(children, row[1], strict=True)]
            else:
                chosen = (children[number],) if tested == variable else children
                pairs = [(one, after, last) for one in chosen]
            for one, other, settled in pairs:
                if self._diagrams.parts(one) is None and place[tested] <= settled:
                    return False
                state = (one, other, settled if self._diagrams.parts(other) is None else 0)
                if self._diagrams.parts(one) is not None and state not in seen:
                    seen.add(state)
                    pending.append(state)
        return True

    def _count_work(self) -> None:
        self._work += 1
        if self._work > WORK_MAX:
            raise TooMuchWork
