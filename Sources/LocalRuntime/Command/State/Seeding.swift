import AWSProtocol
import EmulatorHTTP
import Foundation

/// Makes what a seed says, by the calls that any client would make.
struct Seeding: Sendable {
    /// AWS takes as many items in one BatchWriteItem.
    private static let batch = 25

    let seed: Seed
    private let aws: AWSCaller

    init(seed: Seed, gateway: Gateway) {
        self.seed = seed
        aws = AWSCaller(gateway: gateway, account: seed.account, region: seed.region)
    }

    /// - Returns: how much of what was made.
    /// - Throws: `ControlError.seed`: `.taken` before anything is made.
    func run() async throws -> JSONValue {
        do {
            try await checkNames()
            for queue in seed.queues { try await make(queue) }
            for table in seed.tables { try await make(table) }
            for bucket in seed.buckets { try await make(bucket) }
        } catch let error as SeedError {
            throw ControlError.seed(error)
        }
        return [
            "queues": .integer(seed.queues.count), "messages": .integer(seed.queues.map(\.messages.count).reduce(0, +)),
            "tables": .integer(seed.tables.count), "items": .integer(seed.tables.map(\.items.count).reduce(0, +)),
            "buckets": .integer(seed.buckets.count),
            "objects": .integer(seed.buckets.map(\.objects.count).reduce(0, +)),
        ]
    }

    private func checkNames() async throws {
        for queue in seed.queues where try await isThere("sqs", "AmazonSQS.GetQueueUrl", "QueueName", queue.name) {
            throw SeedError.taken("queue '\(queue.name)'")
        }
        for table in seed.tables
        where try await isThere("dynamodb", "DynamoDB_20120810.DescribeTable", "TableName", table.name) {
            throw SeedError.taken("table '\(table.name)'")
        }
        for bucket in seed.buckets {
            do {
                try await aws.send("s3", method: "HEAD", path: Self.path(bucket.name))
                throw SeedError.taken("bucket '\(bucket.name)'")
            } catch is CallRefused {
                continue
            }
        }
    }

    private func isThere(_ service: String, _ target: String, _ member: String, _ name: String) async throws -> Bool {
        do {
            try await aws.json(service, target, .object(JSONObject([(member, .string(name))])))
            return true
        } catch is CallRefused {
            return false
        }
    }

    private func make(_ queue: Seed.Queue) async throws {
        let created = try await naming("queue '\(queue.name)'") {
            try await aws.json(
                "sqs", "AmazonSQS.CreateQueue",
                ["QueueName": .string(queue.name), "Attributes": .object(queue.attributes)])
        }
        for message in queue.messages {
            var message = message
            message["QueueUrl"] = created["QueueUrl"]
            try await naming("a message for '\(queue.name)'") {
                try await aws.json("sqs", "AmazonSQS.SendMessage", .object(message))
            }
        }
    }

    private func make(_ table: Seed.Table) async throws {
        try await naming("table '\(table.name)'") {
            try await aws.json("dynamodb", "DynamoDB_20120810.CreateTable", .object(table.definition))
        }
        for start in stride(from: 0, to: table.items.count, by: Self.batch) {
            let puts = table.items[start..<min(start + Self.batch, table.items.count)].map { item -> JSONValue in
                ["PutRequest": ["Item": item]]
            }
            try await naming("the items from \(start) on of table '\(table.name)'") {
                try await aws.json(
                    "dynamodb", "DynamoDB_20120810.BatchWriteItem",
                    ["RequestItems": .object(JSONObject([(table.name, .array(puts))]))])
            }
        }
    }

    private func make(_ bucket: Seed.Bucket) async throws {
        try await naming("bucket '\(bucket.name)'") {
            try await aws.send("s3", method: "PUT", path: Self.path(bucket.name), body: Self.location(seed.region))
        }
        for object in bucket.objects {
            try await naming("object '\(object.key)' of '\(bucket.name)'") { try await put(object, in: bucket.name) }
        }
    }

    private func put(_ object: Seed.Object, in bucket: String) async throws {
        var headers: HTTPHeaders = [:]
        if let type = object.contentType { headers.add("Content-Type", type) }
        for (name, value) in object.metadata { headers.add("x-amz-meta-\(name)", value) }
        let bytes: [UInt8] =
            switch object.content {
            case .bytes(let bytes): bytes
            case .file(let path): Array(try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe))
            }
        try await aws.send(
            "s3", method: "PUT", path: Self.path(bucket, object.key), body: bytes, headers: headers)
    }

    @discardableResult
    private func naming<Value>(_ what: String, _ make: () async throws -> Value) async throws -> Value {
        do {
            return try await make()
        } catch let error as CallRefused {
            throw SeedError.refused(what, error.answer)
        }
    }

    private static func path(_ bucket: String, _ key: String? = nil) -> String {
        "/" + PercentEncoding.encode(bucket) + (key.map { "/" + PercentEncoding.encode($0, keepsSlash: true) } ?? "")
    }

    /// S3's oldest region is the one that is never named.
    /// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
    private static func location(_ region: String) -> [UInt8] {
        guard region != "us-east-1" else { return [] }
        return XMLElement("CreateBucketConfiguration", [XMLElement("LocationConstraint", region)]).document
    }
}
