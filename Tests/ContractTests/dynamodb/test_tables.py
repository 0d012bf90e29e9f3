"""Tables as boto3 makes, describes, changes and deletes them."""

import uuid

import pytest
from botocore.exceptions import ClientError

from dynamodb.conftest import invalid, refusal


def test_a_table_is_described_as_it_was_made(dynamodb, make_table):
    name = make_table(
        "N", BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
        Tags=[{"Key": "team", "Value": "lake"}])
    table = dynamodb.describe_table(TableName=name)["Table"]
    assert table["TableStatus"] == "ACTIVE"
    assert table["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    assert {d["AttributeName"]: d["AttributeType"] for d in table["AttributeDefinitions"]} == {"pk": "S", "sk": "N"}
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 3
    assert table["TableArn"] == f"arn:aws:dynamodb:us-east-1:000000000000:table/{name}"
    assert table["ItemCount"] == 0
    uuid.UUID(table["TableId"])
    tags = dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    assert tags == [{"Key": "team", "Value": "lake"}]


def test_the_resource_waits_for_its_table(resource):
    name = f"t-{uuid.uuid4().hex[:12]}"
    table = resource.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "B"}])
    table.wait_until_exists()
    assert table.item_count == 0
    assert table.billing_mode_summary["BillingMode"] == "PAY_PER_REQUEST"
    table.delete()
    table.wait_until_not_exists()


def test_a_name_is_taken_once(dynamodb, make_table):
    name = make_table(None)
    assert refusal(
        dynamodb.create_table, TableName=name, BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    ) == ("ResourceInUseException", f"Table already exists: {name}")


def test_a_deleted_table_is_gone_and_its_name_free(dynamodb, make_table):
    name = make_table(None)
    dynamodb.put_item(TableName=name, Item={"pk": {"S": "a"}})
    dynamodb.delete_table(TableName=name)
    dynamodb.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 5})
    missing = ("ResourceNotFoundException", f"Requested resource not found: Table: {name} not found")
    assert refusal(dynamodb.describe_table, TableName=name) == missing
    assert refusal(dynamodb.delete_table, TableName=name) == missing
    assert refusal(dynamodb.get_item, TableName=name, Key={"pk": {"S": "a"}}) == (
        "ResourceNotFoundException", "Requested resource not found")
    dynamodb.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}])
    assert dynamodb.scan(TableName=name)["Count"] == 0


def test_protection_holds_until_it_is_lifted(dynamodb, make_table):
    name = make_table(None, DeletionProtectionEnabled=True)
    assert "protected against deletion" in invalid(dynamodb.delete_table, TableName=name)
    dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName=name)


def test_billing_changes_both_ways(dynamodb, make_table):
    name = make_table(None)
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}
    dynamodb.update_table(TableName=name, BillingMode="PROVISIONED", ProvisionedThroughput=units)
    table = dynamodb.describe_table(TableName=name)["Table"]
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 6
    assert table["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    assert "will not change" in invalid(dynamodb.update_table, TableName=name, ProvisionedThroughput=units)
    dynamodb.update_table(TableName=name, BillingMode="PAY_PER_REQUEST")
    table = dynamodb.describe_table(TableName=name)["Table"]
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 0


def test_every_table_is_listed_page_by_page(emulator):
    client = emulator.client("dynamodb", account="111122223333")
    names = [f"list-{index:02}" for index in range(23)]
    for name in reversed(names):
        client.create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}])
    pages = list(client.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 10}))
    assert [len(page["TableNames"]) for page in pages] == [10, 10, 3]
    assert [name for page in pages for name in page["TableNames"]] == names


def test_accounts_do_not_see_each_other(emulator, dynamodb, make_table):
    name = make_table(None)
    other = emulator.client("dynamodb", account="222233334444")
    assert refusal(other.describe_table, TableName=name)[0] == "ResourceNotFoundException"
    assert name not in other.list_tables()["TableNames"]


