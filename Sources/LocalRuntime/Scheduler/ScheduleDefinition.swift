import AWSProtocol
import EmulatorClock

/// What the owner of a schedule asked for: the members of CreateSchedule, checked.
/// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
struct ScheduleDefinition: Sendable, Equatable {
    var expressionText: String
    var expression: ScheduleExpression
    var zone: Zone
    var startDate: Timestamp?
    var endDate: Timestamp?
    var isEnabled: Bool
    /// nil when the window is off.
    var flexibleWindow: Duration?
    var target: ScheduleTarget
    var deletesAfterCompletion: Bool
    var description: String?
    var kmsKeyARN: String?

    /// - Throws: `ConstraintViolation`, `SchedulerError`, `NotImplemented`
    init(_ members: CheckedMembers, _ limits: SchedulerLimits) throws {
        expressionText = try members.required("ScheduleExpression", length: limits.expression)
        let zoneName = try members.string("ScheduleExpressionTimezone", length: 1...50) ?? "UTC"
        startDate = try Self.timestamp(members, "StartDate")
        endDate = try Self.timestamp(members, "EndDate")
        description = try members.string("Description", length: limits.description)
        isEnabled = try members.string("State", oneOf: ["ENABLED", "DISABLED"]) != "DISABLED"
        deletesAfterCompletion = try members.string("ActionAfterCompletion", oneOf: ["NONE", "DELETE"]) == "DELETE"
        kmsKeyARN = try members.string("KmsKeyArn", length: 1...2048)
        guard let window = try members.structure("FlexibleTimeWindow") else {
            throw members.missing("FlexibleTimeWindow")
        }
        flexibleWindow = try Self.window(window, limits)
        guard let target = try members.structure("Target") else { throw members.missing("Target") }
        self.target = try ScheduleTarget(target, limits)
        guard let expression = ScheduleExpression(expressionText) else {
            throw SchedulerError.invalidExpression(expressionText)
        }
        guard let zone = Zone(zoneName) else { throw SchedulerError.invalidTimeZone(zoneName) }
        (self.expression, self.zone) = (expression, zone)
        if let startDate, let endDate, endDate <= startDate { throw SchedulerError.endBeforeStart }
    }

    /// The members as GetSchedule answers them; the same are stored.
    var json: JSONObject {
        var json: JSONObject = [
            "ScheduleExpression": .string(expressionText), "ScheduleExpressionTimezone": .string(zone.name),
            "State": .string(isEnabled ? "ENABLED" : "DISABLED"),
            "ActionAfterCompletion": .string(deletesAfterCompletion ? "DELETE" : "NONE"),
            "FlexibleTimeWindow": ["Mode": "OFF"], "Target": .object(target.json),
        ]
        if let flexibleWindow {
            json["FlexibleTimeWindow"] = [
                "Mode": "FLEXIBLE", "MaximumWindowInMinutes": .integer(flexibleWindow.components.seconds / 60),
            ]
        }
        json["StartDate"] = startDate.map(\.epochSeconds)
        json["EndDate"] = endDate.map(\.epochSeconds)
        json["Description"] = description.map { .string($0) }
        json["KmsKeyArn"] = kmsKeyARN.map { .string($0) }
        return json
    }

    private static func window(_ members: CheckedMembers, _ limits: SchedulerLimits) throws -> Duration? {
        let mode = try members.required("Mode", oneOf: ["OFF", "FLEXIBLE"])
        let minutes = try members.integer("MaximumWindowInMinutes", in: limits.windowMinutes)
        if mode == "OFF" {
            guard minutes == nil else { throw SchedulerError.windowWithoutMode }
            return nil
        }
        guard let minutes else { throw SchedulerError.windowMissing }
        return .seconds(minutes * 60)
    }

    /// Seconds since the epoch, with or without a fraction.
    private static func timestamp(_ members: CheckedMembers, _ name: String) throws -> Timestamp? {
        guard members.has(name) else { return nil }
        guard case .number(let text)? = members.object[name], let seconds = Double(text), abs(seconds) < 1e12 else {
            throw SchedulerError.malformed("\(name) is not a number of seconds since the epoch.")
        }
        return Timestamp(milliseconds: Int64((seconds * 1000).rounded()))
    }
}

extension Timestamp {
    /// As REST JSON spells instants: seconds since the epoch.
    var epochSeconds: JSONValue {
        milliseconds % 1000 == 0 ? .integer(seconds) : .double(Double(milliseconds) / 1000)
    }
}
