"""What the site says about itself."""

from __future__ import annotations

from jira_sandbox.routing import Answer, Call, Routes
from jira_sandbox.views import basics

routes = Routes()


@routes.on("GET", "/rest/api/{v}/serverInfo")
def server_info(call: Call) -> Answer:
    """Version and clock of the site."""
    return Answer(
        body={
            "baseUrl": call.site.base_url,
            "displayUrl": call.site.base_url,
            "displayUrlServicedeskHelpCenter": call.site.base_url,
            "version": "1001.0.0-SNAPSHOT",
            "versionNumbers": [1001, 0, 0],
            "deploymentType": "Cloud",
            "buildNumber": 100300,
            "buildDate": "2026-11-01T00:00:00.000+0000",
            "serverTime": basics.stamp(call.site, call.site.now()),
            "serverTimeZone": call.site.zone.key,
            "scmInfo": "sandbox",
            "serverTitle": f"Jira sandbox {call.site.name}",
            "defaultLocale": {"locale": "fr_FR" if call.site.locale.startswith("fr") else "en_US"},
        }
    )


@routes.on("GET", "/rest/api/{v}/configuration")
def configuration(_call: Call) -> Answer:
    """Which features are on, and how time tracking counts."""
    return Answer(
        body={
            "votingEnabled": True,
            "watchingEnabled": True,
            "unassignedIssuesAllowed": True,
            "subTasksEnabled": True,
            "issueLinkingEnabled": True,
            "timeTrackingEnabled": True,
            "attachmentsEnabled": True,
            "timeTrackingConfiguration": _TIME_TRACKING,
        }
    )


_TIME_TRACKING = {"workingHoursPerDay": 8.0, "workingDaysPerWeek": 5.0, "timeFormat": "pretty", "defaultUnit": "minute"}


@routes.on("GET", "/rest/api/{v}/configuration/timetracking/options")
def time_tracking(_call: Call) -> Answer:
    """How time tracking counts."""
    return Answer(body=dict(_TIME_TRACKING))
