"""Calls on items that no client of AWS's would send, and the text of the refusal each of them gets."""

ONE = "One or more parameter values were invalid: "
NOT_VALID = "One or more parameter values are not valid. "
INVALID = "ValidationException"

KEY = {"pk": {"S": "there"}, "sk": {"N": "1"}}


def item(**attributes):
    return {**KEY, **attributes}


def put(**attributes):
    return "PutItem", {"Item": item(**attributes)}


def update(expression, values=None, names=None, **more):
    members = {"Key": KEY, "UpdateExpression": expression, **more}
    if values is not None:
        members["ExpressionAttributeValues"] = values
    if names is not None:
        members["ExpressionAttributeNames"] = names
    return "UpdateItem", members


def condition(expression, values=None, names=None):
    members = {"Item": item(), "ConditionExpression": expression}
    if values is not None:
        members["ExpressionAttributeValues"] = values
    if names is not None:
        members["ExpressionAttributeNames"] = names
    return "PutItem", members


def query(expression, values=None, names=None, **more):
    members = {"KeyConditionExpression": expression, **more}
    if values is not None:
        members["ExpressionAttributeValues"] = values
    if names is not None:
        members["ExpressionAttributeNames"] = names
    return "Query", members


N1 = {"N": "1"}
LONG = "9" * 39

