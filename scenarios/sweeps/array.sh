#!/bin/bash
# One sweep as an array job of Slurm: every task plays a shard, and a last job puts them together.
#
#   scenarios/sweeps/array.sh SCENARIO OUTPUT SHARDS [option of sbatch ...]
#
# A task that is killed or requeued goes on where it was (--resume); the file is, byte for byte, that of the sweep in one
# piece.  EQUIPOISE names the program if it is not on the path.  Prints the numbers of the two jobs.
set -euo pipefail
scenario=$1 output=$2 shards=$3
shift 3
program=${EQUIPOISE:-equipoise}
name=$(basename "$output" .h5)

array=$(sbatch --parsable --job-name="$name" --array="1-$shards" --requeue --output="$output.%a.log" "$@" --wrap \
    "'$program' sweep '$scenario' --shard \$SLURM_ARRAY_TASK_ID/$shards -o '$output.shard-'\$SLURM_ARRAY_TASK_ID \
     -j \${SLURM_CPUS_PER_TASK:-1} --resume")
merge=$(sbatch --parsable --job-name="$name-merge" --dependency="afterok:$array" --output="$output.log" "$@" --wrap \
    "'$program' merge '$output'.shard-* -o '$output' && rm '$output'.shard-*")
echo "$array $merge"
