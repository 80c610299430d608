"""What can exist: statuses, transitions, schemes, and the plan that brings a site to them; no I/O but its own YAML."""
