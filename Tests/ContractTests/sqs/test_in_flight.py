"""How many messages may be in flight: a minute of work, done when RIVULET_CONTRACT_LONG is set."""

import concurrent.futures
import os

import pytest

from conformance import rule, sqs_guide
from sqs.conftest import attribute, receive, refusal

IN_FLIGHT = 120_000


@pytest.mark.skipif("RIVULET_CONTRACT_LONG" not in os.environ, reason="takes a minute; set RIVULET_CONTRACT_LONG")
@rule("120,000 messages may be in flight; beyond them a short poll is OverLimit", sqs_guide("quotas-queues"))
def test_a_hundred_and_twenty_thousand_in_flight(sqs, make_queue):
    url = make_queue(VisibilityTimeout=43_200)
    entries = [{"Id": str(number), "MessageBody": "a"} for number in range(10)]

    def send_and_receive(_):
        sqs.send_message_batch(QueueUrl=url, Entries=entries)
        return len(receive(sqs, url))

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        held = sum(pool.map(send_and_receive, range(IN_FLIGHT // 10)))
    while held < IN_FLIGHT:
        held += len(receive(sqs, url))
    assert attribute(sqs, url, "ApproximateNumberOfMessagesNotVisible") == str(IN_FLIGHT)
    sqs.send_message(QueueUrl=url, MessageBody="one more")
    code, _, status = refusal(sqs.receive_message, QueueUrl=url)
    assert (code, status) == ("OverLimit", 403)
    assert receive(sqs, url, WaitTimeSeconds=1) == []
