"""Background tasks: 303 to their address, and their progress."""

from __future__ import annotations

from jira_sandbox.clock import epoch_ms
from jira_sandbox.errors import not_found
from jira_sandbox.routing import Answer, Call, Routes
from jira_sandbox.state.configuration import Task
from jira_sandbox.state.shapes import Json
from jira_sandbox.views import basics

routes = Routes()


def progress(call: Call, task: Task) -> Json:
    """A task as Jira reports it; running until it has been asked about as often as it wants."""
    submitted = epoch_ms(task.submitted)
    done = task.polls_left <= 0
    view: Json = {
        "self": basics.link(call.site, "3", f"task/{task.id}"),
        "id": task.id,
        "description": task.description,
        "status": task.status if done else "RUNNING",
        "progress": 100 if done else 50,
        "message": "Done." if done else "In progress.",
        "submittedBy": 10000,
        "submitted": submitted,
        "started": submitted,
        "lastUpdate": submitted,
        "elapsedRuntime": 156,
    }
    if done:
        view |= {"finished": submitted + 156, "result": task.result}
    return view


def see_other(call: Call, task: Task) -> Answer:
    """303 to a task."""
    return Answer(
        status=303, body=progress(call, task), headers={"Location": basics.link(call.site, "3", f"task/{task.id}")}
    )


@routes.on("GET", "/rest/api/3/task/{taskId}")
def get_task(call: Call) -> Answer:
    """How far a task is; only its creator and administrators may ask."""
    task = call.site.tasks.get(call.param("taskId"))
    if task is None or (task.owner != call.person.account_id and not call.person.is_admin):
        raise not_found("The task does not exist or you may not see it.")
    view = progress(call, task)
    task.polls_left -= 1
    return Answer(body=view)
