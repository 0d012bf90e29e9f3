"""Kills the emulator over and over, and holds what it has afterwards against what it had answered.

    python Tests/ContractTests/crash/harness.py --subject tables --rounds 1000 --seed 7

Each round: start, check, let eight clients work, `kill -9` at a random moment. What the clients do and when the kill comes is
drawn from the seed; how far each of them gets until then is the machine's doing.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from crash import objects, tables  # noqa: E402
from crash.items import ItemClient, make_table  # noqa: E402
from crash.message import Violation  # noqa: E402
from crash.queues import QueueClient  # noqa: E402
from crash.stream import StreamReader  # noqa: E402
from crash.wire import Wire  # noqa: E402
from emulator import BUILD  # noqa: E402

#: Everything ever put is looked at each so many rounds, and at the end; in between the latest fifty.
FULL_CHECK = 50


class Server:
    def __init__(self, state):
        self.state = pathlib.Path(state)
        ready = self.state.parent / "ready"
        ready.unlink(missing_ok=True)
        self.log = open(self.state.parent / "log", "ab")
        self.process = subprocess.Popen(
            [str(BUILD / "rivulet-local"), "up", "--port", "0", "--state", str(state), "--ready-file", str(ready)],
            stdout=subprocess.DEVNULL, stderr=self.log)
        deadline = time.monotonic() + 60
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Violation(f"the emulator did not start again: {(self.state.parent / 'log').read_text()}")
            time.sleep(0.001)
        self.endpoint = ready.read_text().strip()
        self.token = json.loads((self.state / "control.json").read_text())["token"]
        self.objects = self.state / "objects"

    def wire(self):
        return Wire(self.endpoint, self.token)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.log.close()


class Clients:
    """Who works on the server until it is killed, and knows what must be there afterwards."""

    #: What is held when nothing was found to be wrong.
    promise = ""
    #: Who only looks, once the server is there again.
    readers = ()

    def __init__(self, seed):
        self.everyone = self.hire(seed)

    def warm_up(self, wire):
        """Before the first kill: a slow machine does not come to each kind of call before the others."""

    def begin(self, server):
        threads = [threading.Thread(target=self.work, args=(client, server)) for client in self.everyone]
        self.failure = None
        for thread in threads:
            thread.start()
        return threads

    def work(self, client, server):
        try:
            client.work(server.wire())
        except Exception as error:  # told by the main thread
            self.failure = error

    @property
    def counts(self):
        total = {}
        for client in [*self.everyone, *self.readers]:
            for name, number in client.counts.items():
                total[name] = total.get(name, 0) + number
        return total


class QueueClients(Clients):
    promise = "nothing lost, nothing returned, nothing in two places"

    def hire(self, seed):
        self.queues = [QueueClient(number, random.Random(f"{seed}/{number}"), number % 2 == 1) for number in range(4)]
        self.items = [ItemClient(number, random.Random(f"{seed}/items/{number}")) for number in range(4)]
        return [*self.queues, *self.items]

    def prepare(self, wire):
        make_table(wire)
        for client in self.queues:
            client.make_queues(wire)

    def check(self, server, everything):
        wire = server.wire()
        for client in self.queues:
            client.check(wire)
        for client in self.items:
            client.check(wire, everything)


class TableClients(Clients):
    promise = "nothing lost, nothing half done, no index or stream beside its table, no file without its object"

    def hire(self, seed):
        self.tables = [tables.TableClient(number, random.Random(f"{seed}/tables/{number}")) for number in range(5)]
        self.objects = [objects.ObjectClient(number, random.Random(f"{seed}/objects/{number}")) for number in range(3)]
        self.readers = [StreamReader(table) for table in tables.TABLES]
        return [*self.tables, *self.objects]

    def prepare(self, wire):
        tables.make_tables(wire)
        objects.make_buckets(wire)

    def warm_up(self, wire):
        for client in self.everyone:
            client.do_each_step(wire)

    def check(self, server, everything):
        wire = server.wire()
        for client in self.everyone:
            client.check(wire)
        tables.check_accounts(wire, self.tables)
        for reader in self.readers:
            reader.check(wire)
        expected, found = sum(client.files for client in self.objects), sorted(server.objects.iterdir())
        if len(found) != expected:
            raise Violation(f"{expected} bodies are too long for a row, and there are {len(found)} files: {found}")


SUBJECTS = {"queues": QueueClients, "tables": TableClients}


def run(folder, rounds, seed, subject="queues", tell=lambda round, clients: None):
    """Runs the rounds; gives the counts. A `Violation` names the round."""
    chance, clients = random.Random(seed), SUBJECTS[subject](seed)
    state = pathlib.Path(folder) / "state"
    server, round = Server(state), 0
    try:
        clients.prepare(server.wire())
        clients.warm_up(server.wire())
        for round in range(1, rounds + 1):
            threads = clients.begin(server)
            time.sleep(chance.uniform(0.005, 0.06))
            server.kill()
            for thread in threads:
                thread.join()
            if clients.failure:
                raise clients.failure
            server = Server(state)
            clients.check(server, round % FULL_CHECK == 0 or round == rounds)
            tell(round, clients)
    except Exception as error:
        raise Violation(f"seed {seed}, round {round}, state left in {state}: {error!r}") from error
    finally:
        server.kill()
    return clients.counts


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--subject", choices=SUBJECTS, default="queues")
    options.add_argument("--rounds", type=int, default=1000)
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    given = options.parse_args()
    folder = tempfile.mkdtemp(prefix="rivulet-crash-")
    print(f"{given.subject}: seed {given.seed}, {given.rounds} rounds, state in {folder}", flush=True)
    begun = time.monotonic()

    def tell(round, clients):
        if round % 100 == 0:
            print(f"{round} rounds, {time.monotonic() - begun:.0f} s: {clients.counts}", flush=True)

    counts = run(folder, given.rounds, given.seed, given.subject, tell)
    print(f"{SUBJECTS[given.subject].promise}: {given.rounds} kills, seed {given.seed}")
    for name, number in sorted(counts.items()):
        print(f"  {number:>9,} {name}")


if __name__ == "__main__":
    main()
