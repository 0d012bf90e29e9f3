import AWSProtocol
import EmulatorClock

/// Schedules.
extension SchedulerCall {
    func createSchedule(_ name: String) async throws -> JSONObject {
        let name = try checkedName(name)
        let schedule = try await service.create(
            name, in: try group(), try ScheduleDefinition(members, service.limits), clientToken: try clientToken())
        return ["ScheduleArn": .string(schedule.arn)]
    }

    func updateSchedule(_ name: String) async throws -> JSONObject {
        let name = try checkedName(name)
        // The same call twice changes nothing the second time, whatever its token.
        _ = try clientToken()
        let schedule = try await service.update(
            name, in: try group(), try ScheduleDefinition(members, service.limits))
        return ["ScheduleArn": .string(schedule.arn)]
    }

    func getSchedule(_ name: String) async throws -> JSONObject {
        let schedule = try await service.schedule(try checkedName(name), in: try queriedGroup())
        var answer: JSONObject = [
            "Arn": .string(schedule.arn), "GroupName": .string(schedule.group.name), "Name": .string(schedule.name),
            "CreationDate": schedule.created.epochSeconds, "LastModificationDate": schedule.modified.epochSeconds,
        ]
        schedule.definition.json.members.forEach { answer.append($0.name, $0.value) }
        return answer
    }

    func deleteSchedule(_ name: String) async throws -> JSONObject {
        _ = try query("clientToken", length: 1...64, pattern: Self.token)
        try await service.delete(try checkedName(name), in: try queriedGroup())
        return [:]
    }

    func listSchedules() async throws -> JSONObject {
        let group = try query("ScheduleGroup", length: service.limits.name, pattern: Self.name)
        let prefix = try query("NamePrefix", length: service.limits.name, pattern: Self.name)
        let state = try query("State", oneOf: ["ENABLED", "DISABLED"])
        if let group { _ = try await service.group(groupID(group)) }
        let schedules = try await service.schedules(account: request.scope.account, region: request.scope.region)
            .filter { schedule in
                group.map { $0 == schedule.group.name } ?? true && prefix.map(schedule.name.hasPrefix) ?? true
                    && state.map { ($0 == "ENABLED") == schedule.definition.isEnabled } ?? true
            }
        return try page(schedules, as: "Schedules", key: { "\($0.group.name)/\($0.name)" }, json: Self.summary)
    }

    private func group() throws -> ScheduleGroupID {
        groupID(try members.string("GroupName", length: service.limits.name, pattern: Self.name) ?? "default")
    }

    private func queriedGroup() throws -> ScheduleGroupID {
        groupID(try query("groupName", length: service.limits.name, pattern: Self.name) ?? "default")
    }

    private static func summary(_ schedule: Schedule) -> JSONValue {
        [
            "Arn": .string(schedule.arn), "Name": .string(schedule.name), "GroupName": .string(schedule.group.name),
            "State": .string(schedule.definition.isEnabled ? "ENABLED" : "DISABLED"),
            "CreationDate": schedule.created.epochSeconds, "LastModificationDate": schedule.modified.epochSeconds,
            "Target": ["Arn": .string(schedule.definition.target.arn)],
        ]
    }
}
