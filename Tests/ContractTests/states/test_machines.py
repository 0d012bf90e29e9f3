"""State machines: made, read, changed, published, checked, tagged and deleted."""

import json

import pytest

from emulator import ACCOUNT
from states.conftest import ROLE, refusal

PASS = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
FAIL = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Fail"}}})


def arn(name):
    return f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:{name}"


def test_a_machine_has_what_terraform_reads(world, unique):
    logging = {
        "level": "ALL", "includeExecutionData": True, "destinations": [
            {"cloudWatchLogsLogGroup": {"logGroupArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:g:*"}}]}
    made = world.states.create_state_machine(
        name=unique, definition=PASS, roleArn=ROLE, loggingConfiguration=logging,
        tracingConfiguration={"enabled": True}, tags=[{"key": "project", "value": "rivulet"}])
    assert made["stateMachineArn"] == arn(unique)
    found = world.states.describe_state_machine(stateMachineArn=arn(unique))
    assert (found["name"], found["definition"], found["roleArn"]) == (unique, PASS, ROLE)
    assert (found["type"], found["status"], found["creationDate"]) == ("STANDARD", "ACTIVE", made["creationDate"])
    assert found["loggingConfiguration"] == logging and found["tracingConfiguration"] == {"enabled": True}
    assert found["encryptionConfiguration"] == {"type": "AWS_OWNED_KEY"}
    world.states.tag_resource(resourceArn=arn(unique), tags=[{"key": "stage", "value": "dev"}])
    world.states.untag_resource(resourceArn=arn(unique), tagKeys=["project"])
    assert world.states.list_tags_for_resource(resourceArn=arn(unique))["tags"] == [{"key": "stage", "value": "dev"}]


def test_the_same_machine_again_is_the_same_and_another_is_refused(world, unique):
    made = world.states.create_state_machine(name=unique, definition=PASS, roleArn=ROLE)
    again = world.states.create_state_machine(name=unique, definition=PASS, roleArn=ROLE)
    assert (again["stateMachineArn"], again["creationDate"]) == (made["stateMachineArn"], made["creationDate"])
    assert refusal(world.states.create_state_machine, name=unique, definition=FAIL, roleArn=ROLE) == (
        "StateMachineAlreadyExists", f"State Machine Already Exists: '{arn(unique)}'", 400)


def test_an_update_changes_what_is_started_next(world, unique):
    machine = world.machine(unique, PASS)
    world.advance("1s")
    updated = world.states.update_state_machine(stateMachineArn=machine, definition=FAIL)
    found = world.states.describe_state_machine(stateMachineArn=machine)
    assert found["definition"] == FAIL and found["roleArn"] == ROLE
    assert found["revisionId"] == updated["revisionId"]
    execution = world.start(machine)
    world.advance()
    assert world.describe(execution)["status"] == "FAILED"
    assert refusal(world.states.update_state_machine, stateMachineArn=machine)[0] == "MissingRequiredParameter"
    assert refusal(world.states.update_state_machine, stateMachineArn=arn("none"), definition=FAIL) == (
        "StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn('none')}'", 400)


def test_a_version_runs_what_was_published(world, unique):
    machine = world.machine(unique, PASS)
    first = world.states.publish_state_machine_version(stateMachineArn=machine)["stateMachineVersionArn"]
    again = world.states.publish_state_machine_version(stateMachineArn=machine)["stateMachineVersionArn"]
    assert first == again == f"{machine}:1", "nothing has changed in between"
    second = world.states.update_state_machine(
        stateMachineArn=machine, definition=FAIL, publish=True, versionDescription="worse")["stateMachineVersionArn"]
    assert second == f"{machine}:2"
    listed = world.states.list_state_machine_versions(stateMachineArn=machine, maxResults=1)
    assert [one["stateMachineVersionArn"] for one in listed["stateMachineVersions"]] == [second]
    rest = world.states.list_state_machine_versions(stateMachineArn=machine, nextToken=listed["nextToken"])
    assert [one["stateMachineVersionArn"] for one in rest["stateMachineVersions"]] == [first]
    assert world.states.describe_state_machine(stateMachineArn=first)["definition"] == PASS
    assert world.states.describe_state_machine(stateMachineArn=second)["description"] == "worse"
    execution = world.start(first)
    world.advance()
    assert world.describe(execution)["status"] == "SUCCEEDED"
    assert world.describe(execution)["stateMachineVersionArn"] == first
    listed = world.states.list_executions(stateMachineArn=first)["executions"]
    assert [one["executionArn"] for one in listed] == [execution]
    world.states.delete_state_machine_version(stateMachineVersionArn=first)
    assert refusal(world.states.describe_state_machine, stateMachineArn=first)[0] == "StateMachineDoesNotExist"
    code, message, _ = refusal(world.states.publish_state_machine_version, stateMachineArn=machine, revisionId="old")
    assert code == "ConflictException" and "old" in message


