"""The page that tells a person what stands in the way."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clausewise.vocab.problem import Problem
from clausewise.web.answers import status_of


def problems_page(request: HttpRequest, problems: tuple[Problem, ...]) -> HttpResponse:
    """Return the page of what is wrong; nothing was done."""
    return render(request, "clausewise/refused.html", {"problems": problems}, status=status_of(problems))
