"""boto3's SQS client over the Query protocol, which it spoke until late in 2023: its model of today with the names that lists
and maps bear in forms and in XML.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
"""

import copy
import json

import botocore.session

#: The members that are maps, under the name of one of their entries, and the names of an entry's key and value.
MAPS = {"Attributes": "Attribute", "MessageAttributes": "MessageAttribute", "Tags": "Tag", "tags": "Tag",
        "MessageSystemAttributes": "MessageSystemAttribute"}
#: What one of a list is called, where it is not the name of its shape.
ITEMS = {"QueueUrlList": "QueueUrl", "AttributeNameList": "AttributeName", "TagKeyList": "TagKey",
         "MessageSystemAttributeList": "MessageSystemAttributeName", "MessageAttributeNameList": "MessageAttributeName",
         "AWSAccountIdList": "AWSAccountId", "ActionNameList": "ActionName", "StringList": "StringListValue",
         "BinaryList": "BinaryListValue"}
#: Errors that the Query protocol knows by another code than by the name of their shape.
CODES = {"QueueDoesNotExist": "AWS.SimpleQueueService.NonExistentQueue"}


def query_model(model):
    """The service model of the Query protocol, out of that of JSON."""
    model = copy.deepcopy(model)
    metadata = model["metadata"]
    metadata.update(protocol="query", protocols=["query"], xmlNamespace="http://queue.amazonaws.com/doc/2012-11-05/")
    for name in ("awsQueryCompatible", "jsonVersion", "targetPrefix"):
        metadata.pop(name)
    for name, operation in model["operations"].items():
        if "output" in operation:
            operation["output"]["resultWrapper"] = f"{name}Result"
    for name, shape in model["shapes"].items():
        if shape["type"] == "list":
            shape["member"]["locationName"] = ITEMS.get(name, shape["member"]["shape"])
        elif shape["type"] == "map":
            shape["key"]["locationName"] = "Key" if name == "TagMap" else "Name"
            shape["value"]["locationName"] = "Value"
        elif name in CODES:
            shape["error"] = {"code": CODES[name], "httpStatusCode": 400, "senderFault": True}
        elif shape["type"] == "structure":
            for member, description in shape["members"].items():
                if member in MAPS and model["shapes"][description["shape"]]["type"] == "map":
                    description["locationName"] = MAPS[member]
    return model


def query_client(client, folder):
    """A client like `client`, over the Query protocol; its model is written below `folder`."""
    session = botocore.session.Session()
    loader = session.get_component("data_loader")
    version = loader.determine_latest_version("sqs", "service-2")
    written = folder / "sqs" / version / "service-2.json"
    written.parent.mkdir(parents=True)
    written.write_text(json.dumps(query_model(loader.load_service_model("sqs", "service-2"))))
    loader.search_paths.insert(0, str(folder))
    loader._cache.clear()
    credentials = client._get_credentials().get_frozen_credentials()
    return session.create_client(
        "sqs", region_name=client.meta.region_name, endpoint_url=client.meta.endpoint_url, config=client.meta.config,
        aws_access_key_id=credentials.access_key, aws_secret_access_key=credentials.secret_key,
        aws_session_token=credentials.token)
