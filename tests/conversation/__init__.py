"""A whole conversation with the service, by a process of its own that knows only what a person sees."""
