import AWSProtocol
import EmulatorClock

/// Groups and tags.
extension SchedulerCall {
    func createGroup(_ name: String) async throws -> JSONObject {
        let id = groupID(try checkedName(name))
        try await service.createGroup(id, tags: try tags() ?? [:], clientToken: try clientToken())
        return ["ScheduleGroupArn": .string(id.arn)]
    }

    func getGroup(_ name: String) async throws -> JSONObject {
        Self.json(try await service.group(groupID(try checkedName(name))))
    }

    func deleteGroup(_ name: String) async throws -> JSONObject {
        _ = try query("clientToken", length: 1...64, pattern: Self.token)
        try await service.deleteGroup(groupID(try checkedName(name)))
        return [:]
    }

    func listGroups() async throws -> JSONObject {
        let prefix = try query("NamePrefix", length: service.limits.name, pattern: Self.name)
        let groups = try await service.groups(account: request.scope.account, region: request.scope.region).filter {
            prefix.map($0.id.name.hasPrefix) ?? true
        }
        return try page(groups, as: "ScheduleGroups", key: \.id.name) { .object(Self.json($0)) }
    }

    func listTags(_ arn: String) async throws -> JSONObject {
        let id = try resource(arn)
        do {
            let tags = try await service.group(id).tags.sorted { $0.key < $1.key }
            return ["Tags": .array(tags.map { ["Key": .string($0.key), "Value": .string($0.value)] })]
        } catch SchedulerError.groupNotFound {
            throw SchedulerError.resourceNotFound(arn)
        }
    }

    func tag(_ arn: String) async throws -> JSONObject {
        guard let tags = try tags() else { throw members.missing("Tags") }
        try await service.changeTags(of: try resource(arn)) { $0.merge(tags) { $1 } }
        return [:]
    }

    func untag(_ arn: String) async throws -> JSONObject {
        let keys = request.query.filter { $0.name == "TagKeys" }.map(\.value)
        try await service.changeTags(of: try resource(arn)) { tags in keys.forEach { tags[$0] = nil } }
        return [:]
    }

    private func tags() throws -> [String: String]? {
        try members.structures("Tags", count: 0...service.limits.tags)?.reduce(into: [:]) { tags, tag in
            tags[try tag.required("Key", length: 1...128)] = try tag.required("Value", length: 1...256)
        }
    }

    /// The group of an ARN; nothing else has tags.
    private func resource(_ arn: String) throws -> ScheduleGroupID {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "scheduler", parts[5].hasPrefix("schedule-group/") else {
            throw ConstraintViolation(
                value: arn, place: "resourceArn",
                rule: "Member must satisfy regular expression pattern: "
                    + #"^arn:aws[a-z-]*:scheduler:[a-z0-9\-]+:\d{12}:schedule-group\/[0-9a-zA-Z-_.]+$"#)
        }
        return ScheduleGroupID(
            account: String(parts[4]), region: String(parts[3]),
            name: String(parts[5].dropFirst("schedule-group/".count)))
    }

    private static func json(_ group: ScheduleGroup) -> JSONObject {
        [
            "Arn": .string(group.id.arn), "Name": .string(group.id.name), "State": "ACTIVE",
            "CreationDate": group.created.epochSeconds, "LastModificationDate": group.modified.epochSeconds,
        ]
    }
}
