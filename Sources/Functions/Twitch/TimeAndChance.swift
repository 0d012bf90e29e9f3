import FoundationEssentials

/// What the clients take from the world: the time, waiting, and chance. A test moves all three by hand.
package struct TimeAndChance: Sendable {
    /// Time since 1970-01-01T00:00:00Z.
    package let now: @Sendable () -> Duration
    /// Waits; throws `CancellationError` when the task is cancelled.
    package let sleep: @Sendable (Duration) async throws -> Void
    /// A number from 0 up to, not including, 1.
    package let random: @Sendable () -> Double

    package init(
        now: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
    }

    /// The system's clock and generator.
    package static let real = TimeAndChance(
        now: { .seconds(Date().timeIntervalSince1970) },
        sleep: { try await Task.sleep(for: $0) },
        random: { Double.random(in: 0..<1) })
}
