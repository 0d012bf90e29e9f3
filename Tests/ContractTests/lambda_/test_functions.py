"""Functions as AWS's client makes, reads, changes and lists them."""

import base64
import hashlib
import urllib.request

from emulator import ACCOUNT

from .conftest import FOLDER, ROLE, refusal, zip_of

SCRIPT = (FOLDER / "bootstrap.sh").read_text()


def arn(name, qualifier=None):
    return f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}" + (f":{qualifier}" if qualifier else "")


def lasting(configuration):
    """A configuration but for what tells of the moment."""
    passing = {"State", "StateReason", "StateReasonCode", "LastUpdateStatus", "RevisionId", "ResponseMetadata"}
    return {name: value for name, value in configuration.items() if name not in passing}


def create(functions, name, **settings):
    return functions.create_function(
        **{"FunctionName": name, "Runtime": "provided.al2023", "Handler": "echo", "Role": ROLE,
           "Code": {"ZipFile": zip_of(bootstrap=SCRIPT)}, **settings})


def test_a_zip_runs_and_its_fingerprint_is_awss(functions, invoke, unique):
    code = zip_of(bootstrap=SCRIPT)
    made = create(functions, unique, Code={"ZipFile": code}, Timeout=10)
    assert made["CodeSha256"] == base64.b64encode(hashlib.sha256(code).digest()).decode()
    assert made["CodeSize"] == len(code)
    assert invoke(unique, {"a": 1})[0] == {"a": 1}


def test_a_zip_may_lie_in_s3(client, functions, invoke, unique):
    s3 = client("s3")
    s3.create_bucket(Bucket=unique)
    s3.put_object(Bucket=unique, Key="code.zip", Body=zip_of(bootstrap=SCRIPT))
    create(functions, unique, Code={"S3Bucket": unique, "S3Key": "code.zip"}, Timeout=10)
    assert invoke(unique, [1])[0] == [1]
    code, message, status = refusal(
        create, functions=functions, name=unique + "-none", Code={"S3Bucket": unique, "S3Key": "none.zip"})
    assert (code, status) == ("InvalidParameterValueException", 400)
    assert message.startswith("Error occurred while GetObject. S3 Error Code: NoSuchKey.")


