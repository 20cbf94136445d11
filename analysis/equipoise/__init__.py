"""Results of equipoise in Python: open a file, compare it with its paired baseline, draw it.

    import equipoise
    result = equipoise.open("us-withdrawal.h5")
    result.scenario                     # xarray.Dataset: dimensions run, time, state, pole ...
    result.effect("threat_nonstate")    # scenario less baseline, run by run
    equipoise.claims_table(result)      # pandas.DataFrame: every claim, its effect and its verdict
    equipoise.pictures.network(result)  # one picture; the others: fan, alignment, threat, threat_over_time,
                                        # forest; owners and shares of a world at war

Names, units and labels come from the file; none is repeated here.
"""

from . import pictures, speed
from .evidence import claims_table, interval
from .overview import film, history, overview
from .result import Result, ResultError, open

__all__ = ["Result", "ResultError", "claims_table", "film", "history", "interval", "open", "overview", "pictures", "speed"]
