"""What all worlds share: reading tables, writing numbers, lines and their comments."""

import csv
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT / "scenarios" / "data"


def fail(message):
    sys.exit(f"build_world.py: {message}")


def rows(name):
    with open(DATA / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(value, digits=5):
    """A decimal number with a point, to so many significant digits."""
    text = f"{float(f'{value:.{digits}g}'):.12f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def comment(facts, short=None):
    """The sources of a line of (key, text, source): once if all are the same, by key otherwise."""
    if len({source for _, _, source in facts}) == 1:
        return facts[0][2]
    by_source = {}
    for key, _, source in facts:
        by_source.setdefault(source, []).append((short or {}).get(key, key))
    assumed = by_source.pop("assumption", [])
    told = [f"{', '.join(keys)} {source}" for source, keys in by_source.items()]
    if assumed:
        told.append(f"{assumed[0] if len(assumed) == 1 else 'else'} assumption")
    return "; ".join(told)


def assignments(facts):
    return " ".join(f"{key} = {text};" for key, text, _ in facts)


def aligned(lines, gap=2):
    """Lines of (code, comment), the comments in one column; very long lines do not push it out."""
    width = max((len(code) for code, _ in lines if len(code) <= 96), default=0)
    return [f"{code:<{width}}{' ' * gap}// {told}" if told else code for code, told in lines]


def strings(codes):
    return "[" + ", ".join(f'"{code}"' for code in codes) + "]"


def section(title):
    return ["", f"// ---- {title} " + "-" * max(4, 100 - len(title)), ""]
