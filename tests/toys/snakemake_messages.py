"""Messages as Snakemake sends them to its loggers."""

import logging

from snakemake_interface_logger_plugins.common import LogEvent


def record(event, msg="", **fields):
    made = logging.LogRecord("snakemake", logging.INFO, "", 0, msg, (), None)
    made.__dict__.update(event=event, **fields)
    return made


def plan(**stats):
    return record(LogEvent.RUN_INFO, "Job stats: …", stats=stats | {"total": sum(stats.values())})


def start(jobid, rule="train_model", doing="Training cnn-2", log=("train.log",), reason=""):
    about = {"rule_name": rule, "rule_msg": doing, "log": list(log), "reason": reason}
    return record(LogEvent.JOB_INFO, jobid=jobid, **about)


def finish(jobid):
    return record(LogEvent.JOB_FINISHED, f"Finished jobid: {jobid}", job_id=jobid)


def fail(jobid, *logs):
    return record(LogEvent.JOB_ERROR, "Error in rule …", jobid=jobid, log=list(logs), rule_msg=None)
