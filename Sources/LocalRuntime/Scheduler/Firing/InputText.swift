import AWSProtocol
import EmulatorClock

/// The text that a target gets.
/// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
enum InputText {
    static func make(for invocation: ScheduledInvocation) -> String {
        guard let input = invocation.target.input else { return notification(invocation) }
        guard input.contains("<aws.scheduler.") else { return input }
        let values = [
            ("<aws.scheduler.schedule-arn>", invocation.scheduleARN),
            ("<aws.scheduler.scheduled-time>", invocation.scheduled.wholeSeconds),
            ("<aws.scheduler.execution-id>", invocation.executionID),
            ("<aws.scheduler.attempt-number>", "\(invocation.attempts + 1)"),
        ]
        return values.reduce(input) { $0.replacing($1.0, with: $1.1) }
    }

    /// What a target gets when its schedule has no input.
    private static func notification(_ invocation: ScheduledInvocation) -> String {
        let event: JSONValue = [
            "version": "0", "id": .string(invocation.executionID), "detail-type": "Scheduled Event",
            "source": "aws.scheduler", "account": .string(invocation.group.account),
            "time": .string(invocation.scheduled.wholeSeconds), "region": .string(invocation.group.region),
            "resources": [.string(invocation.scheduleARN)], "detail": "{}",
        ]
        return event.text
    }
}

extension Timestamp {
    /// `2026-03-01T18:00:00Z`
    var wholeSeconds: String { rfc3339.prefix(19) + "Z" }
}
