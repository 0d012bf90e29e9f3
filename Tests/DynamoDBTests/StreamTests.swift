import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import Testing

@testable import DynamoDB

@Suite struct `Streams` {
    /// A table `table` whose stream shows what `view` says, and the stream's ARN.
    static func world(_ view: String = "NEW_AND_OLD_IMAGES") async throws -> (World, String) {
        let world = try World()
        try await world.makeTable()
        let answer = try await world.call("UpdateTable", enable(view))
        return (world, try #require(answer["TableDescription"]?["LatestStreamArn"]?.string))
    }

    static func enable(_ view: String) -> JSONValue {
        ["TableName": "table", "StreamSpecification": ["StreamEnabled": true, "StreamViewType": .string(view)]]
    }

    static let disable: JSONValue = ["TableName": "table", "StreamSpecification": ["StreamEnabled": false]]

    static func shard(_ world: World, _ arn: String) async throws -> JSONValue {
        let stream = try await world.call("DescribeStream", ["StreamArn": .string(arn)])
        return try #require(stream["StreamDescription"]?["Shards"]?.array?.first)
    }

    static func iterator(
        _ world: World, _ arn: String, _ type: String = "TRIM_HORIZON", _ number: String? = nil
    ) async throws -> String {
        let shard = try #require(try await shard(world, arn)["ShardId"])
        var members: JSONObject = [
            "StreamArn": .string(arn), "ShardId": shard, "ShardIteratorType": .string(type),
        ]
        if let number { members.append("SequenceNumber", .string(number)) }
        return try #require(try await world.call("GetShardIterator", .object(members))["ShardIterator"]?.string)
    }

    static func page(
        _ world: World, _ iterator: String, limit: Int = 1000
    ) async throws -> (records: [JSONValue], next: String?) {
        let page = try await world.call(
            "GetRecords", ["ShardIterator": .string(iterator), "Limit": .integer(limit)])
        return (page["Records"]?.array ?? [], page["NextShardIterator"]?.string)
    }

    static func records(_ world: World, _ arn: String) async throws -> [JSONValue] {
        try await page(world, try await iterator(world, arn)).records
    }

    /// A record in short: `MODIFY a {"pk":…} {"pk":…}`, the images old and new.
    static func short(_ record: JSONValue) -> String {
        let change = record["dynamodb"]
        return [
            record["eventName"]?.string, change?["Keys"]?["pk"]?["S"]?.string, change?["OldImage"]?["n"]?["N"]?.string,
            "→", change?["NewImage"]?["n"]?["N"]?.string,
        ].compactMap { $0 }.joined(separator: " ")
    }

    static func put(_ world: World, _ key: String, _ n: Int) async throws {
        try await world.put(#"{"pk":{"S":"\#(key)"},"n":{"N":"\#(n)"}}"#)
    }

    static func change(_ world: World) async throws {
        try await put(world, "a", 1)
        try await world.call(
            "UpdateItem",
            json: #"{"TableName":"table","Key":{"pk":{"S":"a"}},"UpdateExpression":"ADD n :n","#
                + #""ExpressionAttributeValues":{":n":{"N":"1"}}}"#)
        try await world.call("DeleteItem", json: #"{"TableName":"table","Key":{"pk":{"S":"a"}}}"#)
    }

    @Test(arguments: [
        ("KEYS_ONLY", ["INSERT a →", "MODIFY a →", "REMOVE a →"]),
        ("NEW_IMAGE", ["INSERT a → 1", "MODIFY a → 2", "REMOVE a →"]),
        ("OLD_IMAGE", ["INSERT a →", "MODIFY a 1 →", "REMOVE a 2 →"]),
        ("NEW_AND_OLD_IMAGES", ["INSERT a → 1", "MODIFY a 1 → 2", "REMOVE a 2 →"]),
    ])
    func `each change is told, with the images that the view shows`(view: String, expected: [String]) async throws {
        let (world, arn) = try await Self.world(view)
        try await Self.change(world)
        let records = try await Self.records(world, arn)
        #expect(records.map(Self.short) == expected)
        #expect(records.allSatisfy { $0["dynamodb"]?["StreamViewType"]?.string == view })
    }

    @Test func `a record has what AWS's has`() async throws {
        let (world, arn) = try await Self.world()
        try await Self.put(world, "a", 1)
        let record = try #require(try await Self.records(world, arn).first)
        let number = try #require(record["dynamodb"]?["SequenceNumber"]?.string)
        #expect(number.count >= 21)
        #expect(record["eventID"]?.string?.count == 32)
        #expect(record["eventSource"] == "aws:dynamodb")
        #expect(record["eventVersion"] == "1.1")
        #expect(record["awsRegion"] == "us-east-1")
        #expect(record["userIdentity"] == nil)
        #expect(
            try sameJSON(
                record["dynamodb"],
                """
                {"ApproximateCreationDateTime":\(World.start.seconds),"Keys":{"pk":{"S":"a"}},
                "NewImage":{"n":{"N":"1"},"pk":{"S":"a"}},"SequenceNumber":"\(number)","SizeBytes":9,
                "StreamViewType":"NEW_AND_OLD_IMAGES"}
                """))
    }

    @Test func `what changes nothing is not told`() async throws {
        let (world, arn) = try await Self.world()
        try await Self.put(world, "a", 1)
        try await Self.put(world, "a", 1)
        try await world.call("DeleteItem", json: #"{"TableName":"table","Key":{"pk":{"S":"b"}}}"#)
        #expect(try await Self.records(world, arn).map(Self.short) == ["INSERT a → 1"])
    }

    @Test func `batches and transactions are told change by change`() async throws {
        let (world, arn) = try await Self.world()
        try await world.call(
            "BatchWriteItem",
            json: #"{"RequestItems":{"table":[{"PutRequest":{"Item":{"pk":{"S":"a"}}}},"#
                + #"{"PutRequest":{"Item":{"pk":{"S":"b"}}}}]}}"#)
        try await world.call(
            "TransactWriteItems",
            json: #"{"TransactItems":[{"Delete":{"TableName":"table","Key":{"pk":{"S":"a"}}}},"#
                + #"{"Put":{"TableName":"table","Item":{"pk":{"S":"c"},"n":{"N":"3"}}}}]}"#)
        _ = try await world.refusal(
            "TransactWriteItems",
            json: #"{"TransactItems":[{"Put":{"TableName":"table","Item":{"pk":{"S":"d"}}}},"#
                + #"{"ConditionCheck":{"TableName":"table","Key":{"pk":{"S":"a"}},"#
                + #""ConditionExpression":"attribute_exists(pk)"}}]}"#)
        #expect(
            try await Self.records(world, arn).map(Self.short)
                == ["INSERT a →", "INSERT b →", "REMOVE a →", "INSERT c → 3"])
    }

    @Test func `a reader goes on where its page ended`() async throws {
        let (world, arn) = try await Self.world()
        for n in 1...5 { try await Self.put(world, "a", n) }
        var (records, next) = try await Self.page(world, try await Self.iterator(world, arn), limit: 2)
        while let iterator = next, records.count < 7 {
            let page = try await Self.page(world, iterator, limit: 2)
            records += page.records
            if page.records.isEmpty { try await Self.change(world) }
            next = page.next
        }
        #expect(
            records.map(Self.short).prefix(7) == [
                "INSERT a → 1", "MODIFY a 1 → 2", "MODIFY a 2 → 3", "MODIFY a 3 → 4", "MODIFY a 4 → 5",
                "MODIFY a 5 → 1", "MODIFY a 1 → 2",
            ])
    }

    @Test func `a page holds no more than a megabyte and what goes past it`() async throws {
        let (world, arn) = try await Self.world("NEW_IMAGE")
        for n in 1...4 {
            try await world.put(#"{"pk":{"S":"\#(n)"},"text":{"S":"\#(String(repeating: "x", count: 390_000))"}}"#)
        }
        let first = try await Self.page(world, try await Self.iterator(world, arn))
        let second = try await Self.page(world, try #require(first.next))
        #expect([first.records.count, second.records.count] == [3, 1])
    }

    @Test func `a reader may begin at the end, at a record or behind it`() async throws {
        let (world, arn) = try await Self.world()
        for n in 1...3 { try await Self.put(world, "a", n) }
        let latest = try await Self.iterator(world, arn, "LATEST")
        let second = try await Self.records(world, arn)[1]["dynamodb"]?["SequenceNumber"]?.string
        try await Self.put(world, "a", 4)
        func read(_ iterator: String) async throws -> [String] {
            try await Self.page(world, iterator).records.compactMap { $0["dynamodb"]?["NewImage"]?["n"]?["N"]?.string }
        }
        #expect(try await read(latest) == ["4"])
        #expect(try await read(Self.iterator(world, arn, "AT_SEQUENCE_NUMBER", second)) == ["2", "3", "4"])
        #expect(try await read(Self.iterator(world, arn, "AFTER_SEQUENCE_NUMBER", second)) == ["3", "4"])
    }

    @Test func `records are kept for a day`() async throws {
        let (world, arn) = try await Self.world()
        try await Self.put(world, "a", 1)
        world.clock.advance(by: .seconds(3600))
        for n in 2...4 { try await Self.put(world, "a", n) }
        let first = try await Self.records(world, arn)[0]["dynamodb"]?["SequenceNumber"]?.string
        world.clock.advance(by: .seconds(82_799))
        #expect(try await Self.records(world, arn).count == 4)
        let old = try await Self.iterator(world, arn, "AT_SEQUENCE_NUMBER", first)
        world.clock.advance(by: .seconds(1))
        #expect(try await Self.records(world, arn).map(Self.short).first == "MODIFY a 1 → 2")
        #expect(
            try await world.refusal("GetRecords", ["ShardIterator": .string(old)]).code == "TrimmedDataAccessException")
        // New records push the old ones out of the state file, too.
        world.clock.advance(by: .seconds(3600))
        for n in 5...8 { try await Self.put(world, "a", n) }
        #expect(try await Self.records(world, arn).count == 4)
        let stored = try await world.database.read {
            try SQLStatement($0, "SELECT COUNT(*) FROM dynamodb_stream_record").first { $0.integer(0) }
        }
        #expect(stored == 4)
    }

    @Test func `an iterator is good for a quarter of an hour`() async throws {
        let (world, arn) = try await Self.world()
        let iterator = try await Self.iterator(world, arn)
        world.clock.advance(by: .seconds(900))
        let next = try #require(try await Self.page(world, iterator).next)
        world.clock.advance(by: .seconds(1))
        #expect(
            try await world.refusal("GetRecords", ["ShardIterator": .string(iterator)]).code
                == "ExpiredIteratorException")
        #expect(try await Self.page(world, next).records.isEmpty)
    }

    @Test func `a stream that was switched off is read to its end, and gone a day later`() async throws {
        let (world, arn) = try await Self.world()
        try await Self.put(world, "a", 1)
        let answer = try await world.call("UpdateTable", Self.disable)
        #expect(answer["TableDescription"]?["StreamSpecification"] == nil)
        #expect(answer["TableDescription"]?["LatestStreamArn"]?.string == arn)
        try await Self.put(world, "a", 2)
        let page = try await Self.page(world, try await Self.iterator(world, arn))
        #expect(page.records.map(Self.short) == ["INSERT a → 1"])
        #expect(page.next == nil)
        #expect(try await Self.shard(world, arn)["SequenceNumberRange"]?["EndingSequenceNumber"] != nil)
        let again = try await world.call("UpdateTable", Self.enable("KEYS_ONLY"))
        let second = try #require(again["TableDescription"]?["LatestStreamArn"]?.string)
        #expect(second != arn)
        let streams = try await world.call("ListStreams", ["TableName": "table"])
        #expect(streams["Streams"]?.array?.compactMap { $0["StreamArn"]?.string } == [arn, second])
        world.clock.advance(by: .seconds(86_400))
        #expect(
            try await world.refusal("DescribeStream", ["StreamArn": .string(arn)]).code == "ResourceNotFoundException")
        #expect(try await world.call("ListStreams", [:])["Streams"]?.array?.count == 1)
    }

    @Test func `a deleted table's stream can be read for a day, and the next table's is another`() async throws {
        let (world, arn) = try await Self.world()
        try await Self.put(world, "a", 1)
        try await world.call("DeleteTable", ["TableName": "table"])
        #expect(try await Self.records(world, arn).count == 1)
        let stream = try await world.call("DescribeStream", ["StreamArn": .string(arn)])["StreamDescription"]
        #expect(stream?["StreamStatus"] == "DISABLED")
        try await world.makeTable()
        let second = try await world.call("UpdateTable", Self.enable("KEYS_ONLY"))
        let secondARN = try #require(second["TableDescription"]?["LatestStreamArn"]?.string)
        #expect(try await Self.records(world, secondARN).isEmpty)
    }

    @Test func `what expired was removed by the service`() async throws {
        let (world, arn) = try await Self.world()
        try await world.service.start()
        try await world.call("UpdateTimeToLive", `Time to live`.enable)
        try await `Time to live`.put(world, "a", after: 10)
        world.clock.advance(by: .seconds(11))
        try await `Time to live`.expectCount(world, 0)
        let last = try #require(try await Self.records(world, arn).last)
        #expect(Self.short(last) == "REMOVE a →")
        #expect(last["userIdentity"] == ["PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"])
        await world.service.stop()
    }

    @Test func `streams are listed page by page, each caller's own`() async throws {
        let (world, first) = try await Self.world()
        try await world.makeTable("other")
        let other = try await world.call(
            "UpdateTable",
            json: #"{"TableName":"other","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}}"#)
        let second = try #require(other["TableDescription"]?["LatestStreamArn"]?.string)
        let page = try await world.call("ListStreams", ["Limit": 1])
        #expect(page["LastEvaluatedStreamArn"]?.string == first)
        let rest = try await world.call("ListStreams", ["ExclusiveStartStreamArn": .string(first)])
        #expect(rest["Streams"]?.array?.map { $0["StreamArn"]?.string } == [second])
        #expect(rest["LastEvaluatedStreamArn"] == nil)
        #expect(try await world.call("ListStreams", [:], account: "111111111111")["Streams"]?.array?.isEmpty == true)
    }

    @Test func `what makes no sense is refused`() async throws {
        let (world, arn) = try await Self.world()
        let table = "Table already has an enabled stream: TableName: table"
        #expect(try await world.refusal("UpdateTable", Self.enable("KEYS_ONLY")).message == table)
        try await world.call("UpdateTable", Self.disable)
        #expect(
            try await world.refusal("UpdateTable", Self.disable).message
                == "Table has no stream to disable: TableName: table")
        let shard = try #require(try await Self.shard(world, arn)["ShardId"]?.string)
        func refused(_ shard: String, _ type: String, _ number: String? = nil) async throws -> String {
            var members: JSONObject = [
                "StreamArn": .string(arn), "ShardId": .string(shard), "ShardIteratorType": .string(type),
            ]
            if let number { members.append("SequenceNumber", .string(number)) }
            return try await world.refusal("GetShardIterator", .object(members)).code
        }
        #expect(try await refused(shard + "0", "LATEST") == "ResourceNotFoundException")
        #expect(try await refused(shard, "AT_SEQUENCE_NUMBER") == "ValidationException")
        #expect(
            try await refused(shard, "AT_SEQUENCE_NUMBER", String(repeating: "9", count: 25)) == "ValidationException")
        #expect(try await refused("short", "LATEST") == "ValidationException")
        #expect(try await refused(shard, "SOMEWHERE") == "ValidationException")
        #expect(try await world.refusal("GetRecords", ["ShardIterator": "nothing"]).message == "Invalid ShardIterator")
        for text in [arn + "0", "arn:aws:dynamodb:us-east-1:test:table/table"] {
            let refusal = try await world.refusal("DescribeStream", ["StreamArn": .string(text)])
            #expect(refusal.code == "ValidationException")
        }
    }

    @Test func `streams outlive the service`() async throws {
        let (world, arn) = try await Self.world()
        try await Self.put(world, "a", 1)
        try await world.database.close()
        let after = try World(at: world.folder)
        try await Self.put(after, "a", 2)
        #expect(try await Self.records(after, arn).map(Self.short) == ["INSERT a → 1", "MODIFY a 1 → 2"])
    }
}
