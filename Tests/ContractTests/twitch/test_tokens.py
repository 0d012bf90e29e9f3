"""One token for all instances of a function, on the emulator's own DynamoDB."""

import concurrent.futures
import json
import urllib.parse
import urllib.request

AT_ONCE = 4


def pull_at_once(emulator, name):
    """As many runs at once as make each environment take one; their rows."""

    def pull(number):
        answer = emulator.client("lambda").invoke(
            FunctionName="extract", Payload=json.dumps({"run_id": f"{name}-{number}"}).encode())
        said = json.load(answer["Payload"])
        assert "FunctionError" not in answer, said
        return said["rows"]

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(pull, range(AT_ONCE)))


def row(emulator):
    return emulator.client("dynamodb").scan(TableName="tokens")["Items"][0]


def test_instances_that_start_at_once_ask_once_and_once_more_when_the_token_dies(proxy, stack):
    assert all(pull_at_once(stack, "first"))
    assert len(proxy.tokens) == 1
    form = urllib.parse.urlencode({"token": proxy.tokens[0]}).encode()
    urllib.request.urlopen(f"{proxy.upstream}/oauth2/revoke", data=form, timeout=30).read()
    assert all(pull_at_once(stack, "second"))
    assert len(proxy.tokens) == 2
    assert row(stack)["access_token"]["S"] == proxy.tokens[1]
    assert row(stack)["issue_number"]["N"] == "2"
