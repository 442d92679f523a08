#!/usr/bin/env bash
# status.sh ENGINE ID: prints what Snakemake asks for, running, success or failed. What cannot be found out counts as running,
# so that a scheduler too busy to answer fails no job.
set -uo pipefail
engine=$1 id=$2

case $engine in
lsf) state=$(bjobs -noheader -o stat "$id" 2>/dev/null) ;;
pbs)
    about=$(qstat -x -f "$id" 2>/dev/null)
    state=$(sed -n 's/^ *job_state = //p' <<<"$about")
    # F is finished, which says nothing about how.
    [[ $state != F ]] || state=exit$(sed -n 's/^ *Exit_status = //p' <<<"$about")
    ;;
sge)
    state=
    # qacct knows ended jobs only.
    qstat -j "$id" &>/dev/null || state=$(qacct -j "$id" 2>/dev/null | awk '/^(failed|exit_status) / {sum += $2 != 0} END {if (NR) print "exit" sum}')
    ;;
slurm) state=$(squeue --states=all --noheader --format=%T --jobs="$id" 2>/dev/null) ;;
*)
    echo "error: engine $engine is none of lsf, pbs, sge, slurm" >&2
    exit 1
    ;;
esac

case $state in
DONE | exit0 | COMPLETED) echo success ;;
EXIT | exit* | FAILED | CANCELLED | TIMEOUT | OUT_OF_MEMORY | NODE_FAIL | BOOT_FAIL | DEADLINE) echo failed ;;
*) echo running ;;
esac
