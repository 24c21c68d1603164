"""The demo: three villages, their shared machines and a tool library.

A made-up federation, to see how all does when there is much, is `federation`; `drawings` are the
photos.
"""
