import AWSProtocol
import SQS
import Testing

@testable import EventSourceMappings

@Suite struct `The mappings' interface` {
    private let source = "arn:aws:sqs:us-east-1:000000000000:orders"

    private func request(_ members: JSONObject = [:]) -> JSONValue {
        var all: JSONObject = ["EventSourceArn": .string(source), "FunctionName": "store"]
        members.members.forEach { all.append($0.name, $0.value) }
        return .object(all)
    }

    @Test func `a mapping is made, read, listed, changed and deleted`() async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let created = await bench.call("POST", "/", request())
        let id = try #require(created["UUID"]?.string)
        #expect(created.status == 202)
        var members = try #require(created.json.object)
        members["UUID"] = nil
        members["EventSourceMappingArn"] = nil
        #expect(
            members == [
                "EventSourceArn": .string(source), "FunctionArn": .string(Bench.function),
                "LastModified": .number("1772388000.0"), "State": "Creating",
                "StateTransitionReason": "USER_INITIATED", "BatchSize": 10, "MaximumBatchingWindowInSeconds": 0,
                "FunctionResponseTypes": [],
            ])
        #expect(await bench.call("GET", "/\(id)")["State"] == "Enabled")
        let listed = await bench.call("GET", "?FunctionName=store")
        #expect(listed["EventSourceMappings"]?.array?.compactMap { $0["UUID"]?.string } == [id])
        #expect(await bench.call("GET", "?FunctionName=other")["EventSourceMappings"] == [])
        let disabled = await bench.call("PUT", "/\(id)", ["Enabled": false, "BatchSize": 5])
        #expect(disabled["State"] == "Disabling" && disabled["BatchSize"] == 5)
        #expect(await bench.call("GET", "/\(id)")["State"] == "Disabled")
        let scaled = await bench.call(
            "PUT", "/\(id)",
            ["ScalingConfig": ["MaximumConcurrency": 2], "FunctionResponseTypes": ["ReportBatchItemFailures"]])
        #expect(scaled["ScalingConfig"] == ["MaximumConcurrency": 2])
        #expect(scaled["FunctionResponseTypes"] == ["ReportBatchItemFailures"])
        #expect(await bench.call("DELETE", "/\(id)")["State"] == "Deleting")
        let gone = await bench.call("GET", "/\(id)")
        #expect(gone.status == 404 && gone.error == "ResourceNotFoundException")
        #expect(gone["Message"] == "The resource you requested does not exist.")
    }

    @Test(
        arguments: [
            (
                "BatchSize", 11,
                "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
            ),
            (
                "BatchSize", 0,
                "1 validation error detected: Value '0' at 'batchSize' failed to satisfy constraint: "
                    + "Member must have value greater than or equal to 1"
            ),
            ("FilterCriteria", ["Filters": [["Pattern": "null"]]], "Invalid filter pattern definition."),
            (
                "BisectBatchOnFunctionError", true,
                "Unsupported BisectBatchOnFunctionError parameter for given event source mapping type."
            ),
            ("StartingPosition", "LATEST", "StartingPosition is not valid for SQS event sources."),
            (
                "StartingPosition", "0",
                "1 validation error detected: Value '0' at 'startingPosition' failed to satisfy constraint: "
                    + "Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]"
            ),
            (
                "ScalingConfig", ["MaximumConcurrency": 1],
                "1 validation error detected: Value '1' at 'scalingConfig.maximumConcurrency' failed to satisfy "
                    + "constraint: Member must have value greater than or equal to 2"
            ),
        ] as [(String, JSONValue, String)])
    func `what does not fit is refused in Lambda's words`(name: String, value: JSONValue, message: String) async throws
    {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let answer = await bench.call("POST", "", request([name: value]))
        #expect(answer.status == 400)
        #expect(answer["message"]?.string == message)
    }

    @Test func `a function that may run longer than messages are hidden is refused`() async throws {
        let bench = try await Bench(timeout: .seconds(60))
        _ = try await bench.queue("orders")
        let answer = await bench.call("POST", "", request())
        #expect(answer.error == "InvalidParameterValueException")
        #expect(
            answer["message"] == "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds")
    }

    @Test func `a queue and a function are tied once`() async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let id = try #require(await bench.call("POST", "", request())["UUID"]?.string)
        let answer = await bench.call("POST", "", request())
        #expect(answer.status == 409 && answer.error == "ResourceConflictException")
        #expect(
            answer["message"]?.string
                == "An event source mapping with SQS arn (\" \(source) \") and function (\" store \") already exists. "
                + "Please update or delete the existing mapping with UUID \(id)")
    }

    @Test func `what is missing is named`() async throws {
        let bench = try await Bench()
        #expect(
            await bench.call("POST", "", request())["message"]
                == "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist."
        )
        _ = try await bench.queue("orders")
        let unknown = request(["FunctionName": "unknown"])
        #expect(await bench.call("POST", "", unknown)["message"] == "Function does not exist")
        #expect(await bench.call("POST", "", ["FunctionName": "store"])["message"] == "Unrecognized event source.")
    }

    @Test func `a FIFO queue has small batches and no window`() async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders.fifo")
        let fifo = request(["EventSourceArn": .string(source + ".fifo"), "MaximumBatchingWindowInSeconds": 1])
        #expect(
            await bench.call("POST", "", fifo)["message"] == "Batching window is not supported for FIFO queues")
    }

    @Test func `what is not emulated is refused by name`() async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let answer = await bench.call(
            "POST", "", request(["LoggingConfig": ["SystemLogLevel": "DEBUG"]]))
        #expect(answer.status == 501)
        #expect(answer["message"]?.string?.contains("LoggingConfig") == true)
    }

    @Test func `provisioned pollers are kept, shown, and taken away by an empty object`() async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let made = await bench.call("POST", "", request(["ProvisionedPollerConfig": ["MinimumPollers": 3]]))
        #expect(made["ProvisionedPollerConfig"] == ["MinimumPollers": 3, "MaximumPollers": 200])
        let id = try #require(made["UUID"]?.string)
        let clash = await bench.call("PUT", "/\(id)", ["ScalingConfig": ["MaximumConcurrency": 5]])
        #expect(clash.error == "InvalidParameterValueException")
        let ended = await bench.call(
            "PUT", "/\(id)", ["ProvisionedPollerConfig": [:], "ScalingConfig": ["MaximumConcurrency": 5]])
        #expect(ended.status == 202 && ended["ProvisionedPollerConfig"] == nil)
    }

    @Test(
        arguments: [
            (["MinimumPollers": 1], "provisionedPollerConfig.minimumPollers"),
            (["MinimumPollers": 201], "less than or equal to 200"),
            (["MaximumPollers": 10_001], "less than or equal to 10000"),
            (["MinimumPollers": 5, "MaximumPollers": 4], "MinimumPollers"),
            (["PollerGroupName": "a"], "not valid for SQS"),
        ] as [(JSONValue, String)])
    func `pollers out of bounds are refused`(pollers: JSONValue, part: String) async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let answer = await bench.call("POST", "", request(["ProvisionedPollerConfig": pollers]))
        #expect(answer.status == 400 && answer["message"]?.string?.contains(part) == true)
    }

    @Test(
        arguments: [
            ("ParallelizationFactor", 2), ("BisectBatchOnFunctionError", true), ("MaximumRecordAgeInSeconds", 60),
            ("MaximumRetryAttempts", 2), ("TumblingWindowInSeconds", 10), ("Topics", ["a"]), ("Queues", ["a"]),
            ("DestinationConfig", ["OnFailure": ["Destination": "arn:aws:sqs:us-east-1:000000000000:dead"]]),
            ("SourceAccessConfigurations", [["Type": "BASIC_AUTH", "URI": "a"]]),
            ("SelfManagedEventSource", ["Endpoints": ["KAFKA_BOOTSTRAP_SERVERS": ["a:9092"]]]),
            ("AmazonManagedKafkaEventSourceConfig", ["ConsumerGroupId": "a"]),
            ("SelfManagedKafkaEventSourceConfig", ["ConsumerGroupId": "a"]),
            ("DocumentDBEventSourceConfig", ["DatabaseName": "a"]),
        ] as [(String, JSONValue)])
    func `a setting of streams and brokers is refused by name`(name: String, value: JSONValue) async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let answer = await bench.call("POST", "", request([name: value]))
        #expect(answer.error == "InvalidParameterValueException")
        #expect(answer["message"]?.string == "Unsupported \(name) parameter for given event source mapping type.")
    }

    @Test func `metrics other than a queue's are refused`() async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let refused = await bench.call("POST", "", request(["MetricsConfig": ["Metrics": ["KafkaMetrics"]]]))
        #expect(refused.error == "InvalidParameterValueException")
        let made = await bench.call("POST", "", request(["MetricsConfig": ["Metrics": ["EventCount"]]]))
        #expect(made["MetricsConfig"] == ["Metrics": ["EventCount"]])
    }

    @Test func `a mapping is tagged by its ARN`() async throws {
        let bench = try await Bench()
        _ = try await bench.queue("orders")
        let made = await bench.call("POST", "", request(["Tags": ["team": "blue"]]))
        let arn = PercentEncoding.encode(try #require(made["EventSourceMappingArn"]?.string))
        #expect(await bench.tags("POST", arn, body: ["Tags": ["stage": "test", "team": "red"]]).status == 204)
        #expect(await bench.tags("GET", arn)["Tags"] == ["stage": "test", "team": "red"])
        #expect(await bench.tags("DELETE", arn, query: "tagKeys=team&tagKeys=never").status == 204)
        #expect(await bench.tags("GET", arn)["Tags"] == ["stage": "test"])
        let many: JSONValue = .object(JSONObject((0..<50).map { ("\($0)", "x") }))
        #expect(await bench.tags("POST", arn, body: ["Tags": many]).error == "InvalidParameterValueException")
        #expect(await bench.tags("GET", arn + "x").error == "ResourceNotFoundException")
    }

    @Test(arguments: [
        "store", "store:live", "000000000000:function:store", "arn:aws:lambda:us-east-1:000000000000:function:store",
    ])
    func `a function may be named in every way`(name: String) {
        let reference = FunctionReference(name, account: "000000000000", region: "us-east-1")
        #expect(reference?.arn.hasPrefix(Bench.function) == true)
        #expect(reference?.name == "store")
    }
}
