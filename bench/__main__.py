"""`python -m bench [what…]`: everything by default, else some of RUNS; prints figures as Markdown."""

import argparse

from bench import (
    ballots,
    check_ins,
    coverage,
    dashboards,
    diary_search,
    exports,
    households,
    month_table,
    photo_uploads,
    sync,
)
from bench.machine import machine_facts

RUNS = ("check-ins", "month-table", "coverage", "households", "sync", "photos", "diary-search", "ballots",
        "dashboards", "exports")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="*", metavar="|".join(RUNS), help="default: all")
    parser.add_argument("--rounds", type=int, default=6, help="rounds of each side (default 6)")
    parser.add_argument("--seconds", type=float, default=4.0, help="length of a round of check-ins (default 4)")
    parser.add_argument("--shape", action="append", metavar="WORKERSxTHREADS",
                        help="server processes and threads (default 1x8 and 2x8)")
    parser.add_argument("--years", type=int, default=5, help="history of the dashboards' county (default 5)")
    parser.add_argument("--url", action="append", help="a database that holds the dashboards' county already")
    chosen = parser.parse_args()
    unknown = set(chosen.what) - set(RUNS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    print("\n".join(f"- {line}" for line in machine_facts()))
    if not chosen.what or "check-ins" in chosen.what:
        shapes = [tuple(map(int, shape.split("x"))) for shape in chosen.shape or ("1x8", "2x8")]
        check_ins.run(rounds=chosen.rounds, seconds=chosen.seconds, shapes=shapes)
    if not chosen.what or "month-table" in chosen.what:
        month_table.run(rounds=chosen.rounds)
    if not chosen.what or "coverage" in chosen.what:
        coverage.run(rounds=chosen.rounds)
    if not chosen.what or "households" in chosen.what:
        households.run()
    if not chosen.what or "sync" in chosen.what:
        sync.run(rounds=chosen.rounds, seconds=chosen.seconds)
    if not chosen.what or "photos" in chosen.what:
        photo_uploads.run(seconds=2 * chosen.seconds)
    if not chosen.what or "diary-search" in chosen.what:
        diary_search.run()
    if not chosen.what or "ballots" in chosen.what:
        ballots.run(rounds=chosen.rounds, seconds=chosen.seconds)
    if not chosen.what or "dashboards" in chosen.what:
        dashboards.run(rounds=chosen.rounds, years=chosen.years, urls=chosen.url or [])
    if not chosen.what or "exports" in chosen.what:
        exports.run()


if __name__ == "__main__":
    main()
