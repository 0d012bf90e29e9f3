import AWSProtocol
import EmulatorClock

/// Groups, their retention and their tags.
extension LogsCall {
    func createLogGroup() async throws {
        try refuse("deletionProtectionEnabled", in: "CreateLogGroup")
        let id = try namedGroup()
        let kmsKey = try members.string("kmsKeyId", length: 0...256)
        let logClass = try members.string(
            "logGroupClass", oneOf: ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY", "ESSENTIALS"])
        if let logClass, !["STANDARD", "INFREQUENT_ACCESS"].contains(logClass) {
            throw NotImplemented("log groups of class \(logClass) in CreateLogGroup")
        }
        let tags = members.has("tags") ? try tags() : [:]
        try await service.create(
            LogGroup(
                id: id, created: service.clock.now, kmsKeyID: kmsKey, logClass: logClass ?? "STANDARD", tags: tags))
    }

    func describeLogGroups() async throws -> JSONObject {
        try refuse("accountIdentifiers", "includeLinkedAccounts", in: "DescribeLogGroups")
        let prefix = try members.string("logGroupNamePrefix", length: 1...512, pattern: Self.groupName)
        let part = try members.string("logGroupNamePattern", length: 0...512, pattern: Self.groupName)
        if prefix != nil, part != nil { throw LogsError.prefixAndPattern }
        let logClass = try members.string("logGroupClass")
        let wanted = try members.strings("logGroupIdentifiers", count: 1...50).map { try $0.map(group) }
        let limit = try members.integer("limit", in: service.limits.listing) ?? service.limits.listing.upperBound
        let token = try members.string("nextToken", length: 1...2048)
        let groups = try await service.groups(account: account, region: region, after: token ?? "").filter { group in
            prefix.map(group.id.name.hasPrefix) ?? true
                && part.map { $0.isEmpty || group.id.name.contains($0) } ?? true
                && logClass.map { $0 == group.logClass } ?? true && wanted.map { $0.contains(group.id) } ?? true
        }
        return try Listing(groups, after: nil, limit: limit, key: \.id.name).answer("logGroups") {
            Self.json($0, isBrief: part != nil)
        }
    }

    func putRetentionPolicy() async throws {
        let id = try namedGroup()
        guard let days = try members.integer("retentionInDays") else { throw members.missing("retentionInDays") }
        guard service.limits.retentionDays.contains(days) else {
            throw ConstraintViolation(
                value: "\(days)", place: "retentionInDays",
                rule: "Member must satisfy enum value set: "
                    + "[\(service.limits.retentionDays.map(String.init).joined(separator: ", "))]")
        }
        try await service.change(id) { $0.retentionDays = days }
    }

    func tags() throws -> [String: String] {
        guard let map = try members.structure("tags") else { throw members.missing("tags") }
        guard !map.object.isEmpty else {
            throw ConstraintViolation(
                value: "{}", place: "tags", rule: "Member must have length greater than or equal to 1")
        }
        return try map.object.members.reduce(into: [:]) { tags, member in
            try CheckedMembers.check(member.name, at: "tags", length: 1...128)
            tags[member.name] = try map.required(member.name, length: 0...256)
        }
    }

    func tagKeys(_ member: String) throws -> [String] {
        guard let keys = try members.strings(member, length: 1...128) else { throw members.missing(member) }
        return keys
    }

    /// The group of `resourceArn`.
    func resource() throws -> LogGroupID {
        let arn = try members.required("resourceArn", length: 1...1011)
        guard arn.hasPrefix("arn:") else { throw LogsError.invalidARN }
        return try group(of: arn)
    }

    func tag(_ id: LogGroupID, _ tags: [String: String]) async throws {
        try await ofResource { try await service.change(id) { $0.tags.merge(tags) { $1 } } }
    }

    func untag(_ id: LogGroupID, _ keys: [String]) async throws {
        try await ofResource { try await service.change(id) { group in keys.forEach { group.tags[$0] = nil } } }
    }

    func listTags(of id: LogGroupID) async throws -> JSONObject {
        let tags = try await ofResource { try await service.group(id).tags }
        return ["tags": .object(JSONObject(tags.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))]
    }

    /// The operations that name a group by its ARN say "resource" of one that is not there.
    private func ofResource<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch LogsError.groupNotFound where members.has("resourceArn") {
            throw LogsError.resourceNotFound
        }
    }

    /// - Parameter isBrief: whether the group was found by a part of its name, of which AWS tells less.
    private static func json(_ group: LogGroup, isBrief: Bool) -> JSONValue {
        var answer: JSONObject = [
            "arn": .string(group.id.arn + ":*"), "creationTime": .integer(group.created.milliseconds),
            "logGroupArn": .string(group.id.arn), "logGroupClass": .string(group.logClass),
            "logGroupName": .string(group.id.name), "metricFilterCount": .integer(group.metricFilterCount),
        ]
        if !isBrief {
            answer.append("storedBytes", .integer(group.storedBytes))
            answer.append("deletionProtectionEnabled", false)
        }
        answer["retentionInDays"] = group.retentionDays.map { .integer($0) }
        answer["kmsKeyId"] = group.kmsKeyID.map { .string($0) }
        return .object(answer)
    }
}