def test_what_create_says_is_what_get_says(functions, unique):
    made = create(
        functions, unique, Description="d", Timeout=7, MemorySize=256, Environment={"Variables": {"TABLE": "1"}},
        TracingConfig={"Mode": "Active"}, EphemeralStorage={"Size": 1024}, Architectures=["arm64"],
        LoggingConfig={"LogFormat": "Text", "LogGroup": "/own/group"}, Tags={"team": "data"},
        DeadLetterConfig={"TargetArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead"})
    answer = functions.get_function(FunctionName=unique)
    assert lasting(answer["Configuration"]) == lasting(made)
    assert answer["Tags"] == {"team": "data"}
    for key, value in {
        "FunctionArn": arn(unique), "Version": "$LATEST", "State": "Pending", "StateReasonCode": "Creating",
        "PackageType": "Zip", "Architectures": ["arm64"], "Timeout": 7, "MemorySize": 256,
        "EphemeralStorage": {"Size": 1024}, "TracingConfig": {"Mode": "Active"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/own/group"}, "Environment": {"Variables": {"TABLE": "1"}},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "DeadLetterConfig": {"TargetArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead"},
    }.items():
        assert made[key] == value, key
    assert "VpcConfig" not in made and "Layers" not in made


def test_a_function_goes_through_awss_stages(functions, unique):
    made = create(functions, unique)
    assert made["StateReason"] == "The function is being created." and "LastUpdateStatus" not in made
    settled = functions.get_function_configuration(FunctionName=unique)
    assert (settled["State"], settled["LastUpdateStatus"]) == ("Active", "Successful")
    assert "StateReason" not in settled and settled["RuntimeVersionConfig"] == made["RuntimeVersionConfig"]
    assert settled["RevisionId"] != made["RevisionId"], "what has become active has another revision"
    changed = functions.update_function_configuration(FunctionName=unique, Timeout=4)
    assert (changed["State"], changed["LastUpdateStatus"]) == ("Active", "InProgress")
    assert changed["LastUpdateStatusReasonCode"] == "Creating"
    published = functions.update_function_code(FunctionName=unique, ZipFile=zip_of(bootstrap=SCRIPT), Publish=True)
    assert (published["State"], published["FunctionArn"]) == ("Pending", arn(unique, "1"))
    assert functions.get_function_configuration(FunctionName=unique, Qualifier="1")["State"] == "Active"
    versions = functions.list_versions_by_function(FunctionName=unique)["Versions"]
    assert [version["Version"] for version in versions] == ["$LATEST", "1"]
    assert not any({"State", "LastUpdateStatus", "RuntimeVersionConfig"} & set(version) for version in versions)


def test_a_version_that_create_publishes_is_told_without_its_number_in_the_arn(functions, unique):
    made = create(functions, unique, Publish=True)
    assert (made["Version"], made["FunctionArn"]) == ("1", arn(unique))
    assert functions.get_function(FunctionName=unique, Qualifier="1")["Configuration"]["FunctionArn"] == arn(unique, "1")


def test_the_code_can_be_had_where_get_says(functions, unique):
    code = zip_of(bootstrap=SCRIPT)
    create(functions, unique, Code={"ZipFile": code})
    with urllib.request.urlopen(functions.get_function(FunctionName=unique)["Code"]["Location"]) as answer:
        assert answer.read() == code


def test_awss_waiters_are_content(functions, unique):
    create(functions, unique)
    for waiter in ["function_exists", "function_active", "function_active_v2", "function_updated", "function_updated_v2"]:
        functions.get_waiter(waiter).wait(FunctionName=unique, WaiterConfig={"Delay": 1, "MaxAttempts": 1})


def test_settings_change_one_by_one_and_all_at_once(functions, unique):
    create(functions, unique, Description="d", Environment={"Variables": {"TABLE": "1"}})
    revision = functions.get_function_configuration(FunctionName=unique)["RevisionId"]
    changed = functions.update_function_configuration(FunctionName=unique, Timeout=9, RevisionId=revision)
    assert (changed["Timeout"], changed["Description"]) == (9, "d")
    assert refusal(
        functions.update_function_configuration, FunctionName=unique, Timeout=8, RevisionId=revision)[::2] == (
        "PreconditionFailedException", 412)
    everything = {
        "Role": ROLE + "-other", "Handler": "say", "Description": "", "Timeout": 900, "MemorySize": 10_240,
        "Environment": {"Variables": {}}, "TracingConfig": {"Mode": "Active"}, "EphemeralStorage": {"Size": 10_240},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/own"}, "Runtime": "provided.al2",
    }
    changed = functions.update_function_configuration(FunctionName=unique, **everything)
    assert {key: changed.get(key) for key in everything} == everything


def test_new_code_runs_from_the_next_event_on(functions, invoke, unique):
    made = create(functions, unique, Timeout=10)
    assert invoke(unique, {"a": 1})[0] == {"a": 1}
    other = zip_of(bootstrap=SCRIPT.replace('cp "$work/event" "$work/answer"', 'echo 2 > "$work/answer"'))
    dry = functions.update_function_code(FunctionName=unique, ZipFile=other, DryRun=True)
    assert dry["CodeSha256"] != made["CodeSha256"]
    assert invoke(unique, {"a": 1})[0] == {"a": 1}
    changed = functions.update_function_code(FunctionName=unique, ZipFile=other, Architectures=["arm64"])
    assert (changed["CodeSha256"], changed["Architectures"]) == (dry["CodeSha256"], ["arm64"])
    assert invoke(unique, {"a": 1})[0] == 2


def test_lists_come_in_pages(functions, unique):
    names = sorted(f"{unique}-{number}" for number in range(5))
    for name in names:
        create(functions, name)
    pages = list(functions.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2}))
    assert all(len(page["Functions"]) <= 2 for page in pages)
    listed = [function["FunctionName"] for page in pages for function in page["Functions"]]
    assert [name for name in listed if name.startswith(unique)] == names
    for name in names:
        functions.delete_function(FunctionName=name)
    assert refusal(functions.get_function, FunctionName=names[0]) == (
        "ResourceNotFoundException", f"Function not found: {arn(names[0])}", 404)


