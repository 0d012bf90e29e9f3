"""What Lambda refuses, in AWS's codes and words: a table of calls."""

import pytest

from .conftest import ROLE, refusal, zip_of
from .test_functions import arn, create

INVALID = ("InvalidParameterValueException", 400)
MISSING = ("ResourceNotFoundException", 404)
CONSTRAINT = ("ValidationException", 400)
WHOLE = (
    "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please "
    "specify either a function name or an unqualified function ARN.")


@pytest.fixture(scope="module")
def lone(functions):
    """A function with version 1 and the alias `live`, which the refused calls leave as it is."""
    name = "refusing"
    create(functions, name)
    functions.publish_version(FunctionName=name)
    functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    yield name
    functions.delete_function(FunctionName=name)


def violation(value, member, rule):
    return f"1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: {rule}"


def permit(**settings):
    return ("add_permission", {
        "StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com", **settings})


def creation(**settings):
    return ("create_function", {
        "FunctionName": "never", "Runtime": "provided.al2023", "Handler": "echo", "Role": ROLE,
        "Code": {"ZipFile": zip_of(bootstrap="#!/bin/sh\n")}, **settings})


@pytest.mark.parametrize("call, kind, message", [
    (creation(FunctionName="n" * 65), INVALID,
     violation(f"'{'n' * 65}'", "functionName", "Member must have length less than or equal to 64")),
    (creation(FunctionName=arn("n" * 100)), CONSTRAINT,
     violation(f"'{arn('n' * 100)}'", "functionName", "Member must have length less than or equal to 140")),
    (creation(Runtime="provided"), INVALID,
     "The runtime parameter of provided is no longer supported for creating or updating AWS Lambda functions. We "
     "recommend you use the new runtime (provided.al2023) while creating or updating functions."),
    (("get_function", {"FunctionName": "n" * 257}), CONSTRAINT,
     violation(f"'{'n' * 257}'", "functionName", "Member must have length less than or equal to 256")),
    (("publish_version", {"FunctionName": "n" * 141}), CONSTRAINT,
     violation(f"'{'n' * 141}'", "functionName", "Member must have length less than or equal to 140")),
    (("invoke", {"FunctionName": "refusing", "Qualifier": "q" * 129}), CONSTRAINT,
     violation(f"'{'q' * 129}'", "qualifier", "Member must have length less than or equal to 128")),
    (("get_alias", {"FunctionName": "refusing", "Name": "7"}), CONSTRAINT, violation(
        "'7'", "name", "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)")),
    (creation(Architectures=["arm64", "x86_64"]), CONSTRAINT,
     violation("'[arm64, x86_64]'", "architectures", "Member must have length less than or equal to 1")),
    (creation(Architectures=["mips"]), CONSTRAINT, violation(
        "'[mips]'", "architectures",
        "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]")),
    (("put_function_concurrency", {"FunctionName": "nobody", "ReservedConcurrentExecutions": 10**6}), MISSING,
     f"Function not found: {arn('nobody', '$LATEST')}"),
    (("put_function_concurrency", {"FunctionName": arn("refusing", "1"), "ReservedConcurrentExecutions": 1}), INVALID,
     WHOLE),
    (("get_function_concurrency", {"FunctionName": "nobody"}), MISSING, f"Function not found: {arn('nobody')}"),
    (("create_alias", {"FunctionName": "nobody", "Name": "a", "FunctionVersion": "7"}), MISSING,
     f"Function not found: {arn('nobody', '7')}"),
    (("invoke", {"FunctionName": "nobody"}), MISSING, f"Function not found: {arn('nobody', '$LATEST')}"),
    (("invoke", {"FunctionName": "refusing", "Qualifier": "gone"}), MISSING,
     f"Function not found: {arn('refusing', 'gone')}"),
    (("get_function", {"FunctionName": "nobody"}), MISSING, f"Function not found: {arn('nobody')}"),
    (("get_function", {"FunctionName": "nobody", "Qualifier": "3"}), MISSING,
     f"Function not found: {arn('nobody', '3')}"),
    (("get_function_configuration", {"FunctionName": arn("nobody", "$LATEST")}), MISSING,
     f"Function not found: {arn('nobody', '$LATEST')}"),
    (("delete_function", {"FunctionName": "nobody", "Qualifier": "$LATEST"}), INVALID,
     "$LATEST version cannot be deleted without deleting the function."),
    (("delete_function", {"FunctionName": "nobody", "Qualifier": "3"}), MISSING,
     f"Function not found: {arn('nobody')}"),
    (("tag_resource", {"Resource": "arn:aws:lambda", "Tags": {"a": "b"}}), CONSTRAINT, None),
    (("tag_resource", {"Resource": arn("nobody"), "Tags": {"a": "b"}}), MISSING, f"Function not found: {arn('nobody')}"),
    (("tag_resource", {"Resource": arn("refusing"), "Tags": {}}), INVALID,
     "An error occurred and the request cannot be processed."),
    (("tag_resource", {"Resource": arn("refusing"), "Tags": {f"k{number}": "v" for number in range(51)}}), INVALID,
     "Number of tags exceeds resource tag limit."),
    (("untag_resource", {"Resource": arn("refusing"), "TagKeys": []}), CONSTRAINT,
     violation("null", "tagKeys", "Member must not be null")),
    (permit(Principal="nobody.example"), INVALID,
     "The provided principal was invalid. Please check the principal and try again."),
    (permit(SourceAccount="12"), CONSTRAINT,
     violation("'12'", "sourceAccount", r"Member must satisfy regular expression pattern: \d{12}")),
    (permit(SourceArn="bucket"), CONSTRAINT, None),
    (permit(Action="lambda:Invoke2"), CONSTRAINT, violation(
        "'lambda:Invoke2'", "action",
        "Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])")),
    (permit(PrincipalOrgID="o-1"), CONSTRAINT, violation(
        "'o-1'", "principalOrgID", "Member must satisfy regular expression pattern: o-[a-z0-9]{10,32}")),
    (permit(EventSourceToken="a token"), CONSTRAINT, violation(
        "'a token'", "eventSourceToken", r"Member must satisfy regular expression pattern: [a-zA-Z0-9._\-]+")),
    (("update_function_configuration", {"FunctionName": "refusing", "LoggingConfig": {"LogGroup": "a group"}}), CONSTRAINT,
     violation("'a group'", "loggingConfig.logGroup",
               r"Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+")),
    (permit(Qualifier="$LATEST"), INVALID, "We currently do not support adding policies for $LATEST."),
    (permit(Qualifier="9"), MISSING, f"Function not found: {arn('refusing', '9')}"),
    (permit(Qualifier="dead"), MISSING, f"Cannot find alias arn: {arn('refusing', 'dead')}"),
    (permit(Qualifier="no-$-alias"), MISSING, f"Function not found: {arn('refusing', 'no-$-alias')}"),
    (permit(Qualifier="a?"), CONSTRAINT, None),
    (("remove_permission", {"FunctionName": "nobody", "StatementId": "s"}), MISSING,
     f"No policy found for: {arn('nobody')}"),
    (("remove_permission", {"FunctionName": "refusing", "StatementId": "s"}), MISSING,
     "No policy is associated with the given resource."),
])
def test_a_refusal_is_awss(client, lone, call, kind, message):
    name, arguments = call
    functions = client("lambda", parameter_validation=False)
    if name == "add_permission":
        arguments = {"FunctionName": lone, **arguments}
    code, text, status = refusal(getattr(functions, name), **arguments)
    assert (code, status) == kind, text
    assert message is None or text == message


def test_variables_are_measured_as_json(functions, unique):
    most = 4096 - len('{"NAME":""}')
    create(functions, unique, Environment={"Variables": {"NAME": "v" * most}})
    code, message, status = refusal(
        functions.update_function_configuration, FunctionName=unique,
        Environment={"Variables": {"NAME": "v" * (most + 1)}})
    assert (code, status) == INVALID and message.endswith('String measured: {"NAME":"' + "v" * (most + 1) + '"}')


def test_publishing_gives_the_function_another_revision(functions, unique):
    create(functions, unique)
    before = functions.get_function_configuration(FunctionName=unique)["RevisionId"]
    published = functions.publish_version(FunctionName=unique, RevisionId=before)
    after = functions.get_function_configuration(FunctionName=unique)["RevisionId"]
    assert len({before, after, published["RevisionId"]}) == 3
    functions.publish_version(FunctionName=unique, RevisionId=after)
    assert functions.get_function_configuration(FunctionName=unique)["RevisionId"] == after, "nothing was published"
