#!/bin/bash
# A real Slurm on this machine alone, for scenarios/sweeps/array.sh: starts munged, slurmctld and slurmd from Debian's
# packages (slurmctld slurmd slurm-client munge) with a configuration of its own, plays a sweep as an array of three
# shards, one of them requeued when a part of its runs is finished, and compares the file with that of the sweep in one
# piece.  As root; stops what it has started.
#
#   tests/slurm.sh build/equipoise
set -euo pipefail
program=$(readlink -f "$1")
root=$(cd "$(dirname "$0")/.." && pwd)
for need in munged slurmctld slurmd sbatch; do
    command -v "$need" >/dev/null || { echo "slurm: skipped, no $need" >&2; exit 77; }
done
[ "$(id -u)" -eq 0 ] || { echo "slurm: skipped, not root" >&2; exit 77; }
room=$(mktemp -d)
host=$(hostname -s)
export SLURM_CONF=$room/slurm.conf
stop() {
    for name in slurmd slurmctld; do
        [ -f "$room/$name.pid" ] && kill "$(cat "$room/$name.pid")" 2>/dev/null
    done
    [ -n "${munge_started:-}" ] && kill "$(cat /run/munge/munged.pid)" 2>/dev/null
    sleep 1
    rm -rf "$room"
}
trap stop EXIT
if ! munge -n >/dev/null 2>&1; then
    mkdir -p /run/munge && chown munge: /run/munge
    runuser -u munge -- munged --force && munge_started=1
fi
# A requeued job waits for as long as its credential is good (cred_expire), and then for the next look at the queue.
cat >"$SLURM_CONF" <<END
ClusterName=alone
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=cred_expire=5
SchedulerParameters=sched_interval=1
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
StateSaveLocation=$room/state
SlurmdSpoolDir=$room/spool
SlurmctldPidFile=$room/slurmctld.pid
SlurmdPidFile=$room/slurmd.pid
SlurmctldLogFile=$room/slurmctld.log
SlurmdLogFile=$room/slurmd.log
SlurmctldPort=16817
SlurmdPort=16818
ReturnToService=2
MpiDefault=none
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
mkdir "$room/state" "$room/spool"
slurmctld -c
slurmd -c
for _ in $(seq 100); do
    [ "$(sinfo -h -o %T 2>/dev/null)" = idle ] && break
    sleep 0.1
done
cd "$room"
cat >s.cfg <<END
title = "A sweep for Slurm";
base  = "$root/scenarios/worlds/central-asia-2021.cfg";
time  = { start = "2021Q1"; end = "2040Q4"; };
record = { every = 4; variables = ["alignment"]; };    // rows large enough for batches of 64 runs
sweep = { design = "grid"; replicates = 300;
          parameters = ( { path = "states.UZB.alignment.autonomy"; values = [1.0, 2.0, 3.0]; } ); };
END
"$program" sweep s.cfg -o whole.h5 -q
read -r array merge <<<"$(EQUIPOISE=$program "$root/scenarios/sweeps/array.sh" s.cfg job.h5 3)"
shard=job.h5.shard-1
for _ in $(seq 600); do # until its journal has the rows of one batch, and not yet all five
    [ "$(stat -c %s "$shard" 2>/dev/null || echo 0)" -gt 2100000 ] && break
    sleep 0.05
done
scontrol requeue "${array}_1" # a node that went away, as Slurm sees it
for _ in $(seq 600); do
    [ -z "$(squeue -h -j "$array,$merge" 2>/dev/null)" ] && break
    sleep 0.5
done
cat job.h5*.log
scontrol show job "${array}_1" | grep -wo Restarts=1
grep -q "^Shard 1 of 3: .* of them finished before" job.h5.1.log # it went on with its journal
cmp job.h5 whole.h5
echo "slurm: $(sinfo --version), array $array of 3 shards, one requeued, merged by job $merge: the bytes of the whole"
