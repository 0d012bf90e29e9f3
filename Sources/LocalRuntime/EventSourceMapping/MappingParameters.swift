import AWSProtocol

/// The members of a create or update request, read with Lambda's words for what is out of bounds.
struct MappingParameters {
    let members: JSONValue
    let limits: MappingLimits

    /// Parameters of streams, Kafka, MQ and DocumentDB.
    private static let ofOtherSources = [
        "ParallelizationFactor", "BisectBatchOnFunctionError",
        "DestinationConfig", "MaximumRecordAgeInSeconds", "MaximumRetryAttempts", "TumblingWindowInSeconds", "Topics",
        "Queues", "SourceAccessConfigurations", "SelfManagedEventSource", "AmazonManagedKafkaEventSourceConfig",
        "SelfManagedKafkaEventSourceConfig", "DocumentDBEventSourceConfig",
    ]

    /// The other services whose events a mapping takes at AWS.
    private static let otherServices: Set = ["dynamodb", "kafka", "kinesis", "mq", "rds"]

    /// Parameters that SQS mappings have at AWS, and not here.
    private static let notImplemented = ["KMSKeyArn", "LoggingConfig"]

    init(body: [UInt8], limits: MappingLimits) throws {
        guard !body.isEmpty, let members = try? JSONValue(parsing: body), members.object != nil else {
            throw MappingError.invalidRequest("Could not parse request body into json.")
        }
        self.members = members
        self.limits = limits
        try checkStartingPosition()
        let service = eventSourceARN?.split(separator: ":", omittingEmptySubsequences: false).dropFirst(2).first
        if let service, Self.otherServices.contains(String(service)) {
            throw NotImplemented("event source mappings of the service '\(service)'")
        }
        for name in ["StartingPosition", "StartingPositionTimestamp"] where !isAbsent(name) {
            throw MappingError.notValidForSQS(name)
        }
        for name in Self.ofOtherSources where !isAbsent(name) { throw MappingError.unsupportedParameter(name) }
        for name in Self.notImplemented where !isAbsent(name) {
            throw NotImplemented("the parameter \(name) of event source mappings")
        }
    }

    var functionName: String? { members["FunctionName"]?.string }
    var eventSourceARN: String? { members["EventSourceArn"]?.string }
    var isEnabled: Bool? { members["Enabled"]?.bool }

    var tags: [String: String] {
        Dictionary(
            (members["Tags"]?.object?.members ?? []).map { ($0.name, $0.value.string ?? "") },
            uniquingKeysWith: { $1 })
    }

    /// Sets what the request gives and leaves the rest.
    func apply(to settings: inout MappingSettings) throws {
        if let size = try integer("BatchSize", limits.batchSize) { settings.batchSize = size }
        if let seconds = try integer("MaximumBatchingWindowInSeconds", limits.batchingWindowSeconds) {
            settings.maximumBatchingWindow = .seconds(seconds)
        }
        if let scaling = members["ScalingConfig"] {
            settings.maximumConcurrency = try Self.integer(
                scaling["MaximumConcurrency"], at: "scalingConfig.maximumConcurrency", limits.maximumConcurrency)
        }
        if let pollers = members["ProvisionedPollerConfig"] { settings.provisionedPollers = try provisioned(pollers) }
        if let types = members["FunctionResponseTypes"]?.array {
            try Self.check(types, at: "functionResponseTypes", among: ["ReportBatchItemFailures"])
            settings.reportsBatchItemFailures = !types.isEmpty
        }
        if let metrics = members["MetricsConfig"] {
            let kinds = metrics["Metrics"]?.array ?? []
            try Self.check(kinds, at: "metricsConfig.metrics", among: ["EventCount", "ErrorCount", "KafkaMetrics"])
            settings.metrics = kinds.compactMap(\.string)
            // The other kinds are Kafka's.
            if let foreign = settings.metrics.first(where: { $0 != "EventCount" }) {
                throw MappingError.notValidForSQS("Metric \(foreign)")
            }
        }
        if let criteria = members["FilterCriteria"] {
            settings.filters = try (criteria["Filters"]?.array ?? []).map(pattern)
        }
    }

    /// An empty object ends provisioned mode.
    private func provisioned(_ value: JSONValue) throws -> ProvisionedPollers? {
        guard value.object?.isEmpty == false else { return nil }
        guard value["PollerGroupName"] == nil else { throw MappingError.notValidForSQS("PollerGroupName") }
        let path = "provisionedPollerConfig."
        let minimum = try Self.integer(value["MinimumPollers"], at: path + "minimumPollers", limits.minimumPollers)
        let maximum = try Self.integer(value["MaximumPollers"], at: path + "maximumPollers", limits.maximumPollers)
        let standard = ProvisionedPollers()
        let pollers = ProvisionedPollers(
            minimum: minimum ?? min(standard.minimum, maximum ?? .max),
            maximum: maximum ?? max(standard.maximum, minimum ?? 0))
        guard pollers.minimum <= pollers.maximum else { throw MappingError.minimumPollersAboveMaximum }
        return pollers
    }

    /// A position is read, and refused for its spelling, before it is refused for its source.
    private func checkStartingPosition() throws {
        guard let position = members["StartingPosition"]?.string else { return }
        guard ["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"].contains(position) else {
            throw MappingError.constraint(
                value: position, member: "startingPosition",
                rule: "Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]")
        }
    }

    private func pattern(_ filter: JSONValue) throws -> String {
        let pattern = filter["Pattern"]?.string ?? ""
        guard pattern.utf8.count <= limits.filterPatternBytes else {
            throw MappingError.constraint(
                value: pattern, member: "filterCriteria.filters.1.member.pattern",
                rule: "Member must have length less than or equal to \(limits.filterPatternBytes)")
        }
        return pattern
    }

    /// Empty lists and maps, and a bisect that is off, ask for nothing.
    private func isAbsent(_ name: String) -> Bool {
        switch members[name] {
        case nil, .bool(false): true
        case .array(let values): values.isEmpty
        case .object(let object): object.isEmpty
        default: false
        }
    }

    private func integer(_ name: String, _ range: ClosedRange<Int>) throws -> Int? {
        try Self.integer(members[name], at: name.prefix(1).lowercased() + name.dropFirst(), range)
    }

    private static func integer(_ value: JSONValue?, at member: String, _ range: ClosedRange<Int>) throws -> Int? {
        guard let value else { return nil }
        guard let number = value.integer else {
            throw MappingError.invalidRequest("\(member) must be an integer, but was: \(value.text)")
        }
        guard number >= range.lowerBound else {
            throw MappingError.constraint(
                value: String(number), member: member,
                rule: "Member must have value greater than or equal to \(range.lowerBound)")
        }
        guard number <= range.upperBound else {
            throw MappingError.constraint(
                value: String(number), member: member,
                rule: "Member must have value less than or equal to \(range.upperBound)")
        }
        return number
    }

    private static func check(_ values: [JSONValue], at member: String, among allowed: [String]) throws {
        guard values.allSatisfy({ $0.string.map(allowed.contains) ?? false }) else {
            let spelled = values.map { $0.string ?? $0.text }.joined(separator: ", ")
            throw MappingError.constraint(
                value: "[\(spelled)]", member: member,
                rule: "Member must satisfy constraint: [Member must satisfy enum value set: "
                    + "[\(allowed.joined(separator: ", "))]]")
        }
    }
}
