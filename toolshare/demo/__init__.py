"""The demo: three villages, their shared machines and a tool library."""