@pytest.mark.parametrize("parameters, message", [
    ({"KeySchema": [{"AttributeName": "pk", "KeyType": "RANGE"}]},
     "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"),
    ({"KeySchema": [{"AttributeName": "x", "KeyType": "HASH"}]},
     "One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. "
     "Keys: [x], AttributeDefinitions: [pk]"),
    ({"BillingMode": "PROVISIONED"},
     "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified "
     "when BillingMode is PROVISIONED"),
    ({"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}},
     "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified "
     "when BillingMode is PAY_PER_REQUEST"),
    ({"AttributeDefinitions": [
        {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "x", "AttributeType": "S"}]},
     "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of "
     "attributes defined in AttributeDefinitions"),
])
def test_a_definition_that_contradicts_itself_is_refused(dynamodb, parameters, message):
    assert invalid(dynamodb.create_table, **{
        "TableName": "refused-table", "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], **parameters}) == message


def test_a_deleted_table_is_told_of_in_few_words(dynamodb, make_table):
    told = dynamodb.delete_table(TableName=make_table())["TableDescription"]
    assert set(told) == {
        "TableName", "TableStatus", "TableArn", "TableId", "ProvisionedThroughput", "BillingModeSummary", "ItemCount",
        "TableSizeBytes", "DeletionProtectionEnabled"}
    assert told["TableStatus"] == "DELETING"
    assert told["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_a_class_tells_when_it_was_changed(dynamodb, make_table):
    name = make_table(None, TableClass="STANDARD")
    assert dynamodb.describe_table(TableName=name)["Table"]["TableClassSummary"] == {"TableClass": "STANDARD"}
    dynamodb.update_table(TableName=name, TableClass="STANDARD_INFREQUENT_ACCESS")
    summary = dynamodb.describe_table(TableName=name)["Table"]["TableClassSummary"]
    assert summary["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert "LastUpdateDateTime" in summary


def test_an_update_that_cannot_be_is_refused(dynamodb, make_table):
    name = make_table()

    def create(key, **definitions):
        return {
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": kind} for name, kind in definitions.items()],
            "GlobalSecondaryIndexUpdates": [{"Create": {
                "IndexName": "more", "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"}}}]}

    invalid_values = "One or more parameter values were invalid: "
    for change, message in [
            ({"GlobalSecondaryIndexUpdates": []},
             "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
             "SSESpecification or ReplicaUpdates is required"),
            ({"TableClass": "none"},
             "Invalid table-class parameter provided. Please try again with a valid table-class value: "
             "[STANDARD, STANDARD_INFREQUENT_ACCESS]."),
            (create("sk"),
             invalid_values + "Some index key attributes are not defined in AttributeDefinitions. Keys: [sk], "
             "AttributeDefinitions: []"),
            (create("sk", sk="N"),
             invalid_values + "Attributes cannot be redefined. Please check that your attribute has the same type as "
             "previously defined. Existing schema: Schema:[SchemaElement: key{pk:S:HASH}, SchemaElement: "
             "key{sk:S:RANGE}] New schema: Schema:[SchemaElement: key{sk:N:HASH}]")]:
        assert invalid(dynamodb.update_table, TableName=name, **change) == message


@pytest.mark.parametrize("names, message", [
    (["n" * 256], "less than or equal to 255"), (["a", "b", "a"], "Duplicate value in attribute name: a")])
def test_names_in_indexes_are_short_and_told_once(make_table, names, message):
    with pytest.raises(ClientError, match=message):
        make_table(attributes=[{"AttributeName": "by", "AttributeType": "S"}], GlobalSecondaryIndexes=[{
            "IndexName": "include", "KeySchema": [{"AttributeName": "by", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": names}}])


def test_a_key_is_taken_from_a_table_that_had_one(dynamodb, make_table):
    name = make_table(None, SSESpecification={"Enabled": True, "SSEType": "KMS"})
    key = dynamodb.describe_table(TableName=name)["Table"]["SSEDescription"]
    assert (key["Status"], key["SSEType"]) == ("ENABLED", "KMS")
    told = dynamodb.update_table(TableName=name, SSESpecification={"Enabled": False})["TableDescription"]
    assert told["SSEDescription"] == {**key, "Status": "UPDATING"}
    assert "SSEDescription" not in dynamodb.describe_table(TableName=name)["Table"]


def test_only_tables_are_tagged(dynamodb, make_table):
    arn = dynamodb.describe_table(TableName=make_table(None))["Table"]["TableArn"]
    invalid_values = "One or more parameter values were invalid: "
    for other, message in [
            ("table", invalid_values + "ARNs must start with 'arn:': table"),
            ("arn:aws:dynamodb", "Invalid TableArn: Invalid ResourceArn provided as input arn:aws:dynamodb"),
            (f"{arn}/index/by", invalid_values + "Invalid resource arn provided, only table or stream is accepted. "
                                f"Provided resource arn: {arn}/index/by")]:
        assert invalid(dynamodb.list_tags_of_resource, ResourceArn=other) == message
    for key, value in [("ok", "#!%"), ("<>", "ok")]:
        invalid(dynamodb.tag_resource, ResourceArn=arn, Tags=[{"Key": key, "Value": value}])
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "See Ω", "Value": "+-=._:/@ 1"}])


def test_an_arn_stands_for_the_name(dynamodb, make_table):
    name = make_table(None)
    arn = dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
    key = {"pk": {"S": "a"}}
    dynamodb.put_item(TableName=arn, Item=key)
    read = dynamodb.get_item(TableName=arn, Key=key, ReturnConsumedCapacity="TOTAL")
    assert (read["Item"], read["ConsumedCapacity"]["TableName"]) == (key, arn)
    batch = dynamodb.batch_get_item(RequestItems={arn: {"Keys": [key]}, name: {"Keys": [key]}})
    assert list(batch["Responses"].values()) == [[key]]
    assert invalid(dynamodb.get_item, TableName=f"{arn}/index/by", Key=key).startswith("Invalid TableArn: ")


def test_tags_are_added_replaced_and_taken_away(dynamodb, make_table):
    arn = dynamodb.describe_table(TableName=make_table(None))["Table"]["TableArn"]
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "3"}])
    dynamodb.untag_resource(ResourceArn=arn, TagKeys=["a", "gone"])
    pages = dynamodb.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
    assert [tag for page in pages for tag in page["Tags"]] == [{"Key": "b", "Value": "3"}]


def test_continuous_backups_are_kept(dynamodb, make_table):
    name = make_table(None)

    def status():
        answer = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        return answer["ContinuousBackupsStatus"], answer["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]

    assert status() == ("ENABLED", "DISABLED")
    dynamodb.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    assert status() == ("ENABLED", "ENABLED")


def test_what_is_absent_is_refused_by_name(dynamodb, name):
    code, message = refusal(dynamodb.execute_statement, Statement=f'SELECT * FROM "{name}"')
    assert code == "NotImplemented" and "ExecuteStatement" in message
    code, message = refusal(
        dynamodb.update_table, TableName=name, ReplicaUpdates=[{"Create": {"RegionName": "us-west-2"}}])
    assert code == "NotImplemented" and "ReplicaUpdates" in message
