"""x"""


def run(*, rounds: int) -> None:
    pass
