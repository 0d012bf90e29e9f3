import AWSProtocol

/// The pipeline's resources, as `terraform/` makes them on AWS: bucket, queues, tables, six functions, one mapping.
struct PipelineStack: Sendable {
    static let bucket = "twitch-lake"
    static let queue = "twitch-streams"
    static let queueARN = "arn:aws:sqs:us-east-1:000000000000:\(queue)"
    static let deadLetterQueue = "twitch-streams-dlq"
    static let realtimeTable = "streams_realtime"
    static let pullsTable = "pulls"
    static let gamesTable = "games"
    static let usersTable = "users"
    static let functions = ["extract", "enrich", "publishToQueue", "sqsToStore", "silverJob", "goldJob"]

    /// Seconds that a message stays hidden after a receive: six times the consumer's timeout, as AWS advises.
    static let visibilitySeconds = 60
    static let maximumReceives = 5

    let aws: AWSCaller

    /// - Parameters:
    ///   - codeFolder: absolute path of the folder that holds `bootstrap`.
    ///   - variables: what `extract` and `enrich` need to reach Twitch.
    func create(codeFolder: String, variables: [String: String]) async throws {
        try await aws.send("s3", method: "PUT", path: "/\(Self.bucket)")
        let queueURL = try await createQueues()
        for table in [Self.pullsTable, Self.gamesTable, Self.usersTable] {
            try await createTable(table, keys: [(table == Self.pullsTable ? "run_id" : "id", "HASH")])
        }
        try await createTable(Self.realtimeTable, keys: [("nome_streamer", "HASH"), ("timestamp", "RANGE")])
        try await aws.json(
            "dynamodb", "DynamoDB_20120810.UpdateTimeToLive",
            [
                "TableName": .string(Self.realtimeTable),
                "TimeToLiveSpecification": ["AttributeName": "expira_em", "Enabled": true],
            ])
        let environment = environment(queueURL: queueURL).merging(variables) { $1 }
        for function in Self.functions {
            try await createFunction(function, codeFolder: codeFolder, environment: environment)
        }
        try await createMapping()
    }

    func queueURL(_ name: String) async throws -> String {
        let answer = try await aws.json("sqs", "AmazonSQS.GetQueueUrl", ["QueueName": .string(name)])
        return answer["QueueUrl"]?.string ?? ""
    }

    private func createQueues() async throws -> String {
        let deadLetters = try await createQueue(Self.deadLetterQueue, ["MessageRetentionPeriod": "1209600"])
        let attributes = try await aws.json(
            "sqs", "AmazonSQS.GetQueueAttributes",
            ["QueueUrl": .string(deadLetters), "AttributeNames": ["QueueArn"]])
        let redrive: JSONValue = [
            "deadLetterTargetArn": attributes["Attributes"]?["QueueArn"] ?? .null,
            "maxReceiveCount": .integer(Self.maximumReceives),
        ]
        return try await createQueue(
            Self.queue,
            ["VisibilityTimeout": .string(String(Self.visibilitySeconds)), "RedrivePolicy": .string(redrive.text)])
    }

    private func createQueue(_ name: String, _ attributes: JSONObject) async throws -> String {
        let answer = try await aws.json(
            "sqs", "AmazonSQS.CreateQueue", ["QueueName": .string(name), "Attributes": .object(attributes)])
        return answer["QueueUrl"]?.string ?? ""
    }

    private func createTable(_ name: String, keys: [(name: String, type: String)]) async throws {
        try await aws.json(
            "dynamodb", "DynamoDB_20120810.CreateTable",
            [
                "TableName": .string(name), "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": .array(keys.map { ["AttributeName": .string($0.name), "KeyType": .string($0.type)] }),
                "AttributeDefinitions": .array(
                    keys.map { ["AttributeName": .string($0.name), "AttributeType": "S"] }),
            ])
    }

    private func createFunction(_ name: String, codeFolder: String, environment: [String: String]) async throws {
        let variables = environment.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
        let definition: JSONValue = [
            "FunctionName": .string(name), "Runtime": "provided.al2023", "Handler": .string(name),
            "Role": "arn:aws:iam::000000000000:role/rivulet", "MemorySize": 512,
            "Timeout": .integer(name == "sqsToStore" ? 10 : 60),
            "Code": ["S3Bucket": "_rivulet-local-folder", "S3Key": .string(codeFolder)],
            "Environment": ["Variables": .object(JSONObject(variables))],
        ]
        try await aws.send("lambda", method: "POST", path: "/2015-03-31/functions", body: definition.bytes)
    }

    private func createMapping() async throws {
        let definition: JSONValue = [
            "EventSourceArn": .string(Self.queueARN),
            "FunctionName": "sqsToStore", "BatchSize": 10, "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "ScalingConfig": ["MaximumConcurrency": 2], "Enabled": false,
        ]
        try await aws.send(
            "lambda", method: "POST", path: "/2015-03-31/event-source-mappings/", body: definition.bytes)
    }

    /// Lets the consumer at the queue.
    func enableMapping() async throws {
        let list = try await aws.send(
            "lambda", method: "GET", path: "/2015-03-31/event-source-mappings/", query: "FunctionName=sqsToStore")
        let mapping = try JSONValue(parsing: list.bytes)["EventSourceMappings"]?.array?.first
        try await aws.send(
            "lambda", method: "PUT", path: "/2015-03-31/event-source-mappings/\(mapping?["UUID"]?.string ?? "")",
            body: (["Enabled": true] as JSONValue).bytes)
    }

    private func environment(queueURL: String) -> [String: String] {
        [
            "LAKE_BUCKET": Self.bucket, "QUEUE_URL": queueURL, "REALTIME_TABLE": Self.realtimeTable,
            "PULLS_TABLE": Self.pullsTable, "GAMES_TABLE": Self.gamesTable, "USERS_TABLE": Self.usersTable,
        ]
    }
}
