import AWSProtocol
import EmulatorClock
import GRDB

/// An occurrence that was taken from its schedule and not yet handed over to the target.
struct ScheduledInvocation: Sendable, Equatable {
    var executionID: String
    var group: ScheduleGroupID
    var scheduleName: String
    var target: ScheduleTarget
    /// The occurrence as the expression names it.
    var scheduled: Timestamp
    var fired: Timestamp
    /// Failed ones so far.
    var attempts = 0
    var due: Timestamp

    var scheduleARN: String {
        "arn:aws:scheduler:\(group.region):\(group.account):schedule/\(group.name)/\(scheduleName)"
    }
}

/// The SQL of invocations.
extension SchedulerStore {
    func save(_ invocation: ScheduledInvocation) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO schedule_invocation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                invocation.executionID, invocation.group.account, invocation.group.region, invocation.group.name,
                invocation.scheduleName, JSONValue.object(invocation.target.json).text,
                invocation.scheduled.milliseconds, invocation.fired.milliseconds, invocation.attempts,
                invocation.due.milliseconds,
            ])
    }

    func deleteInvocation(_ executionID: String) throws {
        try db.execute(sql: "DELETE FROM schedule_invocation WHERE execution_id = ?", arguments: [executionID])
    }

    /// The invocation that is due first.
    func firstInvocation() throws -> ScheduledInvocation? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT * FROM schedule_invocation ORDER BY due_at_ms, scheduled_at_ms, execution_id LIMIT 1
                """
        ).map { row in
            let target = try JSONValue(parsing: row["target"] as String).object ?? [:]
            return ScheduledInvocation(
                executionID: row["execution_id"],
                group: ScheduleGroupID(account: row["account"], region: row["region"], name: row["group_name"]),
                scheduleName: row["name"], target: try ScheduleTarget(CheckedMembers(target), limits),
                scheduled: Timestamp(milliseconds: row["scheduled_at_ms"]),
                fired: Timestamp(milliseconds: row["fired_at_ms"]), attempts: row["attempts"],
                due: Timestamp(milliseconds: row["due_at_ms"]))
        }
    }

    /// Whether an invocation of a schedule is not yet handed over.
    func hasInvocation(of schedule: Schedule) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM schedule_invocation
                    WHERE account = ? AND region = ? AND group_name = ? AND name = ?)
                """,
            arguments: [schedule.group.account, schedule.group.region, schedule.group.name, schedule.name]) ?? false
    }
}
