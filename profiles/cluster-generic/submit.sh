#!/usr/bin/env bash
# submit.sh ENGINE THREADS MEGABYTES MINUTES GPUS JOBSCRIPT: submits a job and prints its id. Add the queue, account
# and other options of your cluster here.
set -euo pipefail
engine=$1 threads=$2 megabytes=$3 minutes=$4 gpus=$5 script=$6
logs=.snakemake/cluster_logs
mkdir -p "$logs"
log=$logs/$(basename "$script").log
clock=$(printf '%d:%02d:00' $((minutes / 60)) $((minutes % 60)))

case $engine in
lsf)
    options=(-n "$threads" -R "span[hosts=1] rusage[mem=${megabytes}MB]" -M "${megabytes}MB" -W "$minutes" -o "$log")
    ((gpus == 0)) || options+=(-gpu "num=$gpus")
    bsub "${options[@]}" "$script" | sed -n 's/^Job <\([0-9]*\)>.*/\1/p'
    ;;
pbs)
    chunk=select=1:ncpus=$threads:mem=${megabytes}mb
    ((gpus == 0)) || chunk+=:ngpus=$gpus
    qsub -V -l "$chunk" -l "walltime=$clock" -j oe -o "$log" "$script"
    ;;
sge)
    # h_vmem counts per slot.
    options=(-pe smp "$threads" -l "h_rt=$clock,h_vmem=$(((megabytes + threads - 1) / threads))M")
    ((gpus == 0)) || options+=(-l "gpu=$gpus")
    qsub -terse -V -cwd "${options[@]}" -j y -o "$log" "$script"
    ;;
slurm)
    options=(--cpus-per-task="$threads" --mem="$megabytes" --time="$minutes" --output="$log")
    ((gpus == 0)) || options+=(--gpus="$gpus")
    sbatch --parsable "${options[@]}" "$script"
    ;;
*)
    echo "error: engine $engine is none of lsf, pbs, sge, slurm" >&2
    exit 1
    ;;
esac
