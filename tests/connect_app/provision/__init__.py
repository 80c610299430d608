"""Tests of provisioning: payloads, patience, and whole runs against the sandbox over HTTP."""
