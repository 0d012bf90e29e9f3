"""What settings of a mapping are refused, and in which words."""

import json

import pytest

from conformance import lambda_api, lambda_guide, rule
from sqs.conftest import refusal

PARAMETERS = lambda_guide("services-sqs-parameters")
BEYOND_TEN = "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"


def bound(value, member, word, limit):
    return (f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: "
            f"Member must have value {word} than or equal to {limit}")


def first_name(settings):
    return next(iter(settings))


@pytest.fixture
def refused(client, function, queue, arn):
    """Code and message with which a mapping of these settings is refused, though boto3 would let it through."""
    name, functions = function(), client("lambda", parameter_validation=False)

    def create(source=queue, **settings):
        return refusal(
            functions.create_event_source_mapping, EventSourceArn=arn(source), FunctionName=name, **settings)[:2]

    return create


@pytest.mark.parametrize("settings, message", [
    pytest.param({"BatchSize": 11}, BEYOND_TEN, marks=rule("A batch of more than 10 needs a batching window", PARAMETERS)),
    pytest.param(
        {"ProvisionedPollerConfig": {"MinimumPollers": 2}, "ScalingConfig": {"MaximumConcurrency": 2}},
        "Provisioned mode for SQS ESM does not support maximum concurrency feature. "
        "Use MaximumPollers as the control mechanism and remove maximum concurrency.",
        marks=rule("Provisioned pollers and MaximumConcurrency exclude each other", lambda_guide("services-sqs-scaling"))),
    pytest.param(
        {"ProvisionedPollerConfig": {"MinimumPollers": 5, "MaximumPollers": 4}},
        "MinimumPollers must be less than or equal to MaximumPollers.",
        marks=rule("MinimumPollers is not above MaximumPollers", lambda_api("ProvisionedPollerConfig"))),
    pytest.param(
        {"FilterCriteria": {"Filters": [{"Pattern": "simple string"}]}}, "Invalid filter pattern definition.",
        marks=rule("A filter that is no pattern is refused", lambda_guide("invocation-eventfiltering"))),
])
def test_settings_that_do_not_fit_together(refused, settings, message):
    assert refused(**settings) == ("InvalidParameterValueException", message)


@pytest.mark.parametrize("settings, message", [
    pytest.param(
        {"BatchSize": 10_001, "MaximumBatchingWindowInSeconds": 1}, bound(10_001, "batchSize", "less", 10_000),
        marks=rule("A batch has 10,000 messages at most", PARAMETERS)),
    pytest.param(
        {"MaximumBatchingWindowInSeconds": 301}, bound(301, "maximumBatchingWindowInSeconds", "less", 300),
        marks=rule("A batching window has 300 seconds at most", PARAMETERS)),
    pytest.param(
        {"ScalingConfig": {"MaximumConcurrency": 1}}, bound(1, "scalingConfig.maximumConcurrency", "greater", 2),
        marks=rule("MaximumConcurrency is 2 at least", lambda_guide("services-sqs-scaling", "events-sqs-max-concurrency"))),
    pytest.param(
        {"ScalingConfig": {"MaximumConcurrency": 1_001}}, bound(1_001, "scalingConfig.maximumConcurrency", "less", 1_000),
        marks=rule("MaximumConcurrency is 1,000 at most",
                   lambda_guide("services-sqs-scaling", "events-sqs-max-concurrency"))),
])
def test_settings_out_of_bounds(refused, settings, message):
    assert refused(**settings) == ("ValidationException", message)


@rule("A mapping has 5 filters at most", lambda_guide("invocation-eventfiltering"))
def test_filters_are_five_at_most(refused):
    pattern = {"Pattern": json.dumps({"body": ["a"]})}
    code, message = refused(FilterCriteria={"Filters": [pattern] * 6})
    assert code in ("InvalidParameterValueException", "ValidationException") and "5" in message


@rule("A FIFO queue has batches of 10 at most", PARAMETERS)
@rule("A FIFO queue has no batching window", PARAMETERS)
def test_a_fifo_queue_has_small_batches_and_no_window(refused, make_queue):
    fifo = make_queue(".fifo")
    assert refused(fifo, MaximumBatchingWindowInSeconds=1) == (
        "InvalidParameterValueException", "Batching window is not supported for FIFO queues")
    assert refused(fifo, BatchSize=11)[0] == "InvalidParameterValueException"


@pytest.mark.parametrize("settings", [{"StartingPosition": "LATEST"}, {"StartingPositionTimestamp": 1}], ids=first_name)
@rule("A queue has no starting position", lambda_api("CreateEventSourceMapping"))
def test_starting_positions(refused, settings):
    name, = settings
    assert refused(**settings) == ("InvalidParameterValueException", f"{name} is not valid for SQS event sources.")


@pytest.mark.parametrize("settings", [
    {"ParallelizationFactor": 2}, {"BisectBatchOnFunctionError": True}, {"MaximumRecordAgeInSeconds": 60}, {"MaximumRetryAttempts": 2},
    {"TumblingWindowInSeconds": 10}, {"Topics": ["a"]}, {"Queues": ["a"]},
    {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:000000000000:dead"}}},
    {"SourceAccessConfigurations": [{"Type": "BASIC_AUTH", "URI": "arn:aws:secretsmanager:us-east-1:000000000000:secret:a"}]},
    {"SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["a:9092"]}}},
    {"AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": "a"}},
    {"SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": "a"}}, {"DocumentDBEventSourceConfig": {"DatabaseName": "a"}},
], ids=first_name)
@rule("Settings of streams and brokers are refused for a queue: bisect, retries, ages, windows and their like",
      lambda_api("CreateEventSourceMapping"))
def test_settings_of_streams_and_brokers(refused, settings):
    name, = settings
    assert refused(**settings) == (
        "InvalidParameterValueException", f"Unsupported {name} parameter for given event source mapping type.")


@rule("A function's timeout is not above its queue's visibility timeout", lambda_guide("services-sqs-configure"))
def test_a_function_must_not_outlast_the_visibility_timeout(functions, function, queue, arn):
    name = function(timeout=60)
    assert refusal(functions.create_event_source_mapping, EventSourceArn=arn(queue), FunctionName=name)[:2] == (
        "InvalidParameterValueException", "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds")


@rule("A mapping's queue and function are there", lambda_api("CreateEventSourceMapping"))
def test_queue_and_function_are_there(functions, function, queue, arn, unique):
    assert refusal(
        functions.create_event_source_mapping, EventSourceArn=arn(queue) + "-none", FunctionName=function())[:2] == (
        "InvalidParameterValueException",
        "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. "
        "SQS Error Message: The specified queue does not exist.")
    assert refusal(
        functions.create_event_source_mapping, EventSourceArn=arn(queue), FunctionName=f"{unique}-none")[:2] == (
        "InvalidParameterValueException", "Function does not exist")


@pytest.mark.parametrize("source", [
    "dynamodb:us-east-1:000000000000:table/games/stream/2026-01-01T00:00:00.000", "kinesis:us-east-1:000000000000:stream/s"])
def test_other_sources_than_queues_are_refused_by_name(functions, function, source):
    code, message, status = refusal(
        functions.create_event_source_mapping, EventSourceArn=f"arn:aws:{source}", FunctionName=function(),
        StartingPosition="LATEST")
    assert (code, status) == ("NotImplemented", 501)
    assert f"event source mappings of the service '{source.split(':')[0]}'" in message
