"""One client with queues of its own, and what it knows of every message of theirs.

Nobody else touches these queues, so at a kill one call at most is in doubt. Everything else is certain, and is held against
what the server has when it is there again.
"""

import json
from datetime import datetime

from crash.message import MAX_RECEIVES, TOLERANCE_MS, Message, Violation, now_ms
from crash.wire import Refused, Unanswered


class QueueClient:
    def __init__(self, number, chance, is_fifo):
        self.name = f"crash-{number}"
        self.suffix = ".fifo" if is_fifo else ""
        self.is_fifo, self.chance = is_fifo, chance
        self.messages, self.deleted = {}, set()
        self.sent = 0
        self.doubt = None  # the call under way: ("receive", limits of its visibility) and the like
        self.counts = {}
        self.last_sent = None
        self.task_may_run = False  # a move task that was started and not seen at its end

    # What it does

    def make_queues(self, wire):
        self.wire = wire
        options = {"FifoQueue": "true"} if self.is_fifo else {}
        dead = self.call("CreateQueue", QueueName=self.queue("dead"), Attributes=options)["QueueUrl"]
        arn = self.call("GetQueueAttributes", QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": MAX_RECEIVES})
        self.dead_arn = arn
        live = self.call("CreateQueue", QueueName=self.queue("live"), Attributes={**options, "RedrivePolicy": policy})
        self.urls = {"dead": dead, "live": live["QueueUrl"]}

    def queue(self, place):
        return f"{self.name}-{place}{self.suffix}"

    def call(self, operation, **members):
        return self.wire.call("sqs", operation, **members)

    def work(self, wire):
        """Makes calls until one is not answered."""
        self.wire = wire
        steps = [self.send, self.send, self.send_batch, self.receive, self.receive, self.receive, self.delete,
                 self.delete_batch, self.change, self.change_batch, self.receive_dead, self.move]
        try:
            while True:
                step = self.chance.choice(steps)
                step()
                self.doubt = None
        except Unanswered:
            return

    def count(self, what, number=1):
        self.counts[what] = self.counts.get(what, 0) + number

    def new_message(self):
        self.sent += 1
        body = f"{self.name}/{self.sent}"
        entry = {"MessageBody": body}
        if self.is_fifo:
            entry |= {"MessageGroupId": f"g{self.sent % 5}", "MessageDeduplicationId": str(self.sent)}
        return body, entry

    def keep(self, bodies, begun):
        for body in bodies:
            self.messages[body] = Message(body, (begun, now_ms()))

    def send(self):
        body, entry = self.new_message()
        begun = now_ms()
        self.doubt = ("send", [body], begun)
        answer = self.call("SendMessage", QueueUrl=self.urls["live"], **entry)
        self.keep([body], begun)
        self.last_sent = (entry, answer["MessageId"])
        self.count("sent")

    def send_batch(self):
        made = [self.new_message() for _ in range(self.chance.randint(2, 10))]
        begun = now_ms()
        self.doubt = ("send", [body for body, _ in made], begun)
        answer = self.call(
            "SendMessageBatch", QueueUrl=self.urls["live"],
            Entries=[{"Id": str(number), **entry} for number, (_, entry) in enumerate(made)])
        if len(answer["Successful"]) != len(made):
            raise Violation(f"of a batch of {len(made)} only these were taken: {answer}")
        self.keep([body for body, _ in made], begun)
        self.count("sent", len(made))

    def receive(self, place="live"):
        timeout = self.chance.choice([30, 600] if self.is_fifo else [0, 0, 1, 30, 600])
        begun = now_ms()
        self.doubt = ("receive", place, begun, timeout)
        for message in self.messages.values():
            # This receive may send it to the dead letters; whoever holds it holds nothing any more.
            if message.place == place == "live" and message.receives >= MAX_RECEIVES and message.may_show(now_ms()):
                message.handle = None
        answer = self.call(
            "ReceiveMessage", QueueUrl=self.urls[place], MaxNumberOfMessages=self.chance.randint(1, 10),
            VisibilityTimeout=timeout, MessageSystemAttributeNames=["ApproximateReceiveCount"])
        for received in answer.get("Messages", []):
            message = self.messages[received["Body"]] if received["Body"] in self.messages else None
            if message is None:
                raise Violation(f"{received['Body']} was received after it was deleted")
            message.place, message.handle, message.is_moving = place, received["ReceiptHandle"], False
            message.receives = int(received["Attributes"]["ApproximateReceiveCount"])
            message.shows = (begun + timeout * 1000, now_ms() + timeout * 1000)
            self.count("received")

    def receive_dead(self):
        self.receive("dead")

    def may_move(self, message):
        """Whether a move task that still runs may take the message: it takes what shows among the dead letters."""
        shows_soon = message.may_show(now_ms() + 1000)
        is_dead = message.place == "dead" or message.receives >= MAX_RECEIVES
        return self.task_may_run and is_dead and shows_soon

    def held(self):
        return [message for message in self.messages.values()
                if message.handle and not message.is_moving and not self.may_move(message)]

    def chosen(self, most):
        held = self.held()
        place = self.chance.choice(["live", "live", "live", "dead"])
        held = [message for message in held if message.place == place]
        return place, self.chance.sample(held, min(most, len(held)))

    def delete(self):
        place, chosen = self.chosen(1)
        for message in chosen:
            self.doubt = ("delete", [message.body])
            try:
                self.call("DeleteMessage", QueueUrl=self.urls[place], ReceiptHandle=message.handle)
            except Refused as error:
                return self.check_refusal(message, error)
            self.forget(message)

    def delete_batch(self):
        place, chosen = self.chosen(10)
        if not chosen:
            return
        self.doubt = ("delete", [message.body for message in chosen])
        answer = self.call(
            "DeleteMessageBatch", QueueUrl=self.urls[place],
            Entries=[{"Id": str(number), "ReceiptHandle": message.handle} for number, message in enumerate(chosen)])
        for number in self.check_refusals(answer, chosen):
            self.forget(chosen[number])

    def check_refusal(self, message, error):
        """A handle of a FIFO queue dies with its visibility timeout; no other handle in use here may be refused."""
        if not (self.is_fifo and message.may_show(now_ms()) and "expired" in str(error)):
            raise Violation(f"the handle of {message.body}, which shows at {message.shows}, was refused: {error}")
        message.handle = None
        self.count("expired handles refused")

    def check_refusals(self, answer, chosen):
        for entry in answer.get("Failed", []):
            self.check_refusal(chosen[int(entry["Id"])], entry["Message"])
        return [int(entry["Id"]) for entry in answer.get("Successful", [])]

    def forget(self, message):
        del self.messages[message.body]
        self.deleted.add(message.body)
        self.count("deleted")

    def change(self):
        place, chosen = self.chosen(1)
        for message in chosen:
            timeout, begun = self.chance.choice([0, 30, 300]), now_ms()
            self.doubt = ("change", {message.body: timeout}, begun)
            try:
                self.call(
                    "ChangeMessageVisibility", QueueUrl=self.urls[place], ReceiptHandle=message.handle,
                    VisibilityTimeout=timeout)
            except Refused as error:
                return self.check_refusal(message, error)
            self.changed(message, timeout, begun)

    def change_batch(self):
        place, chosen = self.chosen(10)
        if not chosen:
            return
        begun = now_ms()
        timeouts = [self.chance.choice([0, 30, 300]) for _ in chosen]
        self.doubt = ("change", {message.body: timeout for message, timeout in zip(chosen, timeouts)}, begun)
        answer = self.call("ChangeMessageVisibilityBatch", QueueUrl=self.urls[place], Entries=[
            {"Id": str(number), "ReceiptHandle": message.handle, "VisibilityTimeout": timeout}
            for number, (message, timeout) in enumerate(zip(chosen, timeouts))])
        for number in self.check_refusals(answer, chosen):
            self.changed(chosen[number], timeouts[number], begun)

    def changed(self, message, timeout, begun):
        message.shows = (begun + timeout * 1000, now_ms() + timeout * 1000)
        if self.is_fifo and timeout == 0:
            message.handle = None
        self.count("changed")

    def move(self):
        if self.chance.random() < 0.7:
            return
        for message in self.messages.values():
            message.is_moving = message.is_moving or message.place == "dead" or message.receives >= MAX_RECEIVES
        self.task_may_run = True
        try:
            self.call("StartMessageMoveTask", SourceArn=self.dead_arn)
        except Refused as error:
            if "already a task running" not in str(error):
                raise
        self.count("moves")

    # What must be there afterwards

    def check(self, wire):
        """Holds what the server has against what it had answered, and takes over what it has."""
        self.wire = wire
        found = {}
        for place in ("live", "dead"):
            for message in wire.peek(self.queue(place)):
                if message["body"] in found:
                    raise Violation(f"{message['body']} is in two places")
                found[message["body"]] = (place, message)
        doubtful = self.doubt
        self.settle_sends(doubtful, found)
        for body in found:
            if body in self.deleted:
                raise Violation(f"{body} came back after its deletion was answered")
        for body, message in list(self.messages.items()):
            if body not in found:
                if doubtful and doubtful[0] == "delete" and body in doubtful[1]:
                    self.forget(message)
                    continue
                raise Violation(f"{body} is lost; it was sent, and not deleted")
            self.check_message(message, doubtful, *found[body])
        for body in found:
            if body not in self.messages:
                raise Violation(f"{body} is there and was never sent")
        self.doubt = None
        tasks = self.call("ListMessageMoveTasks", SourceArn=self.dead_arn).get("Results", [])
        self.task_may_run = any(task["Status"] == "RUNNING" for task in tasks)
        self.check_deduplication()

    def settle_sends(self, doubtful, found):
        """A send in doubt has happened wholly or not at all: a batch is one transaction here."""
        if not doubtful or doubtful[0] != "send":
            return
        _, bodies, begun = doubtful
        there = [body for body in bodies if body in found]
        if there and len(there) < len(bodies):
            raise Violation(f"of a batch only {there} are there, of {bodies}")
        self.keep(there, begun)
        self.count("sends in doubt that were kept" if there else "sends in doubt that were not")

    def check_message(self, message, doubtful, place, found):
        receives = found["receive_count"]
        shows = int(datetime.fromisoformat(found["visible_at"]).timestamp() * 1000)
        expected = any(
            where == place and count == receives and (shown is None or self.within(shows, shown))
            for where, count, shown in self.possible(message, doubtful))
        if not expected:
            raise Violation(
                f"{message.body} was left in {message.place}, received {message.receives} times, showing at "
                f"{message.shows}; it is in {place}, received {receives} times, showing at {shows} (in doubt: {doubtful})")
        if place != message.place or receives != message.receives:
            message.handle = None
        message.place, message.receives, message.shows = place, receives, (shows, shows)
        message.is_moving = message.is_moving and place == "dead"

    def possible(self, message, doubtful):
        """Where the message may be, how often received, and when it shows (None: at any time)."""
        states = [(message.place, message.receives, None if message.is_moving else message.shows)]
        if message.place == "live" and message.receives >= MAX_RECEIVES:
            states.append(("dead", message.receives, None))  # a receive found it used up
        shows_at_once = doubtful and doubtful[0] == "change" and doubtful[1].get(message.body) == 0
        if message.is_moving or self.may_move(message) or self.task_may_run and message.place == "dead" and shows_at_once:
            states += [("live", 0, None), ("dead", message.receives, None)]
        if doubtful and doubtful[0] == "change" and message.body in doubtful[1]:
            states.append((message.place, message.receives, self.window(doubtful[2], doubtful[1][message.body])))
        if doubtful and doubtful[0] == "receive":
            # A live message that was received so often is not handed out once more.
            states += [
                (place, receives + 1, self.window(doubtful[2], doubtful[3])) for place, receives, _ in list(states)
                if place == doubtful[1] and (place == "dead" or receives < MAX_RECEIVES)]
        return states

    @staticmethod
    def within(instant, window):
        return window[0] - TOLERANCE_MS <= instant <= window[1] + TOLERANCE_MS

    @staticmethod
    def window(begun, timeout):
        return begun + timeout * 1000, now_ms() + timeout * 1000

    def check_deduplication(self):
        """What was sent before the kill is still known as sent."""
        if not self.is_fifo or not self.last_sent:
            return
        entry, message_id = self.last_sent
        again = self.call("SendMessage", QueueUrl=self.urls["live"], **entry)
        if again["MessageId"] != message_id:
            raise Violation(f"{entry['MessageBody']} was taken twice")
        self.last_sent = None
        self.count("duplicates refused")
