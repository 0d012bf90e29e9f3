"""What Terraform and the pipeline keep in IAM, SSM, SNS, Glue, Athena and CloudWatch, asked for by boto3."""

import datetime
import json

import pytest
from botocore.exceptions import ClientError

from emulator import ACCOUNT, eventually

TRUST = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}],
})


def refused(call, code, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    assert caught.value.response["Error"]["Code"] == code


def test_the_caller_has_an_account_of_its_own(emulator):
    assert emulator.client("sts").get_caller_identity()["Account"] == ACCOUNT
    assert emulator.client("sts", account="111122223333").get_caller_identity()["Account"] == "111122223333"


def test_a_role_with_its_policies(client, unique):
    iam = client("iam")
    made = iam.create_role(RoleName=unique, AssumeRolePolicyDocument=TRUST, Tags=[{"Key": "a", "Value": "1"}])["Role"]
    assert made["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/{unique}"
    read = iam.get_role(RoleName=unique)["Role"]
    assert read["AssumeRolePolicyDocument"] == json.loads(TRUST)
    assert read["Tags"] == [{"Key": "a", "Value": "1"}]
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    iam.put_role_policy(RoleName=unique, PolicyName="p", PolicyDocument=json.dumps(document))
    assert iam.get_role_policy(RoleName=unique, PolicyName="p")["PolicyDocument"] == document
    assert iam.list_role_policies(RoleName=unique)["PolicyNames"] == ["p"]
    managed = iam.create_policy(PolicyName=unique, PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=unique, PolicyArn=managed)
    attached = iam.list_attached_role_policies(RoleName=unique)["AttachedPolicies"]
    assert attached == [{"PolicyName": unique, "PolicyArn": managed}]
    refused(iam.delete_role, "DeleteConflict", RoleName=unique)
    iam.detach_role_policy(RoleName=unique, PolicyArn=managed)
    iam.delete_role_policy(RoleName=unique, PolicyName="p")
    iam.delete_policy(PolicyArn=managed)
    iam.delete_role(RoleName=unique)
    refused(iam.get_role, "NoSuchEntity", RoleName=unique)


def test_roles_are_paged(client, unique):
    iam = client("iam", account="222233334444")
    for number in range(7):
        iam.create_role(RoleName=f"{unique}-{number}", AssumeRolePolicyDocument=TRUST)
    pages = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 3})
    names = [role["RoleName"] for page in pages for role in page["Roles"]]
    assert names == [f"{unique}-{number}" for number in range(7)]


def test_a_secret_and_its_versions(client, unique):
    secrets = client("secretsmanager")
    made = secrets.create_secret(Name=f"{unique}/twitch", SecretString="first", Tags=[{"Key": "a", "Value": "1"}])
    assert made["ARN"].startswith(f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:{unique}/twitch-")
    put = secrets.put_secret_value(SecretId=made["ARN"], SecretString="second")
    assert put["VersionStages"] == ["AWSCURRENT"]
    read = secrets.get_secret_value(SecretId=made["Name"])
    assert (read["SecretString"], read["VersionId"]) == ("second", put["VersionId"])
    assert secrets.get_secret_value(SecretId=made["Name"], VersionStage="AWSPREVIOUS")["SecretString"] == "first"
    described = secrets.describe_secret(SecretId=made["Name"])
    assert described["VersionIdsToStages"] == {put["VersionId"]: ["AWSCURRENT"], made["VersionId"]: ["AWSPREVIOUS"]}
    assert described["Tags"] == [{"Key": "a", "Value": "1"}] and isinstance(described["CreatedDate"], datetime.datetime)
    listed = secrets.list_secrets(Filters=[{"Key": "name", "Values": [unique]}])["SecretList"]
    assert [secret["ARN"] for secret in listed] == [made["ARN"]]
    secrets.update_secret(SecretId=made["Name"], SecretBinary=b"\x00\xff")
    assert secrets.get_secret_value(SecretId=made["Name"])["SecretBinary"] == b"\x00\xff"
    secrets.delete_secret(SecretId=made["Name"])
    refused(secrets.get_secret_value, "InvalidRequestException", SecretId=made["Name"])
    secrets.restore_secret(SecretId=made["Name"])
    secrets.delete_secret(SecretId=made["Name"], ForceDeleteWithoutRecovery=True)
    refused(secrets.describe_secret, "ResourceNotFoundException", SecretId=made["Name"])


def test_a_secret_parameter(client, unique):
    ssm = client("ssm")
    name = f"/{unique}/secret"
    ssm.put_parameter(Name=name, Value="hush", Type="SecureString", Tags=[{"Key": "k", "Value": "v"}])
    assert ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"] == "hush"
    assert ssm.get_parameter(Name=name)["Parameter"]["Value"] != "hush"
    refused(ssm.put_parameter, "ParameterAlreadyExists", Name=name, Value="x", Type="String")
    assert ssm.put_parameter(Name=name, Value="hush 2", Type="SecureString", Overwrite=True)["Version"] == 2
    described = ssm.describe_parameters(ParameterFilters=[{"Key": "Name", "Values": [name]}])["Parameters"]
    assert [(entry["Name"], entry["Version"], entry["KeyId"]) for entry in described] == [(name, 2, "alias/aws/ssm")]
    assert ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"] == [
        {"Key": "k", "Value": "v"}]
    ssm.delete_parameter(Name=name)
    refused(ssm.get_parameter, "ParameterNotFound", Name=name)


