"""Queues as boto3 sees them: made, found, set, listed, tagged, purged, deleted."""

import json

import pytest

from conformance import rule, sqs_api
from sqs.conftest import attribute, bodies, receive, refusal


@rule("CreateQueue with the same attributes, or with none, gives the queue that is there", sqs_api("CreateQueue"))
def test_making_a_queue_again_gives_the_same_url(sqs, unique):
    url = sqs.create_queue(QueueName=unique, Attributes={"DelaySeconds": "1"})["QueueUrl"]
    assert sqs.create_queue(QueueName=unique)["QueueUrl"] == url
    assert sqs.create_queue(QueueName=unique, Attributes={"DelaySeconds": "1"})["QueueUrl"] == url
    assert sqs.get_queue_url(QueueName=unique)["QueueUrl"] == url


@rule("CreateQueue with another value of an attribute is QueueNameExists", sqs_api("CreateQueue"))
def test_making_a_queue_again_with_another_value_is_refused(sqs, unique):
    sqs.create_queue(QueueName=unique, Attributes={"DelaySeconds": "1"})
    assert refusal(sqs.create_queue, QueueName=unique, Attributes={"DelaySeconds": "2"}) == (
        "QueueAlreadyExists",
        "A queue already exists with the same name and a different value for attribute DelaySeconds", 400)


@rule("GetQueueUrl of a queue that is not there is QueueDoesNotExist", sqs_api("GetQueueUrl"))
def test_boto3_knows_the_exception_of_a_missing_queue(sqs, protocol):
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName="there-is-no-such-queue")
    text = "The specified queue does not exist" + (" for this wsdl version." if protocol == "query" else ".")
    assert refusal(sqs.get_queue_url, QueueName="there-is-no-such-queue") == (
        "AWS.SimpleQueueService.NonExistentQueue", text, 400)


@rule("SetQueueAttributes changes what is given and leaves the rest", sqs_api("SetQueueAttributes"))
@rule("GetQueueAttributes with All shows every attribute of a standard queue", sqs_api("GetQueueAttributes"))
def test_attributes_are_set_and_shown(sqs, make_queue):
    url = make_queue(MessageRetentionPeriod=604800, ReceiveMessageWaitTimeSeconds=10, VisibilityTimeout=20)
    sqs.set_queue_attributes(
        QueueUrl=url, Attributes={"MaximumMessageSize": "2048", "VisibilityTimeout": "69", "DelaySeconds": "420"})
    shown = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert int(shown.pop("CreatedTimestamp")) <= int(shown.pop("LastModifiedTimestamp"))
    assert shown.pop("QueueArn").startswith("arn:aws:sqs:us-east-1:")
    assert shown == {
        "ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesDelayed": "0",
        "ApproximateNumberOfMessagesNotVisible": "0", "DelaySeconds": "420", "MaximumMessageSize": "2048",
        "MessageRetentionPeriod": "604800", "ReceiveMessageWaitTimeSeconds": "10", "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "69"}


@rule("An empty Policy removes it", sqs_api("SetQueueAttributes"))
def test_an_empty_policy_removes_it(sqs, queue):
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    assert attribute(sqs, queue, "Policy") == policy
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": ""})
    assert "Policy" not in sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]


@rule("ListQueues filters by prefix and pages by MaxResults and NextToken", sqs_api("ListQueues"))
def test_queues_are_listed_by_prefix_and_page(sqs, make_queue, unique):
    urls = sorted(sqs.create_queue(QueueName=f"{unique}-{number}")["QueueUrl"] for number in range(5))
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix=unique, PaginationConfig={"PageSize": 2})
    assert [url for page in pages for url in page["QueueUrls"]] == urls
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix=unique + "-none")


@rule(
    "Tags are set at creation, added, replaced and taken away; their keys know upper and lower case",
    sqs_api("TagQueue"))
def test_tags(sqs, unique):
    url = sqs.create_queue(QueueName=unique, tags={"a": "1"})["QueueUrl"]
    sqs.tag_queue(QueueUrl=url, Tags={"A": "2", "b": ""})
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"a": "1", "A": "2", "b": ""}
    sqs.untag_queue(QueueUrl=url, TagKeys=["a", "A", "b", "never"])
    assert "Tags" not in sqs.list_queue_tags(QueueUrl=url)


