"""Writers and readers at work at the same time, and what must be true of whatever they did."""
