#!/usr/bin/env bash
# A result file must open in other people's tools with its labels: ncdump, h5dump, Python's netCDF4 and h5py,
# R's ncdf4.  Each reads the label of the first state and its alignment's first share at the last time of the
# first run; all must tell the same.
#
#   tests/readers.sh [EQUIPOISE [SCENARIO]]
set -eu
export LC_ALL=C.UTF-8

cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
equipoise=${1:-build/equipoise}
scenario=${2:-scenarios/us-withdrawal.cfg}
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
export FILE=$directory/result.h5
failed=0

"$equipoise" run "$scenario" --replicates 2 --quiet --output "$FILE" >/dev/null

say() {
    printf 'readers: %s\n' "$*"
}

# Arguments: reader, what it printed.
compare() {
    if [ "$2" = "$expected" ]; then
        say "$1: $2"
    else
        say "$1: read '$2', not '$expected'"
        failed=$((failed + 1))
    fi
}

# Arguments: reader, its listing, then patterns that must be in it.
listed() {
    local reader=$1 text=$2 pattern
    for pattern in "${@:3}"; do
        grep -qE -- "$pattern" <<<"$text" || {
            say "$reader: nothing like '$pattern' in its listing"
            failed=$((failed + 1))
        }
    done
}

expected=$(/usr/bin/python3 - <<'END'
import os
import h5py

with h5py.File(os.environ["FILE"]) as f:
    axes = [f["alignment"].dims[k].keys()[0] for k in range(4)]
    assert axes == ["run", "time", "state", "pole"], axes
    print(f["state"].asstr()[0], "%.6f" % f["alignment"][0, -1, 0, 0], *f["alignment"].shape)
END
)
read -r state value runs times states poles <<<"$expected"
say "h5py: $expected"

compare "netCDF4" "$(/usr/bin/python3 - <<'END'
import os
from netCDF4 import Dataset

with Dataset(os.environ["FILE"]) as f:
    a = f["alignment"]
    assert a.dimensions == ("run", "time", "state", "pole"), a.dimensions
    assert a.units and a.long_name
    print(f["state"][0], "%.6f" % a[0, -1, 0, 0], *a.shape)
END
)"

compare "xarray" "$(/usr/bin/python3 - <<'END'
import os
import xarray

with xarray.open_dataset(os.environ["FILE"], engine="h5netcdf") as f:
    state, pole = f.state.values[0], f.pole.values[0]
    a = f.alignment.sel(state=state, pole=pole).isel(run=0, time=-1)
    print(state, "%.6f" % a, *f.alignment.shape)
END
)"

# R counts from one and names the last dimension first.
compare "R" "$(Rscript --vanilla - <<'END'
suppressMessages(library(ncdf4))
f <- nc_open(Sys.getenv("FILE"))
a <- ncvar_get(f, "alignment", collapse_degen = FALSE)
axes <- sapply(f$var$alignment$dim, function(d) d$name)
stopifnot(identical(rev(axes), c("run", "time", "state", "pole")))
cat(ncvar_get(f, "state")[1], sprintf("%.6f", a[1, 1, dim(a)[3], 1]), rev(dim(a)), sep = " ")
END
)"

listed "ncdump" "$(ncdump -h "$FILE")" "run = $runs ;" "time = $times ;" "state = $states ;" "pole = $poles ;" \
    'alignment\(run, time, state, pole\)' 'alignment:units = ' 'alignment:long_name = '
listed "ncdump" "$(ncdump -v state "$FILE")" " state = .*\"$state\""

listed "h5dump" "$(h5dump -H "$FILE")" 'DATASET "(run|time|state|alignment)"' 'ATTRIBUTE "DIMENSION_LIST"'
listed "h5dump" "$(h5dump -d /state "$FILE")" "\\(0\\): \"$state\""
listed "h5dump" "$(h5dump -m %.6f -d /alignment -s "0,$((times - 1)),0,0" -c 1,1,1,1 "$FILE")" ": $value"

say "$failed failed"
[ $failed -eq 0 ]
