"""Where jobs go, and the books that say what became of each."""
import json
import pathlib
from urllib.parse import urlsplit

from redis import Redis
from rq import Queue, Retry

CONFIG = pathlib.Path("/opt/frappe/sites/common_site_config.json")
TIMEOUTS = {"short": 300, "default": 300, "long": 1500}


def config():
    return json.loads(CONFIG.read_text())


def redis_queue():
    return Redis.from_url(config()["redis_queue"])


def books():
    # Another database of the same server: what is counted is never mixed with what RQ keeps. (The path of a URL wins over "db=".)
    return Redis.from_url(urlsplit(config()["redis_queue"])._replace(path="/2").geturl(), decode_responses=True)


def queue_name(name):
    return f"{config()['bench_id']}:{name}"  # several benches may share one Redis


def enqueue(method, queue="default", retries=0, **kwargs):
    """Queues a job and notes it once Redis has it."""
    connection = redis_queue()
    job = Queue(queue_name(queue), connection=connection).enqueue(
        "bench.jobs.execute_job",
        kwargs={"site": "site.local", "method": method, "kwargs": kwargs},
        job_timeout=TIMEOUTS[queue],
        retry=Retry(max=retries) if retries else None,
        result_ttl=600,
        failure_ttl=7 * 24 * 3600,
    )
    books().hincrby(f"job:{job.id}", "queued")
    return job
