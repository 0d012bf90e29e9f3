import EmulatorClock

/// A schedule group of an account and region.
package struct ScheduleGroupID: Hashable, Sendable {
    package var account: String
    package var region: String
    package var name: String

    package init(account: String, region: String, name: String) {
        self.account = account
        self.region = region
        self.name = name
    }

    package var arn: String { "arn:aws:scheduler:\(region):\(account):schedule-group/\(name)" }
}

/// A group that schedules belong to. Tags are a group's, never a schedule's.
/// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetScheduleGroup.html
struct ScheduleGroup: Sendable, Equatable {
    var id: ScheduleGroupID
    var created: Timestamp
    var modified: Timestamp
    var tags: [String: String] = [:]
}

/// A schedule as it stands: what its owner asked for, and what is next.
/// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetSchedule.html
struct Schedule: Sendable, Equatable {
    var group: ScheduleGroupID
    var name: String
    var definition: ScheduleDefinition
    var created: Timestamp
    var modified: Timestamp
    /// The occurrence from which a rate counts.
    var anchor: Timestamp
    /// The last occurrence that was handed on.
    var last: Timestamp?
    /// The next occurrence as the expression names it; nil when there is none or the schedule is disabled.
    var next: Timestamp?
    /// When that occurrence fires: later than `next` within a flexible window.
    var fires: Timestamp?
    /// Of the call that made it.
    var clientToken: String?

    var arn: String {
        "arn:aws:scheduler:\(group.region):\(group.account):schedule/\(group.name)/\(name)"
    }

    /// Finds out what is next after `instant`, never before what has been handed on.
    mutating func plan(after instant: Timestamp) {
        next = nil
        fires = nil
        guard definition.isEnabled else { return }
        var floor = max(instant, last ?? instant)
        if !definition.expression.isOneTime, let start = definition.startDate {
            floor = max(floor, start - .milliseconds(1))
        }
        guard let found = definition.expression.next(after: floor, anchor: anchor, in: definition.zone) else { return }
        if !definition.expression.isOneTime, let end = definition.endDate, found > end { return }
        next = found
        fires = found + FlexibleWindow.delay(of: arn, at: found, within: definition.flexibleWindow)
    }
}

/// The retries of an invocation that its target did not take.
/// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
struct RetryPolicy: Sendable, Equatable {
    var maximumEventAge: Duration = .seconds(86_400)
    var maximumAttempts = 185

    /// How long to wait after so many attempts have failed. AWS says only that it grows exponentially; this doubles from a
    /// second to the eight minutes at which 185 retries fill a day.
    static func delay(afterAttempts count: Int) -> Duration {
        .seconds(min(1 << min(count - 1, 20), 480))
    }
}

/// Where in a flexible window an occurrence fires: a matter of chance, yet the same each time.
/// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-flexible-time-windows.html
enum FlexibleWindow {
    static func delay(of arn: String, at occurrence: Timestamp, within window: Duration?) -> Duration {
        guard let window, window > .zero else { return .zero }
        // FNV-1a, https://datatracker.ietf.org/doc/html/draft-eastlake-fnv, then a last mixing for short inputs.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in Array(arn.utf8) + Array("\(occurrence.milliseconds)".utf8) {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        hash = (hash ^ (hash >> 32)) &* 0x9E37_79B9_7F4A_7C15
        return .seconds(Int64((hash >> 11) % UInt64(window.components.seconds)))
    }
}
