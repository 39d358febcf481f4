"""The shapes of the API: what goes out, what comes in, what may be asked for."""
