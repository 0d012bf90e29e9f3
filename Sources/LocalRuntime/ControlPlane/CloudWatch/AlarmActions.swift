import AWSProtocol
import EmulatorClock
import EmulatorDatabase

/// Moves alarms from state to state, and tells those who want to know.
struct AlarmActions: Sendable {
    let foundation: ControlFoundation
    let topics: SNSService

    func change(
        _ stored: StoredAlarm, to state: MetricAlarm.State, reason: String, at instant: Timestamp
    ) async throws {
        let isChanged = try await foundation.database.write { db in
            try CloudWatchAlarms.setState(state, reason: reason, of: stored, at: instant, db)
        }
        guard isChanged, stored.areActionsEnabled else { return }
        for action in stored.actions(for: state) {
            do {
                _ = try await topics.publish(
                    topicARN: action, subject: stored.subject(for: state),
                    message: stored.notification(of: state, reason: reason, at: instant))
            } catch {
                FaultLog.note(error)
            }
        }
    }
}