def test_tags(functions, unique):
    made = create(functions, unique, Tags={"a": "1"})
    functions.tag_resource(Resource=made["FunctionArn"], Tags={"b": "2", "c": "3"})
    functions.untag_resource(Resource=made["FunctionArn"], TagKeys=["a", "c"])
    assert functions.list_tags(Resource=made["FunctionArn"])["Tags"] == {"b": "2"}
    assert refusal(functions.list_tags, Resource=made["FunctionArn"] + ":1")[1] == (
        "Tags on function aliases and versions are not supported. Please specify a function ARN.")


def test_concurrency_is_reserved_and_given_back(functions, unique):
    create(functions, unique)
    before = functions.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    functions.put_function_concurrency(FunctionName=unique, ReservedConcurrentExecutions=5)
    assert functions.get_function_concurrency(FunctionName=unique)["ReservedConcurrentExecutions"] == 5
    assert functions.get_function(FunctionName=unique)["Concurrency"] == {"ReservedConcurrentExecutions": 5}
    assert functions.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"] == before - 5
    functions.delete_function_concurrency(FunctionName=unique)
    assert "ReservedConcurrentExecutions" not in functions.get_function_concurrency(FunctionName=unique)


def test_what_terraform_reads_besides(functions, unique):
    create(functions, unique)
    assert functions.get_function_code_signing_config(FunctionName=unique)["FunctionName"] == unique
    assert functions.get_function_recursion_config(FunctionName=unique)["RecursiveLoop"] == "Terminate"
    functions.put_function_recursion_config(FunctionName=unique, RecursiveLoop="Allow")
    assert functions.get_function_recursion_config(FunctionName=unique)["RecursiveLoop"] == "Allow"
    runtime = functions.get_runtime_management_config(FunctionName=unique)
    assert (runtime["UpdateRuntimeOn"], runtime["FunctionArn"]) == ("Auto", arn(unique))
    assert refusal(functions.get_policy, FunctionName=unique) == (
        "ResourceNotFoundException", "The resource you requested does not exist.", 404)
    assert refusal(functions.get_function_event_invoke_config, FunctionName=unique) == (
        "ResourceNotFoundException", f"The function {arn(unique, '$LATEST')} doesn't have an EventInvokeConfig", 404)
    versions = functions.list_versions_by_function(FunctionName=unique)["Versions"]
    assert [version["Version"] for version in versions] == ["$LATEST"]


def test_what_is_absent_is_refused_by_name(functions, unique):
    create(functions, unique)
    for call, arguments, name in [
        (functions.create_function_url_config, {"FunctionName": unique, "AuthType": "NONE"}, "CreateFunctionUrlConfig"),
        (functions.publish_layer_version, {"LayerName": "l", "Content": {"ZipFile": b"x"}}, "PublishLayerVersion"),
        (functions.update_function_configuration, {"FunctionName": unique, "SnapStart": {"ApplyOn": "PublishedVersions"}},
         "SnapStart"),
        (functions.update_function_configuration,
         {"FunctionName": unique, "Layers": [f"arn:aws:lambda:us-east-1:{ACCOUNT}:layer:l:1"]}, "Layers"),
    ]:
        code, message, status = refusal(call, **arguments)
        assert (code, status) == ("NotImplemented", 501) and name in message


def test_a_zip_that_climbs_out_of_its_folder_is_refused(functions, unique):
    assert refusal(
        create, functions=functions, name=unique,
        Code={"ZipFile": zip_of(**{"bootstrap": SCRIPT, "../outside": "x"})})[:2] == (
        "InvalidParameterValueException",
        "Could not unzip uploaded file. Please check your file, then try to upload again.")
