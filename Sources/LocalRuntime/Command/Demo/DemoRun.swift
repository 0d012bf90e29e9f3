import AWSProtocol
import EmulatorClock
import EventSourceMappings
import Foundation
import S3
import SQS

/// The demo itself: makes the stack, runs the slots on the frozen clock, lets the queue run dry, reads the lake.
struct DemoRun: Sendable {
    let emulator: Emulator
    let source: DemoSource
    let endpoint: String
    let statePath: String
    let lakeFolder: URL
    let progress: DemoProgress

    private let aws: AWSCaller
    private var stack: PipelineStack { PipelineStack(aws: aws) }

    init(
        emulator: Emulator, source: DemoSource, endpoint: String, statePath: String, lakeFolder: URL,
        progress: DemoProgress
    ) {
        self.emulator = emulator
        self.source = source
        self.endpoint = endpoint
        self.statePath = statePath
        self.lakeFolder = lakeFolder
        self.progress = progress
        aws = AWSCaller(gateway: emulator.gateway)
    }

    func run(codeFolder: String) async throws -> DemoReport {
        let began = ContinuousClock.now
        if let start = source.start { try await emulator.freezeClock(at: start) }
        try await stack.create(codeFolder: codeFolder, variables: source.variables(endpoint: endpoint))
        var slots: [DemoReport.Slot] = []
        for number in 1...source.slotCount {
            slots.append(try await runSlot(number))
        }
        try await drain()
        if source.start != nil { try await emulator.resumeClock() }
        progress.end()
        return try await report(slots, began)
    }

    private func runSlot(_ number: Int) async throws -> DemoReport.Slot {
        let began = ContinuousClock.now
        if let start = source.start {
            try await emulator.advanceClock(to: start + DemoSource.slotLength * (number - 1))
        }
        let instant = emulator.clock.now
        var line = SlotLine(
            number: number, count: source.slotCount, time: String(instant.rfc3339.dropFirst(11).prefix(5)))
        let pull = try await step("extract", &line, rows: "rows") {
            try await aws.invoke(
                "extract", ["id": .string("demo-slot-\(number)"), "time": .string(instant.rfc3339)])
        }
        let enriched = try await step("enrich", &line) { try await aws.invoke("enrich", pull) }
        let published = try await step("publish", &line, rows: "messages") {
            try await aws.invoke("publishToQueue", pull)
        }
        if number == 1 { try await Planting(stack: stack).plantAndEnable() }
        let silver = try await step("silver", &line) { try await aws.invoke("silverJob", pull) }
        _ = try await step("gold", &line) { try await aws.invoke("goldJob", silver) }
        _ = try await step("store", &line) {
            try await emulator.mappings.settled()
            return .null
        }
        let seconds = Self.seconds(ContinuousClock.now - began)
        progress.done(line, seconds: seconds)
        return Self.slot(instant, pull, enriched, published, seconds)
    }

    private func step(
        _ name: String, _ line: inout SlotLine, rows: String? = nil, _ work: () async throws -> JSONValue
    ) async throws -> JSONValue {
        line.begin(name)
        progress.working(line)
        let answer = try await work()
        line.finish(name, rows.flatMap { answer[$0]?.integer?.grouped } ?? "")
        progress.working(line)
        return answer
    }

    /// Moves the clock from one hidden message's reappearance to the next until none is left: the poison message makes
    /// its five receives in no time. A running clock is left to itself.
    private func drain() async throws {
        try await emulator.mappings.settled()
        guard emulator.clock.isFrozen else { return }
        let queue = try emulator.sqs.resolve(arn: PipelineStack.queueARN)
        for _ in 0..<(4 * PipelineStack.maximumReceives) {
            guard let due = try await emulator.sqs.nextDue(of: queue) else { return }
            try await emulator.advanceClock(to: due)
            try await emulator.mappings.settled()
        }
    }

    private func report(_ slots: [DemoReport.Slot], _ began: ContinuousClock.Instant) async throws -> DemoReport {
        try await emulator.s3.export(bucket: PipelineStack.bucket, prefix: "", to: lakeFolder)
        let lake = try DemoLake(folder: lakeFolder)
        let queue = try await queueReport(sent: slots.map(\.messages).reduce(0, +))
        return DemoReport(
            source: source.description, slots: slots, layers: lake.layers, quarantineReasons: lake.quarantineReasons,
            queue: queue, topGames: lake.ranking("top_jogos", name: "nome_categoria"),
            topStreamers: lake.ranking("top_streamers", name: "nome_streamer"),
            violations: lake.violations + violations(of: queue), seconds: Self.seconds(ContinuousClock.now - began),
            emulatorPeakBytes: PeakMemory.ofThisProcess, functionPeakBytes: aws.memory.ofFunctions,
            state: statePath, lake: statePath + "/lake", endpoint: endpoint)
    }

    private func queueReport(sent: Int) async throws -> DemoReport.Queue {
        DemoReport.Queue(
            sent: sent + Planting.messageCount, waiting: try await depth(of: PipelineStack.queue),
            deadLetters: try await depth(of: PipelineStack.deadLetterQueue), stored: try await storedRows(),
            plantedPoison: 1, plantedRepeats: 1)
    }

    private func violations(of queue: DemoReport.Queue) -> [String] {
        var violations: [String] = []
        if emulator.clock.isFrozen || source.start != nil {
            if queue.waiting != 0 { violations.append("the queue still holds \(queue.waiting) messages") }
            if queue.deadLetters < queue.plantedPoison { violations.append("the poison message is no dead letter") }
        }
        return violations
    }

    private func depth(of queue: String) async throws -> Int {
        let names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        let answer = try await aws.json(
            "sqs", "AmazonSQS.GetQueueAttributes",
            [
                "QueueUrl": .string(try await stack.queueURL(queue)),
                "AttributeNames": .array(names.map { .string($0) }),
            ])
        return names.compactMap { answer["Attributes"]?[$0]?.string.flatMap(Int.init) }.reduce(0, +)
    }

    private func storedRows() async throws -> Int {
        var rows = 0
        var start: JSONValue?
        repeat {
            var input: JSONObject = ["TableName": .string(PipelineStack.realtimeTable), "Select": "COUNT"]
            if let start { input.append("ExclusiveStartKey", start) }
            let page = try await aws.json("dynamodb", "DynamoDB_20120810.Scan", .object(input))
            rows += page["Count"]?.integer ?? 0
            start = page["LastEvaluatedKey"]
        } while start != nil
        return rows
    }

    private static func slot(
        _ instant: Timestamp, _ pull: JSONValue, _ enriched: JSONValue, _ published: JSONValue, _ seconds: Double
    ) -> DemoReport.Slot {
        func figure(_ part: String, _ name: String) -> Int { enriched[part]?[name]?.integer ?? 0 }
        return DemoReport.Slot(
            instant: instant.rfc3339, runID: pull["run_id"]?.string ?? "", bronzeRows: pull["rows"]?.integer ?? 0,
            pages: pull["pages"]?.integer ?? 0, repeatedInPull: pull["duplicates"]?.integer ?? 0,
            gamesFetched: figure("games", "fetched"), usersFetched: figure("users", "fetched"),
            unmatched: figure("games", "unmatched") + figure("users", "unmatched"),
            messages: published["messages"]?.integer ?? 0, seconds: seconds)
    }

    static func seconds(_ duration: Duration) -> Double {
        Double(duration.milliseconds) / 1000
    }
}
