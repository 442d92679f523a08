#!/usr/bin/env bash
# status.sh ENGINE ID: prints running, success or failed for Snakemake. An unknown state counts as running, so that a busy
# scheduler does not fail jobs. After twenty checks in a row without an answer the job counts as failed, since the scheduler has
# lost track of it by then.
set -uo pipefail
engine=$1 id=$2
patience=20
unanswered=.snakemake/cluster_logs/$id.unanswered

case $engine in
lsf) state=$(bjobs -noheader -o stat "$id" 2>/dev/null) ;;
pbs)
    about=$(qstat -x -f "$id" 2>/dev/null)
    state=$(sed -n 's/^ *job_state = //p' <<<"$about")
    # F is finished, which says nothing about how.
    [[ $state != F ]] || state=exit$(sed -n 's/^ *Exit_status = //p' <<<"$about")
    ;;
sge)
    # qacct knows ended jobs only.
    if qstat -j "$id" &>/dev/null; then
        state=queued
    else
        state=$(qacct -j "$id" 2>/dev/null | awk '/^(failed|exit_status) / {sum += $2 != 0} END {if (NR) print "exit" sum}')
    fi
    ;;
slurm) state=$(squeue --states=all --noheader --format=%T --jobs="$id" 2>/dev/null) ;;
*)
    echo "error: engine $engine is none of lsf, pbs, sge, slurm" >&2
    exit 1
    ;;
esac

if [[ -z $state ]]; then
    mkdir -p "${unanswered%/*}"
    times=$(($(cat "$unanswered" 2>/dev/null) + 1))
    echo "$times" >"$unanswered"
    ((times < patience)) || state=forgotten
fi
[[ -z $state ]] || rm -f "$unanswered"

case $state in
DONE | exit0 | COMPLETED) echo success ;;
EXIT | exit* | FAILED | CANCELLED | TIMEOUT | OUT_OF_MEMORY | NODE_FAIL | BOOT_FAIL | DEADLINE) echo failed ;;
PREEMPTED | REVOKED | SPECIAL_EXIT | forgotten) echo failed ;;
*) echo running ;;
esac
