"""Match models: which versions there are, what each would change, and putting one in force."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import conditional_page, require_http_methods, require_POST, require_safe

from mdm import access
from mdm.entities import ENTITIES, MASTERED
from mdm.models import MatchJob, MatchModel
from mdm.pipeline import changeover, matchjobs
from mdm.selectors import matchmodels
from stewardship import versions

MAY_LOOK = permission_required("mdm.view_matchmodel", raise_exception=True)
MAY_TRAIN = permission_required("mdm.add_matchmodel", raise_exception=True)
MAY_PUBLISH = permission_required("mdm.change_matchmodel", raise_exception=True)


@require_safe
@login_required
@MAY_LOOK
def models(request: HttpRequest, entity: str) -> HttpResponse:
    """The versions of an entity, the newest first, and what is under way."""
    viewer = access.of_request(request)
    if viewer.region and entity in MASTERED:
        context: dict[str, Any] = {"region": viewer.region, "entity": entity}
    else:
        context = _state(_models(request, entity))
        found = context["found"].versions
        context["rows"] = [versions.row(one) for one in found]
        context["other"] = next((one.version for one in found if not one.in_force), None)
    context["tabs"] = [(name, ENTITIES[name].label) for name in MASTERED]
    return render(request, "stewardship/matching/models.html", context)


@require_safe
@login_required
@MAY_LOOK
@conditional_page
def state(request: HttpRequest, entity: str) -> HttpResponse:
    """What is under way, alone; 304 as long as it would say the same."""
    context = _state(_models(request, entity))
    answer = render(request, "stewardship/matching/_state.html", context)
    answer["Cache-Control"] = "private, no-cache"
    if not context["moving"]:
        answer["HX-Refresh"] = "true"  # it has come to an end: the page around it says other things now
    return answer


def _state(found: matchmodels.Models) -> dict[str, Any]:
    return {
        "found": found,
        "entity": found.entity,
        "following": versions.following(found.changeover),
        "jobs": [versions.job(one) for one in found.jobs],
        "moving": versions.moving(found.changeover, found.jobs),
    }


@require_POST
@login_required
@MAY_TRAIN
def train(request: HttpRequest, entity: str) -> HttpResponse:
    """Have a draft trained on all source records and decisions."""
    matchjobs.train(_models(request, entity).entity, note=request.POST.get("note", "").strip(), user_id=_who(request))
    messages.success(request, "A version is being trained; how far it is stands below. Nothing acts by it.")
    return redirect("stewardship:models", entity=entity)


@require_POST
@login_required
@MAY_TRAIN
def compare(request: HttpRequest, entity: str) -> HttpResponse:
    """Have two versions compared on the hub's own records."""
    found = _models(request, entity)
    first, second = (_known(found, request.POST.get(name, "")) for name in ("first", "second"))
    if first == second:
        messages.info(request, "Choose two different versions to compare.")
        return redirect("stewardship:models", entity=entity)
    matchjobs.compare(entity, first, second, user_id=_who(request))
    return redirect("stewardship:models-comparison", entity=entity, first=first, second=second)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@MAY_PUBLISH
def publish(request: HttpRequest, entity: str) -> HttpResponse:
    """Ask by GET; by POST the version is put in force, if the one it replaces is still the one the page showed."""
    found = _models(request, entity)
    wanted = _known(found, (request.POST or request.GET).get("version", ""))
    if request.method != "POST":
        return _ask(request, found, wanted)
    if request.POST.get("instead") != str(found.in_force.version):
        return _ask(request, found, wanted, stale=True, status=409)
    try:
        changeover.begin(entity, _row(found, wanted), user_id=_who(request))
    except changeover.Unusable as refused:
        messages.error(request, str(refused))
        return redirect("stewardship:models", entity=entity)
    messages.success(request, f"Version {wanted} is being put in force. How many records follow it stands below.")
    return redirect("stewardship:models", entity=entity)


def _ask(
    request: HttpRequest, found: matchmodels.Models, wanted: int, *, stale: bool = False, status: int = 200
) -> HttpResponse:
    viewer, before = access.of_request(request), found.in_force.version
    job = matchmodels.comparison(viewer, found.entity, before, wanted)
    context = {
        "found": found,
        "entity": found.entity,
        "wanted": wanted,
        "before": before,
        "stale": stale,
        "compared": versions.comparison(job.result) if job and job.state == MatchJob.State.DONE else None,
    }
    return render(request, "stewardship/matching/publish.html", context, status=status)


@require_safe
@login_required
@MAY_LOOK
def model(request: HttpRequest, entity: str, version: int) -> HttpResponse:
    """What a version weighs, and how it was trained."""
    viewer = access.of_request(request)
    row = matchmodels.version(viewer, entity, version)
    if row is None:
        raise Http404("There is no such version.")
    context = {
        "entity": entity,
        "label": ENTITIES[entity].label,
        "row": row,
        "chip": versions.CHIPS[MatchModel.State(row.state)],
        "facts": versions.facts(row),
        "weights": versions.weights(row),
        "warnings": matchmodels.warnings(row),
        "compared": matchmodels.comparison(viewer, entity, None, version),
    }
    return render(request, "stewardship/matching/model.html", context)


@require_safe
@login_required
@MAY_LOOK
def comparison(request: HttpRequest, entity: str, first: int, second: int) -> HttpResponse:
    """What the second version would change if the first were in force; how far that is, while it is worked out."""
    found = _models(request, entity)
    for number in (first, second):
        _known(found, str(number))
    job = matchmodels.comparison(access.of_request(request), entity, first, second)
    done = job is not None and job.state == MatchJob.State.DONE
    context = {
        "entity": entity,
        "label": found.label,
        "first": first,
        "second": second,
        "in_force": found.in_force.version,
        "job": versions.job(job) if job else None,
        "moving": versions.moving(None, [job] if job else []),
        "compared": versions.comparison(job.result) if job and done else None,
    }
    return render(request, "stewardship/matching/comparison.html", context)


def _models(request: HttpRequest, entity: str) -> matchmodels.Models:
    found = matchmodels.models(access.of_request(request), entity)
    if found is None:
        raise Http404("There are no such match models.")
    return found


def _known(found: matchmodels.Models, text: str) -> int:
    """The number of a version there is."""
    number = next((one.version for one in found.versions if str(one.version) == text), None)
    if number is None:
        raise Http404("There is no such version.")
    return number


def _row(found: matchmodels.Models, number: int) -> MatchModel | None:
    return next(one.row for one in found.versions if one.version == number)


def _who(request: HttpRequest) -> int | None:
    return request.user.pk