def test_a_version_has_no_tags_and_cannot_be_changed(world, unique):
    version = world.states.publish_state_machine_version(
        stateMachineArn=world.machine(unique, PASS))["stateMachineVersionArn"]
    not_found = ("ResourceNotFound", f"Resource not found: '{version}'", 400)
    tags = [{"key": "stage", "value": "dev"}]
    assert refusal(world.states.tag_resource, resourceArn=version, tags=tags) == not_found
    assert refusal(world.states.list_tags_for_resource, resourceArn=version) == not_found
    assert refusal(world.states.update_state_machine, stateMachineArn=version, definition=FAIL) == (
        "StateMachineDoesNotExist", f"State Machine Does Not Exist: '{version}'", 400)
    assert refusal(
        world.states.create_state_machine, name=unique + "-none", definition=PASS, roleArn=ROLE,
        versionDescription="of what?") == (
        "ValidationException", "Version description can only be set when publish is true", 400)


def test_machines_are_listed_page_by_page_and_deleted(world, unique):
    account = world.emulator.client("stepfunctions", account="777777777777")
    names = [f"{unique}-{number}" for number in range(5)]
    for name in names:
        account.create_state_machine(name=name, definition=PASS, roleArn=ROLE)
    found, token = [], {}
    while token is not None:
        page = account.list_state_machines(maxResults=2, **token)
        assert len(page["stateMachines"]) <= 2
        found += [one["name"] for one in page["stateMachines"]]
        token = {"nextToken": page["nextToken"]} if "nextToken" in page else None
    assert found == names
    machine = page["stateMachines"][-1]["stateMachineArn"]
    account.delete_state_machine(stateMachineArn=machine)
    account.delete_state_machine(stateMachineArn=machine)
    assert refusal(account.describe_state_machine, stateMachineArn=machine)[0] == "StateMachineDoesNotExist"
    assert len(account.list_state_machines()["stateMachines"]) == 4


@pytest.mark.parametrize("definition, code, message, location", [
    ({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}, "MISSING_TRANSITION_TARGET",
     "Missing 'Next' target: B", "/States/A/Next"),
    ({"StartAt": "X", "States": {"A": {"Type": "Pass", "End": True}}}, "MISSING_TRANSITION_TARGET",
     "Missing 'StartAt' target: X", "/StartAt"),
    ({"StartAt": "A", "States": {"A": {"Type": "Task", "End": True}}}, "SCHEMA_VALIDATION_FAILED",
     "These fields are required: [Resource]", "/States/A"),
    ({}, "SCHEMA_VALIDATION_FAILED", "These fields are required: [States, StartAt]", "/"),
])
def test_a_faulty_definition_is_refused_with_the_place(world, unique, definition, code, message, location):
    text = json.dumps(definition)
    checked = world.states.validate_state_machine_definition(definition=text)
    assert checked["result"] == "FAIL"
    assert {"severity": "ERROR", "code": code, "message": message, "location": location} in checked["diagnostics"]
    refused = refusal(world.states.create_state_machine, name=unique, definition=text, roleArn=ROLE)
    assert refused[0] == "InvalidDefinition" and f"{code}: {message} at {location}" in refused[1]


def test_what_is_no_definition_is_told_as_aws_does(world):
    def complaints(text):
        checked = world.states.validate_state_machine_definition(definition=text)
        return checked["result"], [(one["code"], one["message"], one.get("location")) for one in checked["diagnostics"]]

    assert complaints('"Pass"') == (
        "FAIL", [("SCHEMA_VALIDATION_FAILED", "Definition must be a valid JSON object", None)])
    place = '[Source: (String)"States: []"; line: 1, column: 7]'
    assert complaints("States: []") == ("FAIL", [(
        "INVALID_JSON_DESCRIPTION",
        "Unrecognized token 'States': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or "
        f"'false')\n at {place}", place)])


def test_a_sound_definition_is_found_so(world):
    checked = world.states.validate_state_machine_definition(definition=PASS)
    assert (checked["result"], checked["diagnostics"], checked["truncated"]) == ("OK", [], False)


