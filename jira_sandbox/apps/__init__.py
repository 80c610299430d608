"""The apps of a site: installing them, signing what they are sent, checking what they send, delivering webhooks."""

from __future__ import annotations

from jira_sandbox.apps.descriptor import DescriptorRefused
from jira_sandbox.apps.faults import WebhookFaults
from jira_sandbox.apps.iframes import issue_context
from jira_sandbox.apps.jwt import Unauthorized
from jira_sandbox.apps.keys import KeyPair, key_server
from jira_sandbox.apps.registry import InstallRefused
from jira_sandbox.apps.shown import ShownModule, Viewer
from jira_sandbox.apps.site_apps import AppCaller, Apps
from jira_sandbox.apps.url_variables import issue_values, request_values

__all__ = [
    "AppCaller",
    "Apps",
    "DescriptorRefused",
    "InstallRefused",
    "KeyPair",
    "ShownModule",
    "Unauthorized",
    "Viewer",
    "WebhookFaults",
    "issue_context",
    "issue_values",
    "key_server",
    "request_values",
]
