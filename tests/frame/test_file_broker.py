"""The embedded broker under many writers and readers: nothing lost, nothing twice, nothing half."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from queue import Empty

import pytest
from kombu import Connection, Exchange, Queue

import config.celery  # noqa: F401 (makes the transport known)

MESSAGES = 200


@pytest.fixture
def broker(tmp_path):
    folders = {"data_folder_in": "queue", "data_folder_out": "queue", "control_folder": "control"}
    options = {option: str(tmp_path / name) for option, name in folders.items()}
    for folder in options.values():
        (tmp_path / folder).mkdir(exist_ok=True)
    return lambda: Connection("files://localhost", transport_options=options)


def test_every_message_is_taken_once_while_others_are_written(broker):
    def write(writer):
        with broker() as connection, connection.SimpleQueue("celery") as queue:
            for number in range(MESSAGES):
                queue.put({"writer": writer, "number": number})

    # kombu remembers bindings for a whole process before it writes them down: without this a thread
    # could publish to a queue that another thread has only begun to bind.
    with broker() as connection, connection.SimpleQueue("celery"):
        pass
    taken = []
    deadline = time.monotonic() + 60

    def read(_):
        with broker() as connection, connection.SimpleQueue("celery") as queue:
            while len(taken) < 2 * MESSAGES and time.monotonic() < deadline:
                try:
                    message = queue.get(timeout=0.5)
                except Empty:
                    continue  # a writer may be slow on a busy machine
                message.ack()
                taken.append((message.payload["writer"], message.payload["number"]))

    with ThreadPoolExecutor(4) as threads:
        work = [threads.submit(write, writer) for writer in range(2)]
        work += [threads.submit(read, reader) for reader in range(2)]
        for done in work:
            done.result()
    assert sorted(taken) == [(writer, number) for writer in range(2) for number in range(MESSAGES)]


def test_queues_that_are_bound_at_once_all_hear_what_is_told_to_everybody(broker):
    told = Exchange("told", type="fanout")
    names = [f"worker-{number}" for number in range(20)]

    def bind(name):
        with broker() as connection, connection.channel() as channel:
            Queue(name, told)(channel).declare()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(bind, names))
    with broker() as connection:
        connection.Producer(exchange=told).publish({"ping": True})
        for name in names:
            with connection.channel() as channel:
                assert Queue(name, told)(channel).get().payload == {"ping": True}
