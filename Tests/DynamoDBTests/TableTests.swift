import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import Testing

@testable import DynamoDB

@Suite struct `Tables` {
    @Test func `a new table is described as AWS describes it`() async throws {
        let world = try World()
        let created = try await world.call(
            "CreateTable",
            json: """
                {"TableName":"table","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
                "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
                "ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":6},"Tags":[{"Key":"k","Value":"v"}]}
                """)["TableDescription"]
        #expect(created?["TableStatus"] == "CREATING")
        try await world.put(#"{"pk":{"S":"k"}}"#)
        let table = try await world.call("DescribeTable", ["TableName": "table"])["Table"]
        #expect(table?["TableStatus"] == "ACTIVE")
        #expect(table?["TableArn"] == "arn:aws:dynamodb:us-east-1:000000000000:table/table")
        #expect(table?["ItemCount"] == 1)
        #expect(table?["TableSizeBytes"] == 3)
        #expect(table?["CreationDateTime"] == .number("1772388000"))
        #expect(
            table?["ProvisionedThroughput"]
                == ["NumberOfDecreasesToday": 0, "ReadCapacityUnits": 5, "WriteCapacityUnits": 6])
        #expect(table?["BillingModeSummary"] == nil)
        #expect(table?["DeletionProtectionEnabled"] == false)
    }

