import AWSProtocol
import EmulatorClock

/// Streams and metric filters.
extension LogsCall {
    func describeLogStreams() async throws -> JSONObject {
        let group = try identifiedGroup()
        let prefix = try members.string("logStreamNamePrefix", length: 1...512, pattern: Self.streamName)
        let order = try members.string("orderBy", oneOf: ["LogStreamName", "LastEventTime"])
        let isByTime = order == "LastEventTime"
        if isByTime, prefix != nil { throw LogsError.prefixWithEventTime }
        let limit = try members.integer("limit", in: service.limits.listing) ?? service.limits.listing.upperBound
        let token = try members.string("nextToken", length: 1...2048)
        var streams = try await service.streams(of: group).filter { prefix.map($0.name.hasPrefix) ?? true }
        if isByTime {
            streams.sort { ($0.lastEvent?.milliseconds ?? 0, $0.name) < ($1.lastEvent?.milliseconds ?? 0, $1.name) }
        }
        if try members.bool("descending") ?? false { streams.reverse() }
        return try Listing(streams, after: token, limit: limit, key: \.name).answer("logStreams") {
            Self.json($0, of: group)
        }
    }

    func putMetricFilter() async throws {
        try refuse(
            "applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFieldDimensions", in: "PutMetricFilter")
        let group = try namedGroup()
        let name = try filterName()
        guard let pattern = try members.string("filterPattern", length: 0...1024) else {
            throw members.missing("filterPattern")
        }
        guard let transformations = try members.structures("metricTransformations", count: 1...1) else {
            throw members.missing("metricTransformations")
        }
        for transformation in transformations {
            _ = try transformation.required("metricName", length: 0...255)
            _ = try transformation.required("metricNamespace", length: 0...255)
            _ = try transformation.required("metricValue", length: 0...100)
        }
        try await service.put(
            MetricFilter(
                group: group, name: name, pattern: pattern,
                transformations: .array(transformations.map { .object($0.object) }),
                created: service.clock.now))
    }

    func describeMetricFilters() async throws -> JSONObject {
        let group = try members.string("logGroupName", length: 1...512, pattern: Self.groupName)
        let prefix = try members.string("filterNamePrefix", length: 1...512, pattern: Self.streamName)
        let metric = try members.string("metricName", length: 0...255)
        let namespace = try members.string("metricNamespace", length: 0...255)
        let limit = try members.integer("limit", in: service.limits.listing) ?? service.limits.listing.upperBound
        let filters = try await service.metricFilters(of: group, account: account, region: region).filter { filter in
            let transformations = filter.transformations.array ?? []
            return prefix.map(filter.name.hasPrefix) ?? true
                && metric.map { name in transformations.contains { $0["metricName"]?.string == name } } ?? true
                && namespace.map { name in transformations.contains { $0["metricNamespace"]?.string == name } } ?? true
        }
        // No name of a group or filter holds a colon.
        return try Listing(
            filters, after: try members.string("nextToken", length: 1...2048), limit: limit,
            key: { "\($0.group.name):\($0.name)" }
        ).answer("metricFilters", Self.json)
    }

    private static func json(_ filter: MetricFilter) -> JSONValue {
        [
            "filterName": .string(filter.name), "filterPattern": .string(filter.pattern),
            "metricTransformations": filter.transformations, "creationTime": .integer(filter.created.milliseconds),
            "logGroupName": .string(filter.group.name), "applyOnTransformedLogs": false,
        ]
    }

    private static func json(_ stream: LogStreamSummary, of group: LogGroupID) -> JSONValue {
        var answer: JSONObject = [
            "logStreamName": .string(stream.name), "creationTime": .integer(stream.created.milliseconds),
            "arn": .string("\(group.arn):log-stream:\(stream.name)"),
            // AWS counts bytes by group only, and says 0 of every stream.
            "storedBytes": 0,
        ]
        answer["firstEventTimestamp"] = stream.firstEvent.map { .integer($0.milliseconds) }
        answer["lastEventTimestamp"] = stream.lastEvent.map { .integer($0.milliseconds) }
        if let ingestion = stream.lastIngestion {
            answer["lastIngestionTime"] = .integer(ingestion.milliseconds)
            answer["uploadSequenceToken"] = .string(EventToken.digits(ingestion.milliseconds, width: 56))
        }
        return .object(answer)
    }
}
