"""python3 -m equipoise FILE -o PICTURE.png [--state STATE]: one picture of what a scenario does; of a world without baseline
in which provinces change hands, maps of one run [--run K], as a film with -o FILM.gif; of figures of the benchmark, FILE.json, their ratios."""

import argparse
import sys

import matplotlib


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python3 -m equipoise",
                                     description="Draw what the scenario of a result file does, and to whom.")
    parser.add_argument("file", help="a result file of equipoise run, or .json of the benchmark")
    parser.add_argument("-o", "--output", required=True, metavar="PICTURE",
                        help="picture to write: .png, .pdf or .svg; .gif for a film of the map")
    parser.add_argument("--state", help="the state shown in detail (default: the one that the claims name most often)")
    parser.add_argument("--run", type=int, default=0, help="of a result without baseline: the run drawn (default: 0)")
    chosen = parser.parse_args(arguments)

    matplotlib.use("Agg")
    from . import ResultError, film, history, open, overview, speed
    try:
        if chosen.file.endswith(".json"):
            speed.ratios(speed.read(chosen.file)).figure.savefig(chosen.output, dpi=150)
            return 0
        with open(chosen.file) as result:
            if chosen.output.endswith(".gif"):
                film(result, chosen.output, chosen.run)
            elif result.baseline is None and "owner" in result.scenario:
                history(result, chosen.run).savefig(chosen.output, dpi=150)
            else:
                overview(result, chosen.state).savefig(chosen.output, dpi=150)
    except ResultError as error:
        print(f"equipoise: {error}", file=sys.stderr)
        return 1
    except (OSError, ValueError) as error:      # matplotlib: unknown format, folder missing, disk full
        print(f"equipoise: {chosen.output}: cannot write the picture: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