_CASES = {
    # Attribute values
    "an empty set of strings": (put(x={"SS": []}), ONE + "An string set  may not be empty"),
    "an empty set of numbers": (put(x={"NS": []}), ONE + "An number set  may not be empty"),
    "an empty set of binaries": (put(x={"BS": []}), ONE + "Binary sets should not be empty"),
    "a set with a repeat": (put(x={"SS": ["a", "b", "a"]}), ONE + 'Input collection ["a", "b", "a"] contains duplicates.'),
    "a set of numbers with a repeat": (put(x={"NS": ["1", "1.0"]}), ONE + "Input collection contains duplicates."),
    "two types": (
        put(x={"S": "a", "N": "1"}),
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"),
    "no type": (
        put(x={}), "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
    "an attribute without a name": (put(**{"": N1}), "Empty attribute name"),
    "no number": (put(x={"N": "five"}), "The parameter cannot be converted to a numeric value: five"),
    "an empty number": (put(x={"N": ""}), "The parameter cannot be converted to a numeric value: "),
    "39 digits": (
        put(x={"N": LONG}), "Attempting to store more than 38 significant digits in a Number"),
    "a number too large": (
        put(x={"N": "1e126"}),
        "Number overflow. Attempting to store a number with magnitude larger than supported range"),
    "a zero too large": (
        put(x={"N": "0e126"}),
        "Number overflow. Attempting to store a number with magnitude larger than supported range"),
    "a number whose exponent is none": (
        put(x={"N": "1e9223372036854775808"}),
        "The parameter cannot be converted to a numeric value: 1e9223372036854775808"),
    "a number too small": (
        put(x={"N": "1e-131"}),
        "Number underflow. Attempting to store a number with magnitude smaller than supported range"),
    "a number in a list that is none": (
        put(x={"L": [{"N": "x"}]}), "The parameter cannot be converted to a numeric value: x"),
    # Keys
    "a put without its sort key": (
        ("PutItem", {"Item": {"pk": {"S": "a"}}}), ONE + "Missing the key sk in the item"),
    "a put without its partition key": (
        ("PutItem", {"Item": {"sk": N1}}), ONE + "Missing the key pk in the item"),
    "a key of another type in a put": (
        ("PutItem", {"Item": {"pk": {"N": "1"}, "sk": N1}}), ONE + "Type mismatch for key pk expected: S actual: N"),
    "an empty partition key": (
        ("PutItem", {"Item": {"pk": {"S": ""}, "sk": N1}}),
        NOT_VALID + "The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"),
    "an index key of another type": (
        put(kind={"N": "1"}), ONE + "Type mismatch for Index Key kind Expected: S Actual: N IndexName: kinds"),
    "an empty index key": (
        put(kind={"S": ""}),
        NOT_VALID + "A value specified for a secondary index key is not supported. The AttributeValue for a key attribute "
        "cannot contain an empty string value. IndexName: kinds, IndexKey: kind"),
    "a get with half a key": (
        ("GetItem", {"Key": {"pk": {"S": "a"}}}), "The provided key element does not match the schema"),
    "a get with more than a key": (
        ("GetItem", {"Key": {**KEY, "x": N1}}), "The provided key element does not match the schema"),
    "a get with a key of another type": (
        ("GetItem", {"Key": {"pk": N1, "sk": N1}}), "The provided key element does not match the schema"),
    "a get with an empty key": (
        ("GetItem", {"Key": {"pk": {"S": ""}, "sk": N1}}),
        NOT_VALID + "The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"),
    "a partition key of 2,049 bytes": (
        ("GetItem", {"Key": {"pk": {"S": "x" * 2049}, "sk": N1}}),
        ONE + "Size of hashkey has exceeded the maximum size limit of2048 bytes"),
    "an update of the key": (
        update("SET sk = :v", {":v": N1}),
        ONE + "Cannot update attribute sk. This attribute is part of the key"),
    "an item beyond 400 KB": (put(x={"S": "x" * 410_000}), "Item size has exceeded the maximum allowed size"),
    # Names and values of expressions
    "a value that is not used": (
        update("SET x = :v", {":v": N1, ":w": N1}),
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}"),
    "a name that is not used": (
        update("SET x = :v", {":v": N1}, {"#n": "n"}),
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}"),
    "a value that is not there": (
        condition("x = :v"),
        "Invalid ConditionExpression: An expression attribute value used in expression is not defined; "
        "attribute value: :v"),
    "a name that is not there": (
        condition("#n = :v", {":v": N1}),
        "Invalid ConditionExpression: An expression attribute name used in the document path is not defined; "
        "attribute name: #n"),
    "a reserved word": (
        condition("status = :v", {":v": N1}),
        "Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: status"),
    "a reserved word in an update": (
        update("SET name = :v", {":v": N1}),
        "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: name"),
    "values without an expression": (
        ("PutItem", {"Item": item(), "ExpressionAttributeValues": {":v": N1}}),
        "ExpressionAttributeValues can only be specified when using expressions"),
    "names without an expression": (
        ("GetItem", {"Key": KEY, "ExpressionAttributeNames": {"#n": "n"}}),
        "ExpressionAttributeNames can only be specified when using expressions"),
    "empty values": (
        update("SET x = :v", {}), "ExpressionAttributeValues must not be empty"),
    "empty names": (
        condition("attribute_exists(x)", None, {}), "ExpressionAttributeNames must not be empty"),
    "a value's name without a colon": (
        update("SET x = :v", {"v": N1}),
        'ExpressionAttributeValues contains invalid key: Syntax error; key: "v"'),
    "a name's name without a hash": (
        condition("attribute_exists(x)", None, {"n": "n"}),
        'ExpressionAttributeNames contains invalid key: Syntax error; key: "n"'),
    "a value that is invalid": (
        update("SET x = :v", {":v": {"SS": []}}), ONE + "An string set  may not be empty"),
    "a value of a query that is invalid": (
        query("pk = :v", {":v": {"NS": ["2", "1", "2"]}}), ONE + "Input collection contains duplicates."),
    "a start of a query that is invalid": (
        query("pk = :v", {":v": {"S": "a"}}, ExclusiveStartKey={"pk": {"BS": ["/w==", "AA==", "AA=="]}}),
        ONE + 'Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.'),
    "a value of a scan that is invalid": (
        ("Scan", {"FilterExpression": "x = :v", "ExpressionAttributeValues": {":v": {"SS": ["b", "a", "b"]}}}),
        "ExpressionAttributeValues contains invalid value: " + ONE
        + "Input collection [b, a, b] contains duplicates. for key :v"),
    # Syntax
    "an empty condition": (condition(""), "Invalid ConditionExpression: The expression can not be empty;"),
    "a condition that ends early": (
        condition("x ="), 'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "="'),
    "a condition with a stray sign": (
        condition("x % :v", {":v": N1}), 'Invalid ConditionExpression: Syntax error; token: "%", near: "x % :v"'),
    "redundant brackets": (
        condition("((attribute_exists(x)))"),
        "Invalid ConditionExpression: The expression has redundant parentheses;"),
    "a function that is none": (
        condition("sizes(x) > :v", {":v": N1}),
        "Invalid ConditionExpression: Invalid function name; function: sizes"),
    "a function with too few operands": (
        condition("begins_with(x)"),
        "Invalid ConditionExpression: Incorrect number of operands for operator or function; operator or function: "
        "begins_with, number of operands: 1"),
    "size as a condition": (
        condition("size(x)"),
        "Invalid ConditionExpression: The function is not allowed to be used this way in an expression; function: size"),
    "a type that is none": (
        condition("attribute_type(x, :v)", {":v": {"S": "X"}}),
        "Invalid ConditionExpression: Invalid attribute type name found; type: X, valid types: "
        "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}"),
    "a type that is no text": (
        condition("attribute_type(x, :v)", {":v": N1}),
        "Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: "
        "attribute_type, operand type: N"),
    "BETWEEN the wrong way round": (
        condition("x BETWEEN :a AND :b", {":a": {"N": "2"}, ":b": {"N": "1"}}),
        "Invalid ConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower "
        'bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}'),
    "BETWEEN of two types": (
        condition("x BETWEEN :a AND :b", {":a": {"N": "2"}, ":b": {"S": "3"}}),
        "Invalid ConditionExpression: The BETWEEN operator requires same data type for lower and upper bounds; lower "
        "bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {S:3}"),
    "a comparison of a thing with itself": (
        condition("x = x"),
        "Invalid ConditionExpression: The first operand must be distinct from the remaining operands for this operator "
        "or function; operator: =, first operand: [x]"),
    "begins_with of a number": (
        condition("begins_with(x, :v)", {":v": N1}),
        "Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: "
        "begins_with, operand type: N"),
    # Updates
    "a clause twice": (
        update("SET x = :v SET y = :v", {":v": N1}),
        'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;'),
    "one path twice": (
        update("SET x = :v, x = :v", {":v": N1}),
        "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these "
        "paths; path one: [x], path two: [x]"),
    "paths that contradict each other": (
        update("SET m.x = :v, m[0] = :v", {":v": N1}),
        "Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these "
        "paths; path one: [m, x], path two: [m, [0]]"),
    "ADD of a text": (
        update("ADD x :v", {":v": {"S": "a"}}),
        "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING, "
        "typeSet: ALLOWED_FOR_ADD_OPERAND"),
    "DELETE of a number": (
        update("DELETE ss :v", {":v": N1}),
        "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: "
        "NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND"),
    "ADD of a number to a text": (
        update("ADD s :v", {":v": N1}),
        "An operand in the update expression has an incorrect data type"),
    "a sum with a text": (
        update("SET x = s + :v", {":v": N1}), "An operand in the update expression has an incorrect data type"),
    "a sum with a text that was given": (
        update("SET x = n + :v", {":v": {"S": "a"}}),
        "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand "
        "type: S"),
    "a path into nothing": (
        update("SET absent.x = :v", {":v": N1}),
        "The document path provided in the update expression is invalid for update"),
    "a path through a text": (
        update("SET s.x = :v", {":v": N1}),
        "The document path provided in the update expression is invalid for update"),
    "an attribute that is not there": (
        update("SET x = absent"), "The provided expression refers to an attribute that does not exist in the item"),
    "both kinds of parameters": (
        update("SET x = :v", {":v": N1}, AttributeUpdates={"x": {"Value": N1}}),
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
        "{AttributeUpdates} Expression parameters: {UpdateExpression}"),
    "a return value that is none": (
        update("SET x = :v", {":v": N1}, ReturnValues="SOME"),
        "1 validation error detected: Value 'SOME' at 'returnValues' failed to satisfy constraint: Member must satisfy "
        "enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"),
    "a put that would return what is new": (
        ("PutItem", {"Item": item(), "ReturnValues": "ALL_NEW"}), "ReturnValues can only be ALL_OLD or NONE"),
    # Queries and scans
    "a query without a condition": (
        ("Query", {}),
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."),
    "a query without the partition key": (
        query("sk = :v", {":v": N1}), "Query condition missed key schema element: pk"),
    "a query over a range of partitions": (
        query("pk > :v", {":v": {"S": "a"}}), "Query key condition not supported"),
    "a query with redundant brackets": (
        query("((pk = :v))", {":v": {"S": "a"}}),
        "Invalid KeyConditionExpression: The expression has redundant parentheses;"),
    "a query with two conditions on a key": (
        query("pk = :v AND sk > :w AND sk < :w", {":v": {"S": "a"}, ":w": N1}),
        "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key"),
    "a query with more conditions than the key has attributes": (
        query("pk = :v AND sk > :w AND n = :w", {":v": {"S": "a"}, ":w": N1}),
        "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)"),
    "a query with OR": (
        query("pk = :v OR sk = :w", {":v": {"S": "a"}, ":w": N1}),
        "Invalid operator used in KeyConditionExpression: OR"),
    "a query with a function of filters": (
        query("pk = :v AND contains(sk, :w)", {":v": {"S": "a"}, ":w": N1}),
        "Invalid operator used in KeyConditionExpression: contains"),
    "a query by a key of another type": (
        query("pk = :v", {":v": N1}),
        ONE + "Condition parameter type does not match schema type"),
    "a filter on a key": (
        query("pk = :v", {":v": {"S": "a"}, ":w": N1}, FilterExpression="sk = :w"),
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk"),
    "an index that is not there": (
        query("pk = :v", {":v": {"S": "a"}}, IndexName="absent"), "The table does not have the specified index: absent"),
    "a strong read of a global index": (
        query("kind = :v", {":v": {"S": "a"}}, IndexName="kinds", ConsistentRead=True),
        "Consistent reads are not supported on global secondary indexes"),
    "all attributes of an index that has but keys": (
        query("kind = :v", {":v": {"S": "a"}}, IndexName="kinds", Select="ALL_ATTRIBUTES"),
        ONE + "Select type ALL_ATTRIBUTES is not supported for global secondary index kinds because its projection type "
        "is not ALL"),
    "a page of none": (
        query("pk = :v", {":v": {"S": "a"}}, Limit=0),
        "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than "
        "or equal to 1"),
    "a segment without a total": (
        ("Scan", {"Segment": 0}),
        "The TotalSegments parameter is required but was not present in the request when Segment parameter is present"),
    "a segment beyond its total": (
        ("Scan", {"Segment": 3, "TotalSegments": 3}),
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 3 is not less than "
        "TotalSegments: 3"),
    "a start that is no key": (
        ("Scan", {"ExclusiveStartKey": {"pk": {"S": "a"}}}),
        "The provided starting key is invalid: The provided key element does not match the schema"),
    "specific attributes without naming any": (
        ("Scan", {"Select": "SPECIFIC_ATTRIBUTES"}),
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"),
    "conditions combined where there are none": (
        ("Scan", {"ConditionalOperator": "AND"}), "ConditionalOperator cannot be used without Filter or Expected"),
    "one condition combined": (
        ("PutItem", {"Item": item(), "ConditionalOperator": "OR", "Expected": {"x": {"Exists": False}}}),
        "ConditionalOperator can only be used when Filter or Expected has two or more elements"),
    "a filter of old beside an expression": (
        ("Scan", {"ScanFilter": {"x": {"ComparisonOperator": "NULL"}}, "ProjectionExpression": "x"}),
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
        "{ScanFilter} Expression parameters: {ProjectionExpression}"),
    "a name's mark of 256 bytes": (
        condition("attribute_exists(x)", names={"#" + "n" * 255: "x"}),
        "ExpressionAttributeNames contains invalid key: The expression attribute map contains a key that is too long; "
        "size of key: 256"),
    "a value's mark of 256 bytes": (
        condition("attribute_exists(x)", {":" + "v" * 255: N1}),
        "ExpressionAttributeValues contains invalid key: The expression attribute map contains a key that is too long;"),
    "a mark that stands for no name": (
        condition("attribute_exists(#n)", names={"#n": ""}),
        "ExpressionAttributeNames contains invalid value: Empty attribute name for key #n"),
    "a set of strings with a null": (
        put(x={"SS": ["a", None]}), ONE + "An string set may not have a null string as a member"),
    "a set of binaries with a null": (
        put(x={"BS": ["QQ==", None]}), ONE + "Binary sets may not contain null or empty values"),
    "a projection that overlaps": (
        ("GetItem", {"Key": KEY, "ProjectionExpression": "m, m.x"}),
        "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these "
        "paths; path one: [m], path two: [m, x]"),
}

# What the writes find wrong only when they know the table, or the item; the rest of what they refuse they count.
_FOUND_LATE = {
    "a put without its sort key", "a put without its partition key", "a key of another type in a put",
    "an empty partition key", "an index key of another type", "an empty index key", "an update of the key",
    "ADD of a number to a text", "a sum with a text", "a path into nothing", "a path through a text",
    "an attribute that is not there", "a return value that is none",
}

CASES = {
    what: (call, message if call[0] not in ("PutItem", "UpdateItem") or what in _FOUND_LATE
           else "1 validation error detected: " + message)
    for what, (call, message) in _CASES.items()
}
