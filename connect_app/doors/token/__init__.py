"""The door of an administrator's webhook, signed with a secret, and a service account's API token."""
