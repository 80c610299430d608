"""What should happen: rules, service levels and decisions. Pure: no clock, network or database inside."""
