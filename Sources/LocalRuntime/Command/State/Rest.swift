import EmulatorClock
import Lambda
import SQS
import Synchronization

/// Brings an emulator to where it can be stopped without breaking anything off: no function runs, no request is being
/// answered, nothing is due.
struct Rest {
    /// How long everything is held still to see whether it is at rest.
    private static let lookingTime = Duration.milliseconds(500)
    private static let step = Duration.milliseconds(2)

    let emulator: Emulator
    let door: Door
    let patience: Duration

    /// Returns with the door closed and the clock held: nothing can begin any more.
    ///
    /// - Throws: `ControlError.notAtRest`, everything going on as before.
    func reach() async throws {
        let deadline = ContinuousClock.now + patience
        repeat {
            // A function may need the emulator to come to its end, so it is waited for with the door open.
            _ = try await within(max(deadline - .now, Self.lookingTime)) { emulator.isIdle }
            if try await holdStill() { return }
        } while ContinuousClock.now < deadline
        throw ControlError.notAtRest(running: emulator.lambda.runningCount, requests: door.inside)
    }

    private func holdStill() async throws -> Bool {
        let began = ContinuousClock.now
        let wasFrozen = emulator.clock.isFrozen
        door.close()
        emulator.clock.freeze()
        let isSettled = Flag()
        let settling = Task {
            try await emulator.settle()
            isSettled.raise()
        }
        let isAtRest = try await within(Self.lookingTime) {
            emulator.sqs.endLongPolls()
            return door.inside == 0 && emulator.isIdle && isSettled.isRaised
        }
        if isAtRest { return true }
        settling.cancel()
        if !wasFrozen {
            emulator.clock.resume()
            emulator.clock.advance(by: ContinuousClock.now - began)
        }
        door.open(to: emulator.gateway)
        return false
    }

    private func within(_ limit: Duration, _ isSo: () -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while !isSo() {
            guard ContinuousClock.now < deadline else { return false }
            try await Task.sleep(for: Self.step)
        }
        return true
    }
}

/// Is raised once.
private final class Flag: Sendable {
    private let state = Mutex(false)

    var isRaised: Bool { state.withLock { $0 } }

    func raise() { state.withLock { $0 = true } }
}
