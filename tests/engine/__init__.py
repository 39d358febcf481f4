"""The engine room: embedded servers, the supervisor, and what a machine must have."""
