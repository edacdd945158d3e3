"""The frame of greenapi: settings, addresses, the ledger and what every endpoint shares."""