    @Test func `an ARN names a table as its name does`() async throws {
        let world = try World()
        try await world.makeTable()
        let arn: JSONValue = "arn:aws:dynamodb:us-east-1:000000000000:table/table"
        try await world.call("PutItem", ["TableName": arn, "Item": ["pk": ["S": "k"]]])
        #expect(try await world.call("DescribeTable", ["TableName": arn])["Table"]?["ItemCount"] == 1)
        let elsewhere: JSONValue = "arn:aws:dynamodb:us-east-1:111111111111:table/table"
        #expect(
            try await world.refusal("GetItem", ["TableName": elsewhere, "Key": ["pk": ["S": "k"]]]).code
                == "ResourceNotFoundException")
    }

    @Test func `a deleted table takes its items along, and its name is free`() async throws {
        let world = try World()
        try await world.makeIndexedTable("table")
        try await world.put(#"{"pk":{"S":"k"},"sk":{"S":"s"},"a":{"S":"x"}}"#)
        let deleted = try await world.call("DeleteTable", ["TableName": "table"])["TableDescription"]
        #expect(deleted?["TableStatus"] == "DELETING")
        let missing = try await world.refusal("DescribeTable", ["TableName": "table"])
        #expect(missing.type == "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException")
        #expect(missing.message == "Requested resource not found: Table: table not found")
        #expect(
            try await world.refusal("GetItem", ["TableName": "table", "Key": ["pk": ["S": "k"]]]).message
                == "Requested resource not found")
        try await world.makeTable()
        #expect(try await world.service.count(table: "table") == 0)
    }

    /// Rows of the first table's items and of the first index's entries, and expiries.
    private static func rows(_ world: World) async throws -> Int {
        try await world.database.read { db in
            let store = DynamoDBStore(db)
            return try store.contents(ofTable: 1).count + store.entryCount(index: 1)
                + (store.nextExpiry(table: 1) == nil ? 0 : 1)
        }
    }

    @Test func `what a deleted table leaves is taken out piece by piece`() async throws {
        let world = try World()
        try await world.call(
            "CreateTable",
            json: """
                {"TableName":"large","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
                "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"}],
                "GlobalSecondaryIndexes":[{"IndexName":"all","Projection":{"ProjectionType":"ALL"},
                "KeySchema":[{"AttributeName":"g","KeyType":"HASH"}]}]}
                """)
        try await world.call(
            "UpdateTimeToLive",
            json: #"{"TableName":"large","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}}"#)
        for batch in 0..<100 {
            let puts = (0..<25).map { index -> JSONValue in
                let item: JSONValue = [
                    "pk": ["S": .string("\(batch)-\(index)")], "g": ["S": "g"], "ttl": ["N": "9999999999"],
                ]
                return ["PutRequest": ["Item": item]]
            }
            try await world.call("BatchWriteItem", ["RequestItems": ["large": .array(puts)]])
        }
        #expect(try await Self.rows(world) == 2 * 2500 + 1)
        try await world.call("DeleteTable", ["TableName": "large"])
        await world.service.purge.finished()
        #expect(try await Self.rows(world) == 0)
    }

    @Test func `tags of another account are not for this caller`() async throws {
        let world = try World()
        let arn = "arn:aws:dynamodb:us-east-1:111122223333:table/other"
        let refusal = try await world.refusal("ListTagsOfResource", json: #"{"ResourceArn":"\#(arn)"}"#)
        #expect(refusal.type == "com.amazon.coral.service#AccessDeniedException")
        #expect(
            refusal.body["Message"]
                == .string(
                    "User: arn:aws:iam::000000000000:root is not authorized to perform: dynamodb:ListTagsOfResource "
                        + "on resource: \(arn)"))
    }

    @Test func `a protected table is not deleted`() async throws {
        let world = try World()
        try await world.makeTable()
        try await world.call("UpdateTable", ["TableName": "table", "DeletionProtectionEnabled": true])
        #expect(
            try await world.refusal("DeleteTable", ["TableName": "table"]).message
                == "Resource cannot be deleted as it is currently protected against deletion. "
                + "Disable deletion protection first. Resource: arn:aws:dynamodb:us-east-1:000000000000:table/table")
        try await world.call("UpdateTable", ["TableName": "table", "DeletionProtectionEnabled": false])
        try await world.call("DeleteTable", ["TableName": "table"])
    }

    @Test func `tables are listed in order, page by page`() async throws {
        let world = try World()
        for name in ["bbb", "aaa", "ccc", "ddd"] { try await world.makeTable(name) }
        let first = try await world.call("ListTables", ["Limit": 3])
        #expect(first["TableNames"] == ["aaa", "bbb", "ccc"])
        #expect(first["LastEvaluatedTableName"] == "ccc")
        let rest = try await world.call("ListTables", ["Limit": 3, "ExclusiveStartTableName": "ccc"])
        #expect(rest == ["TableNames": ["ddd"]])
    }

    @Test func `billing changes both ways`() async throws {
        let world = try World()
        try await world.makeTable()
        world.clock.advance(by: .seconds(10))
        let provisioned = try await world.call(
            "UpdateTable",
            json: """
                {"TableName":"table","BillingMode":"PROVISIONED",
                "ProvisionedThroughput":{"ReadCapacityUnits":2,"WriteCapacityUnits":3}}
                """)["TableDescription"]
        #expect(provisioned?["BillingModeSummary"]?["BillingMode"] == "PROVISIONED")
        #expect(provisioned?["ProvisionedThroughput"]?["WriteCapacityUnits"] == 3)
        #expect(provisioned?["ProvisionedThroughput"]?["LastIncreaseDateTime"] == .number("1772388010"))
        let same = try await world.refusal(
            "UpdateTable",
            try JSONValue(
                parsing:
                    #"{"TableName":"table","ProvisionedThroughput":{"ReadCapacityUnits":2,"WriteCapacityUnits":3}}"#))
        #expect(same.message.hasPrefix("The provisioned throughput for the table will not change."))
        let onDemand = try await world.call("UpdateTable", ["TableName": "table", "BillingMode": "PAY_PER_REQUEST"])
        #expect(onDemand["TableDescription"]?["BillingModeSummary"]?["BillingMode"] == "PAY_PER_REQUEST")
    }

    @Test func `tags are added, replaced, listed and removed`() async throws {
        let world = try World()
        try await world.makeTable()
        let arn: JSONValue = "arn:aws:dynamodb:us-east-1:000000000000:table/table"
        try await world.call(
            "TagResource", ["ResourceArn": arn, "Tags": [["Key": "a", "Value": "1"], ["Key": "b", "Value": "2"]]])
        try await world.call("TagResource", ["ResourceArn": arn, "Tags": [["Key": "a", "Value": "3"]]])
        // AWS answers no body at all here.
        #expect(await world.answer("UntagResource", ["ResourceArn": arn, "TagKeys": ["gone"]]).bytes.isEmpty)
        try await world.call("UntagResource", ["ResourceArn": arn, "TagKeys": ["b"]])
        #expect(
            try await world.call("ListTagsOfResource", ["ResourceArn": arn])
                == ["Tags": [["Key": "a", "Value": "3"]]])
        #expect(
            try await world.refusal("ListTagsOfResource", ["ResourceArn": "not-a-valid-arn"]).message
                == "One or more parameter values were invalid: ARNs must start with 'arn:': not-a-valid-arn")
        #expect(
            try await world.refusal(
                "ListTagsOfResource", ["ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/gone"]
            ).code == "ResourceNotFoundException")
    }

    @Test func `point-in-time recovery is stored and told`() async throws {
        let world = try World()
        try await world.makeTable()
        let off = try await world.call("DescribeContinuousBackups", ["TableName": "table"])
        #expect(
            off["ContinuousBackupsDescription"]
                == [
                    "ContinuousBackupsStatus": "ENABLED",
                    "PointInTimeRecoveryDescription": ["PointInTimeRecoveryStatus": "DISABLED"],
                ])
        let on = try await world.call(
            "UpdateContinuousBackups",
            ["TableName": "table", "PointInTimeRecoverySpecification": ["PointInTimeRecoveryEnabled": true]])
        let recovery = on["ContinuousBackupsDescription"]?["PointInTimeRecoveryDescription"]
        #expect(recovery?["PointInTimeRecoveryStatus"] == "ENABLED")
        #expect(recovery?["RecoveryPeriodInDays"] == 35)
        #expect(
            try await world.refusal("DescribeContinuousBackups", ["TableName": "gone"]).type
                == "com.amazonaws.dynamodb.v20120810#TableNotFoundException")
    }

    static let pk = #""AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]"#
    static let key = #""KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]"#
    static let demand = #""BillingMode":"PAY_PER_REQUEST""#
    static let keyAndIndex =
        #""AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"}]"#
    static let globalKey = #""KeySchema":[{"AttributeName":"g","KeyType":"HASH"}]"#

    @Test(arguments: [
        (#"\#(pk),\#(key),\#(demand)"#, "The parameter 'TableName' is required but was not present in the request"),
        (
            #""TableName":"ab",\#(pk),\#(key),\#(demand)"#,
            "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3"
        ),
        (
            #""TableName":"a b c",\#(pk),\#(key),\#(demand)"#,
            "1 validation error detected: Value 'a b c' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
        ),
        (
            #""TableName":"abc",\#(pk),"KeySchema":[{"AttributeName":"pk","KeyType":"INVALID"}],\#(demand)"#,
            "1 validation error detected: Value 'INVALID' at 'keySchema.1.member.keyType' failed to satisfy constraint: Member must satisfy enum value set: [HASH, RANGE]"
        ),
        (
            #""TableName":"abc","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"INVALID"}],\#(key),\#(demand)"#,
            "1 validation error detected: Value 'INVALID' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]"
        ),
        (
            #""TableName":"abc",\#(pk),"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"},{"AttributeName":"extra","KeyType":"RANGE"}],\#(demand)"#,
            "1 validation error detected: Value '[KeySchemaElement(attributeName=pk, keyType=HASH), KeySchemaElement(attributeName=sk, keyType=RANGE), KeySchemaElement(attributeName=extra, keyType=RANGE)]' at 'keySchema' failed to satisfy constraint: Member must have length less than or equal to 2"
        ),
        (
            #""TableName":"abc",\#(pk),\#(key)"#,
            "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
        ),
        (
            #""TableName":"abc",\#(pk),\#(key),\#(demand),"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}"#,
            "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        ),
        (
            #""TableName":"abc",\#(pk),"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"pk","KeyType":"RANGE"}],\#(demand)"#,
            "Invalid KeySchema: Some index key attribute have no definition"
        ),
        (
            #""TableName":"abc",\#(pk),"KeySchema":[{"AttributeName":"x","KeyType":"HASH"}],\#(demand)"#,
            "One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [x], AttributeDefinitions: [pk]"
        ),
        (
            #""TableName":"abc",\#(keyAndIndex),\#(key),\#(demand)"#,
            "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"
        ),
        (
            #""TableName":"abc",\#(pk),"KeySchema":[{"AttributeName":"pk","KeyType":"RANGE"}],\#(demand)"#,
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
        ),
        (
            #""TableName":"abc",\#(keyAndIndex),\#(key),\#(demand),"GlobalSecondaryIndexes":[]"#,
            "One or more parameter values were invalid: List of GlobalSecondaryIndexes is empty"
        ),
        (
            #""TableName":"abc",\#(keyAndIndex),\#(key),\#(demand),"GlobalSecondaryIndexes":[{"IndexName":"gsi",\#(globalKey),"Projection":{}}]"#,
            "One or more parameter values were invalid: Unknown ProjectionType: null"
        ),
        (
            #""TableName":"abc",\#(keyAndIndex),\#(key),\#(demand),"GlobalSecondaryIndexes":[{"IndexName":"gsi",\#(globalKey),"Projection":{"ProjectionType":"KEYS_ONLY","NonKeyAttributes":["x"]}}]"#,
            "One or more parameter values were invalid: ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified"
        ),
        (
            #""TableName":"abc",\#(keyAndIndex),\#(key),\#(demand),"GlobalSecondaryIndexes":[{"IndexName":"gsi",\#(globalKey),"Projection":{"ProjectionType":"ALL"}},{"IndexName":"gsi",\#(globalKey),"Projection":{"ProjectionType":"ALL"}}]"#,
            "One or more parameter values were invalid: Duplicate index name: gsi"
        ),
        (
            #""TableName":"abc",\#(keyAndIndex),\#(key),\#(demand),"LocalSecondaryIndexes":[{"IndexName":"lsi",\#(globalKey),"Projection":{"ProjectionType":"ALL"}}]"#,
            "One or more parameter values were invalid: Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"
        ),
        (
            #""TableName":"abc",\#(pk),\#(key),\#(demand),"StreamSpecification":{"StreamEnabled":false,"StreamViewType":"NEW_IMAGE"}"#,
            "One or more parameter values were invalid: StreamViewType must not be specified when StreamEnabled is false"
        ),
    ])
    func `a table that AWS refuses is refused in its words`(parameters: String, message: String) async throws {
        let world = try World()
        #expect(try await world.refusal("CreateTable", json: "{\(parameters)}").message == message)
    }

    @Test(arguments: [
        (#""VectorIndexes":[]"#, "the parameter VectorIndexes of CreateTable")
    ])
    func `what is absent is refused by its name`(parameters: String, what: String) async throws {
        let world = try World()
        let refusal = try await world.refusal(
            "CreateTable",
            json: """
                {"TableName":"table","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],
                "AttributeDefinitions":[{"AttributeName":"a","AttributeType":"S"},{"AttributeName":"b","AttributeType":"S"}],
                \(parameters)}
                """)
        #expect(refusal.status == 501)
        #expect(refusal.message == "rivulet-local does not implement \(what).")
    }

    @Test func `a table can be made once`() async throws {
        let world = try World()
        try await world.makeTable()
        await #expect(throws: Refusal.self) { try await world.makeTable() }
        let refusal = try await world.refusal(
            "CreateTable", json: #"{"TableName":"table",\#(Self.pk),\#(Self.key),\#(Self.demand)}"#)
        #expect(refusal.code == "ResourceInUseException")
        #expect(refusal.message == "Table already exists: table")
    }

    @Test func `a write that meets a changed table is prepared anew`() async throws {
        let world = try World()
        try await world.makeTable()
        let stale = try await world.service.definition(table: "table")
        try await world.call("UpdateTable", ["TableName": "table", "DeletionProtectionEnabled": true])
        // As if this service had not heard of the change.
        world.service.catalogue.remove(stale)
        try await world.put(#"{"pk":{"S":"k"}}"#)
        #expect(try await world.service.count(table: "table") == 1)
    }
}
