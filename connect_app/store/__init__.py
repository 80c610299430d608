"""What Relance remembers: installations, bindings, the inbox, the agenda and the ledger."""
