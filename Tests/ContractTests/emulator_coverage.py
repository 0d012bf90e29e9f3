"""Which operations of AWS's services the emulator has, found out by asking it.

    python Tests/ContractTests/emulator_coverage.py ENDPOINT > docs/emulator-coverage.md

Each operation of botocore's model is called once with the least input that its shapes allow. An answer with status 501 is
a refusal by name; every other answer, a complaint about the input included, comes from an implementation.
"""

import sys

import boto3
import botocore.config
import botocore.exceptions

SERVICES = {
    "sqs": "SQS", "dynamodb": "DynamoDB", "dynamodbstreams": "DynamoDB Streams", "s3": "S3", "lambda": "Lambda",
    "logs": "CloudWatch Logs", "scheduler": "EventBridge Scheduler", "stepfunctions": "Step Functions",
    "cloudwatch": "CloudWatch", "sns": "SNS", "ssm": "Systems Manager",
    "secretsmanager": "Secrets Manager", "iam": "IAM", "glue": "Glue", "athena": "Athena", "budgets": "Budgets",
}

#: How a supported operation differs from AWS's, where it does.
DIFFERS = {
    ("dynamodbstreams", "DescribeStream"): "a stream is one shard",
    ("lambda", "CreateFunction"): "`provided.al2023` and `provided.al2` only; "
    "`S3Bucket: _rivulet-local-folder` takes a local folder as `S3Key`",
    ("lambda", "UpdateFunctionCode"): "takes a local folder like CreateFunction",
    ("lambda", "InvokeWithResponseStream"): "the pieces are sent when the answer is whole",
    ("lambda", "AddPermission"): "kept and shown, asked nothing: whoever reaches the emulator may do all",
    ("lambda", "PutFunctionEventInvokeConfig"): "destinations: SQS queues and functions only",
    ("lambda", "UpdateFunctionEventInvokeConfig"): "destinations: SQS queues and functions only",
    ("logs", "CreateLogGroup"): "of the classes STANDARD and INFREQUENT_ACCESS",
    ("logs", "PutMetricFilter"): "kept and shown; nothing is counted",
    ("scheduler", "CreateSchedule"): "targets: Lambda, SQS and Step Functions; "
    "what comes due while the emulator is down is left out",
    ("scheduler", "UpdateSchedule"): "like CreateSchedule",
    ("scheduler", "DeleteScheduleGroup"): "gone at once, without the state DELETING",
    ("stepfunctions", "CreateStateMachine"): "STANDARD only; JSONPath, no variables; "
    "tasks: functions, `lambda:invoke`, `sqs:sendMessage`, `dynamodb:getItem`, `putItem`, `updateItem` and `deleteItem`, `sns:publish`, "
    "`states:startExecution`, with `.waitForTaskToken` where AWS has it; inline Map",
    ("stepfunctions", "UpdateStateMachine"): "like CreateStateMachine",
    ("stepfunctions", "ValidateStateMachineDefinition"): "what the emulator cannot run is refused by name",
    ("stepfunctions", "DeleteStateMachine"): "gone at once, without the state DELETING; executions run on",
    ("cloudwatch", "PutMetricAlarm"): "metric math of numbers, metrics and + - * /; no percentiles; periods of minutes",
    ("cloudwatch", "PutDashboard"): "kept and shown, not drawn",
    ("iam", "PutRolePolicy"): "kept and shown, asked nothing: whoever reaches the emulator may do all",
    ("iam", "CreatePolicy"): "kept and shown, asked nothing; one version",
    ("sns", "Subscribe"): "confirmed at once; mails, short messages and web calls end in an outbox",
    ("ssm", "PutParameter"): "the newest version is kept; secure strings lie sealed in the state",
    ("secretsmanager", "CreateSecret"): "values lie sealed in the state; no replicas",
    ("secretsmanager", "GetResourcePolicy"): "there is none to be set",
    ("secretsmanager", "ListSecrets"): "filtered by name only",
    ("budgets", "CreateBudget"): "kept and shown; nothing is spent, nobody is told",
    ("glue", "CreateTable"): "kept and shown; partitions are projected",
    ("athena", "CreateWorkGroup"): "kept and shown; no query is run",
}

HEADER = """# What the emulator has

Every operation of the services that are there, as botocore lists them. An operation that is absent answers with status 501
and its own name, and so does a service that is absent: nothing is ever an empty success. This page is made by
`Tests/ContractTests/emulator_coverage.py`, which asks a running emulator; a contract test fails when the two disagree.
What queues and mappings do is told rule by rule in [conformance.md](conformance.md).

| service | supported | of |
| --- | --- | --- |
"""


def least(shape, depth=0):
    """The least input that a shape allows; names that no test uses."""
    kind = shape.type_name
    if kind == "structure":
        # Of a tagged union exactly one member must be there.
        names = list(shape.members)[:1] if getattr(shape, "is_tagged_union", False) else shape.required_members
        return {name: least(shape.members[name], depth + 1) for name in names}
    if kind == "list":
        return [least(shape.member, depth + 1)] if depth < 6 else []
    if kind == "map":
        return {}
    if kind == "string":
        if shape.enum:
            return shape.enum[0]
        return "coverage-probe"[: shape.metadata.get("max", 99)].ljust(shape.metadata.get("min", 0), "x")
    return {"integer": 1, "long": 1, "boolean": False, "blob": b"{}", "double": 1.0, "float": 1.0, "timestamp": 0}[kind]


def probe(client, service):
    """Name of each operation, and whether the emulator has it."""
    model = client.meta.service_model
    found = {}
    for name in model.operation_names:
        shape = model.operation_model(name).input_shape
        try:
            client._make_api_call(name, least(shape) if shape else {})
            found[name] = True
        except botocore.exceptions.ClientError as error:
            found[name] = error.response["ResponseMetadata"]["HTTPStatusCode"] != 501
            if not found[name] and name not in str(error):
                raise AssertionError(f"{service} refuses {name} without its name: {error}") from error
    return found


def page(make_client):
    """The coverage page for the emulator that the clients talk to."""
    sections, rows = [], []
    for service, title in SERVICES.items():
        found = probe(make_client(service), service)
        supported = sorted(name for name, has in found.items() if has)
        absent = sorted(name for name, has in found.items() if not has)
        rows.append(f"| {title} | {len(supported)} | {len(found)} |")
        lines = [f"## {title}", "", "| operation | |", "| --- | --- |"]
        for name in supported:
            note = DIFFERS.get((service, name))
            lines.append(f"| {name} | {'differs: ' + note if note else 'supported'} |")
        lines += ["", "Absent: " + (", ".join(absent) or "none") + "."]
        sections.append("\n".join(lines))
    return HEADER + "\n".join(rows) + "\n\n" + "\n\n".join(sections) + "\n"


def clients(endpoint):
    """Clients that neither check input nor retry."""
    config = botocore.config.Config(
        parameter_validation=False, inject_host_prefix=False, retries={"total_max_attempts": 1},
        s3={"addressing_style": "path"}, read_timeout=30)
    return lambda service: boto3.client(
        service, endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="888888888888",
        aws_secret_access_key="test", config=config)


if __name__ == "__main__":
    sys.stdout.write(page(clients(sys.argv[1])))