def test_a_topic_reaches_a_queue(client, unique):
    sns, sqs = client("sns"), client("sqs")
    url = sqs.create_queue(QueueName=unique)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name=unique, Attributes={"DisplayName": "Alarms"})["TopicArn"]
    assert sns.create_topic(Name=unique)["TopicArn"] == topic
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["DisplayName"] == "Alarms"
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
    published = sns.publish(TopicArn=topic, Subject="s", Message="m")
    body = json.loads(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"][0]["Body"])
    assert (body["Type"], body["MessageId"], body["Subject"], body["Message"]) == (
        "Notification", published["MessageId"], "s", "m")
    sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []
    sns.delete_topic(TopicArn=topic)
    refused(sns.publish, "NotFound", TopicArn=topic, Message="m")


def test_a_catalogue_table_comes_back_as_it_was_written(client, unique):
    glue = client("glue")
    name = unique.replace("-", "_")
    glue.create_database(DatabaseInput={"Name": name, "Description": "d"}, Tags={"a": "1"})
    table = {
        "Name": "streams", "TableType": "EXTERNAL_TABLE", "Parameters": {"projection.enabled": "true"},
        "PartitionKeys": [{"Name": "dt", "Type": "string"}],
        "StorageDescriptor": {
            "Columns": [{"Name": "id_stream", "Type": "bigint", "Comment": "c"}], "Location": "s3://b/silver",
            "SerdeInfo": {"SerializationLibrary": "x"}},
    }
    glue.create_table(DatabaseName=name, TableInput=table)
    read = glue.get_table(DatabaseName=name, Name="streams")["Table"]
    assert {key: read[key] for key in table} == table
    assert isinstance(read["CreateTime"], datetime.datetime)
    glue.delete_table(DatabaseName=name, Name="streams")
    glue.delete_database(Name=name)
    refused(glue.get_database, "EntityNotFoundException", Name=name)


def test_a_workgroup_and_its_queries(client, unique):
    athena = client("athena")
    athena.create_work_group(Name=unique, Configuration={"BytesScannedCutoffPerQuery": 10_485_760})
    query = athena.create_named_query(Name="q", Database="d", QueryString="SELECT 1", WorkGroup=unique)["NamedQueryId"]
    assert athena.get_named_query(NamedQueryId=query)["NamedQuery"]["QueryString"] == "SELECT 1"
    assert athena.list_named_queries(WorkGroup=unique)["NamedQueryIds"] == [query]
    configuration = athena.get_work_group(WorkGroup=unique)["WorkGroup"]["Configuration"]
    assert configuration["BytesScannedCutoffPerQuery"] == 10_485_760
    refused(athena.start_query_execution, "NotImplemented", QueryString="SELECT 1", WorkGroup=unique)
    athena.delete_work_group(WorkGroup=unique, RecursiveDeleteOption=True)
    refused(athena.get_work_group, "InvalidRequestException", WorkGroup=unique)


def test_metrics_alarms_and_dashboards(client, unique):
    cloudwatch = client("cloudwatch")
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    cloudwatch.put_metric_data(
        Namespace=unique, MetricData=[
            {"MetricName": "m", "Timestamp": now, "Values": [1.5, 3.0], "Counts": [2, 1],
             "Dimensions": [{"Name": "d", "Value": "v"}]}])
    found = cloudwatch.get_metric_statistics(
        Namespace=unique, MetricName="m", Dimensions=[{"Name": "d", "Value": "v"}], Period=60,
        StartTime=now - datetime.timedelta(minutes=5), EndTime=now + datetime.timedelta(minutes=5),
        Statistics=["Sum", "Maximum", "SampleCount"])["Datapoints"]
    assert [(point["Sum"], point["Maximum"], point["SampleCount"]) for point in found] == [(6.0, 3.0, 3.0)]
    listed = cloudwatch.list_metrics(Namespace=unique)["Metrics"]
    assert [metric["MetricName"] for metric in listed] == ["m"]
    alarm = {
        "AlarmName": unique, "MetricName": "m", "Namespace": unique, "Statistic": "Sum", "Period": 60,
        "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "breaching", "Dimensions": [{"Name": "d", "Value": "v"}], "AlarmDescription": "why",
    }
    cloudwatch.put_metric_alarm(**alarm, Tags=[{"Key": "k", "Value": "v"}])
    read = cloudwatch.describe_alarms(AlarmNames=[unique])["MetricAlarms"][0]
    assert {key: read[key] for key in alarm} == alarm
    assert cloudwatch.list_tags_for_resource(ResourceARN=read["AlarmArn"])["Tags"] == [{"Key": "k", "Value": "v"}]
    cloudwatch.delete_alarms(AlarmNames=[unique])
    assert cloudwatch.describe_alarms(AlarmNames=[unique])["MetricAlarms"] == []
    body = json.dumps({"widgets": []})
    cloudwatch.put_dashboard(DashboardName=unique, DashboardBody=body)
    assert cloudwatch.get_dashboard(DashboardName=unique)["DashboardBody"] == body
    cloudwatch.delete_dashboards(DashboardNames=[unique])
    refused(cloudwatch.get_dashboard, "ResourceNotFound", DashboardName=unique)


def test_an_alarm_that_is_set_by_hand_tells_its_topic(client, unique):
    cloudwatch, sns, sqs = client("cloudwatch"), client("sns"), client("sqs")
    url = sqs.create_queue(QueueName=unique)["QueueUrl"]
    topic = sns.create_topic(Name=unique)["TopicArn"]
    sns.subscribe(
        TopicArn=topic, Protocol="sqs", Attributes={"RawMessageDelivery": "true"},
        Endpoint=f"arn:aws:sqs:us-east-1:{ACCOUNT}:{unique}")
    cloudwatch.put_metric_alarm(
        AlarmName=unique, MetricName="m", Namespace=unique, Statistic="Sum", Period=86400, EvaluationPeriods=1,
        Threshold=1, ComparisonOperator="GreaterThanThreshold", TreatMissingData="ignore", AlarmActions=[topic])
    cloudwatch.set_alarm_state(AlarmName=unique, StateValue="ALARM", StateReason="by hand")
    message = eventually(
        lambda: sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages"), "the topic has told its queue")
    told = json.loads(message[0]["Body"])
    assert (told["AlarmName"], told["NewStateValue"], told["NewStateReason"]) == (unique, "ALARM", "by hand")
    cloudwatch.delete_alarms(AlarmNames=[unique])


def test_what_is_absent_is_refused_by_name(client):
    for service, call, parameters in [
        ("iam", "create_user", {"UserName": "u"}), ("glue", "start_crawler", {"Name": "c"}),
        ("sns", "create_platform_application", {"Name": "p", "Platform": "GCM", "Attributes": {}}),
        ("ssm", "send_command", {"DocumentName": "d"}), ("cloudwatch", "list_metric_streams", {}),
    ]:
        with pytest.raises(ClientError) as caught:
            getattr(client(service), call)(**parameters)
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
        assert "does not implement" in caught.value.response["Error"]["Message"]
