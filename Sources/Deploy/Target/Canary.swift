import Foundation

/// The trial of new versions: they have a share of the invocations, and the error alarms are looked at meanwhile.
///
/// https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
struct Canary: Sendable {
    private let stack: Stack
    private let outputs: StackOutputs
    /// What was live before, by handler.
    private let live: [String: String]

    init(_ stack: Stack, _ outputs: StackOutputs, live: [String: String]) {
        (self.stack, self.outputs, self.live) = (stack, outputs, live)
    }

    /// The error alarms that are raised now.
    func raisedAlarms() async throws -> [String] {
        try await stack.access.raisedAlarms(prefix: outputs.prefix).filter { $0.hasSuffix("-errors") }
    }

    /// Looks at the alarms until so much of the target's time has passed.
    ///
    /// - Returns: the alarms that ended it; none when the time passed quietly.
    func watch(minutes: Int) async throws -> [String] {
        let end = try await stack.clock.now().addingTimeInterval(Double(minutes) * 60)
        while true {
            // Asked before the alarms: what was raised up to the end counts.
            let isOver = try await stack.clock.now() >= end
            let raised = try await raisedAlarms()
            if isOver || !raised.isEmpty { return raised }
            try await Task.sleep(for: stack.clock.pause)
        }
    }

    /// Takes the share away: all invocations go to what was live before.
    func rollBack() async throws {
        let rollback = Rollback(access: try stack.access, hold: stack.hold)
        do {
            try await rollback.perform(try await rollback.moves(outputs, named: []), outputs, live: live)
        } catch DeployError.nothingBefore {
            // The apply has changed no function: there is no share to take away.
        }
    }
}
