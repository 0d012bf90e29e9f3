import AWSProtocol
import EmulatorClock

/// One call: who calls, and with what.
struct LogsCall {
    /// The star at the end of an ARN is taken as well.
    private static let groupIdentifier = CheckedMembers.Pattern.letters(#"[\w#+=/:,.@-]*"#, and: "_#+=/:,.@-*")
    static let groupName = CheckedMembers.Pattern.letters(#"[\.\-_/#A-Za-z0-9]+"#, and: ".-_/#")
    static let streamName = CheckedMembers.Pattern(#"[^:*]*"#) { !$0.contains(":") && !$0.contains("*") }

    let service: LogsService
    let account: String
    let region: String
    let members: CheckedMembers

    /// - Returns: nil where AWS answers without a body.
    func perform(_ operation: LogsOperation) async throws -> JSONObject? {
        switch operation {
        case .createLogGroup: try await createLogGroup()
        case .deleteLogGroup: try await service.delete(try namedGroup())
        case .describeLogGroups: return try await describeLogGroups()
        case .createLogStream: try await service.createStream(try streamName(), in: try namedGroup())
        case .deleteLogStream: try await service.deleteStream(try streamName(), in: try namedGroup())
        case .describeLogStreams: return try await describeLogStreams()
        case .putLogEvents: return try await putLogEvents()
        case .getLogEvents: return try await getLogEvents()
        case .filterLogEvents: return try await filterLogEvents()
        case .putRetentionPolicy: try await putRetentionPolicy()
        case .deleteRetentionPolicy: try await service.change(try namedGroup()) { $0.retentionDays = nil }
        case .tagResource: try await tag(try resource(), try tags())
        case .untagResource: try await untag(try resource(), try tagKeys("tagKeys"))
        case .listTagsForResource: return try await listTags(of: try resource())
        case .tagLogGroup: try await tag(try namedGroup(), try tags())
        case .untagLogGroup: try await untag(try namedGroup(), try tagKeys("tags"))
        case .listTagsLogGroup: return try await listTags(of: try namedGroup())
        case .putMetricFilter: try await putMetricFilter()
        case .deleteMetricFilter:
            try await service.deleteMetricFilter(try filterName(), of: try namedGroup())
        case .describeMetricFilters: return try await describeMetricFilters()
        }
        return nil
    }

    func id(_ name: String) -> LogGroupID { LogGroupID(account: account, region: region, name: name) }

    /// The group of `logGroupName`, which must be there.
    func namedGroup() throws -> LogGroupID {
        try checkLength("logGroupName")
        return id(try members.required("logGroupName", length: 1...512, pattern: Self.groupName))
    }

    /// The group of `logGroupName` or of `logGroupIdentifier`, of which one must be there.
    func identifiedGroup() throws -> LogGroupID {
        try checkLength("logGroupName")
        let name = try members.string("logGroupName", length: 1...512, pattern: Self.groupName)
        let identifier = try members.string("logGroupIdentifier", length: 1...2048, pattern: Self.groupIdentifier)
        switch (name, identifier) {
        case (_?, _?): throw LogsError.nameAndIdentifier
        case (let name?, nil): return id(name)
        case (nil, let identifier?): return try group(of: identifier)
        case (nil, nil): throw LogsError.neitherNameNorIdentifier
        }
    }

    /// A group by name or by ARN, with or without the `:*` at its end.
    func group(of identifier: String) throws -> LogGroupID {
        guard identifier.hasPrefix("arn:") else { return id(identifier) }
        let parts = identifier.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 7 || (parts.count == 8 && parts[7] == "*"), parts[2] == "logs", parts[5] == "log-group"
        else { throw LogsError.invalidARN }
        return LogGroupID(account: parts[4], region: parts[3], name: parts[6])
    }

    func streamName() throws -> String {
        try checkLength("logStreamName")
        return try members.required("logStreamName", length: 1...512, pattern: Self.streamName)
    }

    /// AWS has one text for all names that are too long, other than for any other member.
    private func checkLength(_ name: String) throws {
        guard let text = members.object[name]?.string, text.unicodeScalars.count > 512 else { return }
        throw LogsError.nameTooLong
    }

    func filterName() throws -> String {
        try members.required("filterName", length: 1...512, pattern: Self.streamName)
    }

    func timestamp(_ name: String) throws -> Timestamp? {
        try members.integer(name, in: 0...Int.max).map { Timestamp(milliseconds: Int64($0)) }
    }

    /// Refuses by name what would change the answer at AWS and is not there.
    func refuse(_ names: String..., in operation: String) throws {
        for name in names where members.has(name) && members.object[name]?.bool != false {
            throw NotImplemented("the parameter \(name) of \(operation)")
        }
    }
}

/// Cuts a listing into pages. The token is the name of the last element of a page.
struct Listing<Element> {
    var page: [Element]
    var nextToken: String?

    init(_ elements: [Element], after token: String?, limit: Int, key: (Element) -> String) throws {
        var rest = elements[...]
        if let token {
            guard let last = elements.firstIndex(where: { key($0) == token }) else { throw LogsError.invalidToken }
            rest = elements[(last + 1)...]
        }
        page = Array(rest.prefix(limit))
        nextToken = rest.count > limit ? page.last.map(key) : nil
    }

    func answer(_ name: String, _ json: (Element) -> JSONValue) -> JSONObject {
        var answer = JSONObject([(name, .array(page.map(json)))])
        answer["nextToken"] = nextToken.map { .string($0) }
        return answer
    }
}