@pytest.mark.parametrize("state, name", [
    ({"Type": "Pass", "QueryLanguage": "JSONata", "End": True}, "JSONata"),
    ({"Type": "Pass", "Assign": {"a": 1}, "End": True}, "Assign"),
    ({"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:getObject", "End": True}, "aws-sdk:s3:getObject"),
    ({"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync", "End": True}, "ecs:runTask.sync"),
    ({"Type": "Map", "End": True, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "I",
        "States": {"I": {"Type": "Pass", "End": True}}}}, "DISTRIBUTED"),
])
def test_what_is_absent_from_the_language_is_refused_by_name(world, unique, state, name):
    text = json.dumps({"StartAt": "A", "States": {"A": state}})
    code, message, status = refusal(world.states.create_state_machine, name=unique, definition=text, roleArn=ROLE)
    assert (code, status) == ("NotImplemented", 501) and name in message


@pytest.mark.parametrize("operation, arguments, name", [
    ("create_activity", {"name": "a"}, "CreateActivity"),
    ("start_sync_execution", {"stateMachineArn": arn("m")}, "StartSyncExecution"),
    ("redrive_execution", {"executionArn": f"arn:aws:states:us-east-1:{ACCOUNT}:execution:m:e"}, "RedriveExecution"),
    ("create_state_machine_alias", {"name": "live", "routingConfiguration": [
        {"stateMachineVersionArn": arn("m:1"), "weight": 100}]}, "CreateStateMachineAlias"),
])
def test_operations_that_are_absent_are_refused_by_name(world, operation, arguments, name):
    client = world.emulator.client("stepfunctions", inject_host_prefix=False)
    code, message, status = refusal(getattr(client, operation), **arguments)
    assert (code, status) == ("NotImplemented", 501) and name in message


def test_an_express_machine_is_refused_by_name(world, unique):
    code, message, status = refusal(
        world.states.create_state_machine, name=unique, definition=PASS, roleArn=ROLE, type="EXPRESS")
    assert (code, status) == ("NotImplemented", 501) and "EXPRESS" in message


CONSTRAINT = "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: {}"


@pytest.mark.parametrize("arguments, expected", [
    ({"name": "a b"}, ("InvalidName", "Invalid Name: 'a b'", 400)),
    ({"name": "a", "definition": "{}"}, ("InvalidDefinition", None, 400)),
    ({"name": "a", "definition": "{"}, ("InvalidDefinition", None, 400)),
    ({"name": "a", "roleArn": "role"}, ("InvalidArn", "Invalid Arn: 'Invalid ARN prefix: role'", 400)),
    ({"name": "a", "type": "QUICK"}, ("ValidationException", CONSTRAINT.format(
        "QUICK", "type", "Member must satisfy enum value set: [STANDARD, EXPRESS]"), 400)),
    ({"name": "a", "loggingConfiguration": {"level": "SOME"}}, ("ValidationException", CONSTRAINT.format(
        "SOME", "loggingConfiguration.level", "Member must satisfy enum value set: [ALL, ERROR, FATAL, OFF]"), 400)),
])
def test_creation_is_refused_in_the_words_of_aws(world, arguments, expected):
    found = refusal(world.states.create_state_machine, **{"definition": PASS, "roleArn": ROLE, **arguments})
    assert (found[0], found[2]) == (expected[0], expected[2])
    assert expected[1] is None or found[1] == expected[1]


@pytest.mark.parametrize("operation, arguments, code", [
    ("validate_state_machine_definition", {"definition": PASS, "type": "QUICK"}, "ValidationException"),
    ("validate_state_machine_definition", {"definition": PASS, "severity": "NOTE"}, "ValidationException"),
    ("describe_state_machine", {"stateMachineArn": "nonsense"}, "InvalidArn"),
    ("list_state_machines", {"nextToken": "nonsense"}, "InvalidToken"),
    ("list_tags_for_resource", {"resourceArn": arn("none")}, "ResourceNotFound"),
    ("list_state_machine_versions", {"stateMachineArn": arn("none")}, "StateMachineDoesNotExist"),
    ("publish_state_machine_version", {"stateMachineArn": arn("none")}, "StateMachineDoesNotExist"),
])
def test_what_is_not_there_is_told_so(world, operation, arguments, code):
    assert refusal(getattr(world.states, operation), **arguments)[0] == code


def test_an_update_that_changes_nothing_has_no_revision(world, unique):
    machine = world.machine(unique, PASS)
    for update in ({"definition": PASS}, {"definition": PASS, "publish": True}):
        assert "revisionId" not in world.states.update_state_machine(stateMachineArn=machine, **update)
    changed = world.states.update_state_machine(
        stateMachineArn=machine, definition=json.dumps({**json.loads(PASS), "Comment": "other"}))
    assert changed["revisionId"]
