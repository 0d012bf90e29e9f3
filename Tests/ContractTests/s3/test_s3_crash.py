"""S3 killed in the middle of writes: what was answered is there, whole, and nothing else is left."""

import hashlib
import random
import threading

import botocore.exceptions
import pytest

from emulator import Emulator

SIZES = [10, 60_000, 70_000, 1_000_000]


def body(name, size):
    seed = hashlib.sha256(name.encode()).digest()
    return (seed * (size // len(seed) + 1))[:size]


def write(client, worker, answered, stop):
    """Puts and deletes objects until the emulator is gone; remembers what it answered."""
    chance = random.Random(worker)
    for index in range(10_000):
        if stop.is_set():
            return
        key = f"{worker}/{index}"
        size = chance.choice(SIZES)
        try:
            client.put_object(Bucket="lake", Key=key, Body=body(key, size))
            answered[key] = size
            if chance.random() < 0.3:
                old = chance.choice(list(answered))
                answered[old] = None
                client.delete_object(Bucket="lake", Key=old)
        except botocore.exceptions.BotoCoreError:
            return


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_emulator_keeps_every_object_that_it_answered(tmp_path, seed):
    emulator = Emulator(tmp_path / "state")
    emulator.client("s3").create_bucket(Bucket="lake")
    worlds, stop = [{} for _ in range(4)], threading.Event()
    threads = [
        threading.Thread(target=write, args=(emulator.client("s3"), worker, worlds[worker], stop)) for worker in range(4)]
    for thread in threads:
        thread.start()
    threading.Event().wait(0.3 + random.Random(seed).random())
    emulator.kill()
    stop.set()
    for thread in threads:
        thread.join()
    emulator = Emulator(tmp_path / "state")
    try:
        client = emulator.client("s3")
        pages = client.get_paginator("list_objects_v2").paginate(Bucket="lake")
        listed = {entry["Key"]: entry["Size"] for page in pages for entry in page.get("Contents", [])}
        answered = {key: size for world in worlds for key, size in world.items()}
        assert sum(size is not None for size in answered.values()) > 0
        for key, size in answered.items():
            if size is not None:
                assert listed[key] == size
        for key, size in listed.items():
            # One write of each worker may have been stored and not answered; it is whole all the same.
            assert client.get_object(Bucket="lake", Key=key)["Body"].read() == body(key, size)
        assert len(set(listed) - set(answered)) <= len(worlds)
        files = list((tmp_path / "state" / "objects").iterdir())
        assert len(files) == sum(size > 65_536 for size in listed.values())
    finally:
        emulator.stop()