@rule(
    "AddPermission writes a statement of the queue's policy, RemovePermission removes it by its label",
    sqs_api("AddPermission"))
def test_permissions_become_a_policy(sqs, queue, account):
    share = {"QueueUrl": queue, "Label": "share", "AWSAccountIds": [account], "Actions": ["SendMessage"]}
    sqs.add_permission(**share)
    statement = json.loads(attribute(sqs, queue, "Policy"))["Statement"][0]
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{account}:root"}
    assert statement["Action"] == "SQS:SendMessage"
    assert refusal(sqs.add_permission, **share) == (
        "InvalidParameterValue", "Value share for parameter Label is invalid. Reason: Already exists.", 400)
    sqs.remove_permission(QueueUrl=queue, Label="share")
    assert "Policy" not in sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]


def test_a_policy_names_seven_actions_a_statement_at_most(sqs, queue, account):
    actions = ["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl",
               "ListDeadLetterSourceQueues", "PurgeQueue", "ReceiveMessage", "SendMessage"]
    assert refusal(
        sqs.add_permission, QueueUrl=queue, Label="all", AWSAccountIds=[account], Actions=actions) == (
        "OverLimit", "8 Actions were found, maximum allowed is 7.", 403)
    policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": [f"sqs:{name}" for name in actions]}]}
    assert refusal(sqs.set_queue_attributes, QueueUrl=queue, Attributes={"Policy": json.dumps(policy)}) == (
        "OverLimit", "8 actions were found in a statement from the submitted policy, max allowed is 7.", 403)
    assert refusal(sqs.remove_permission, QueueUrl=queue, Label="all") == (
        "InvalidParameterValue", "Value all for parameter Label is invalid. Reason: can't find label.", 400)


@rule("PurgeQueue deletes what is visible, delayed and in flight, once in 60 seconds", sqs_api("PurgeQueue"))
def test_a_purge_takes_everything_and_comes_once_a_minute(sqs, queue):
    for number in range(3):
        sqs.send_message(QueueUrl=queue, MessageBody=str(number), DelaySeconds=number % 2)
    receive(sqs, queue, 1)
    sqs.purge_queue(QueueUrl=queue)
    assert receive(sqs, queue, WaitTimeSeconds=1) == []
    name = queue.split("/")[-1]
    assert refusal(sqs.purge_queue, QueueUrl=queue) == (
        "AWS.SimpleQueueService.PurgeQueueInProgress",
        f"Only one PurgeQueue operation on {name} is allowed every 60 seconds.", 403)


@rule("After DeleteQueue the queue is gone, and its name is free after 60 seconds", sqs_api("DeleteQueue"))
def test_a_deleted_queue_is_gone_and_its_name_rests(sqs, unique):
    url = sqs.create_queue(QueueName=unique)["QueueUrl"]
    sqs.delete_queue(QueueUrl=url)
    assert refusal(sqs.send_message, QueueUrl=url, MessageBody="a")[0] == "AWS.SimpleQueueService.NonExistentQueue"
    assert refusal(sqs.create_queue, QueueName=unique)[0] == "AWS.SimpleQueueService.QueueDeletedRecently"


@rule("A queue of another account is found by its QueueOwnerAWSAccountId", sqs_api("GetQueueUrl"))
def test_accounts_and_regions_keep_apart(client, unique):
    one, two = client("sqs", account="111111111111"), client("sqs", account="222222222222")
    url = one.create_queue(QueueName=unique)["QueueUrl"]
    assert "/111111111111/" in url
    with pytest.raises(two.exceptions.QueueDoesNotExist):
        two.get_queue_url(QueueName=unique)
    assert two.get_queue_url(QueueName=unique, QueueOwnerAWSAccountId="111111111111")["QueueUrl"] == url
    two.send_message(QueueUrl=url, MessageBody="from the other")
    assert bodies(receive(one, url)) == ["from the other"]
