"""What machines that watch over an installation ask: whether it is up, ready, and how it does."""
