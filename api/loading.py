"""Loading the program: hundreds of thousands of objects that stay, and hardly any garbage among them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """No collection of garbage while something is loaded, nor any later one that goes through it again.

    Looking for garbage meanwhile takes a quarter of the time that loading takes; and going through all of it now and
    then would make a large answer wait for 150 ms.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
