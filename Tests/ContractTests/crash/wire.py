"""The least client there is: AWS JSON and S3 over one connection, fast enough to have something under way at every moment."""

import http.client
import json
import re
import urllib.parse

#: What stands before the operation's name, and whose signature it takes.
TARGETS = {
    "sqs": ("AmazonSQS", "sqs"), "dynamodb": ("DynamoDB_20120810", "dynamodb"),
    "dynamodbstreams": ("DynamoDBStreams_20120810", "dynamodb")}


class Refused(Exception):
    """The server answered, and said no."""

    def __init__(self, text):
        super().__init__(text)
        found = re.search(r'"__type":"[^"]*#(\w+)"', text) or re.search(r"<Code>(\w+)</Code>", text)
        self.code = found.group(1) if found else None


class Unanswered(Exception):
    """The connection ended before an answer: nobody knows whether the call was carried out."""


class Wire:
    def __init__(self, endpoint, token=None):
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(endpoint).netloc, timeout=30)
        self.token = token

    def call(self, service, operation, **members):
        prefix, signer = TARGETS[service]
        headers = {
            "X-Amz-Target": f"{prefix}.{operation}", "Content-Type": "application/x-amz-json-1.0",
            "Authorization": self.signature(signer)}
        return self.request("POST", "/", json.dumps(members), headers)

    def object(self, method, path, body=None, **headers):
        """A call of S3: its answer's headers, in lower case, and its body."""
        return self.exchange(method, path, body, {
            "Authorization": self.signature("s3"), "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
            **{name.replace("_", "-"): value for name, value in headers.items()}})

    def peek(self, queue):
        """Every message of a queue, whatever its state."""
        path = f"/_rivulet/queues/peek?queue={queue}&limit=1000000"
        return self.request("GET", path, None, {"X-Rivulet-Token": self.token})["messages"]

    def request(self, method, path, body, headers):
        _, data = self.exchange(method, path, body, headers)
        return json.loads(data) if data else {}

    def exchange(self, method, path, body, headers):
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered from error
        if answer.status >= 300:
            raise Refused(data.decode() or f"<Code>{answer.status}</Code>")
        return {name.lower(): value for name, value in answer.getheaders()}, data

    @staticmethod
    def signature(service):
        return (f"AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, "
                "SignedHeaders=host, Signature=0")
