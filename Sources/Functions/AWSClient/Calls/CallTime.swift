package import FoundationEssentials

/// What calls know of time and chance; a test gives its own.
package struct CallTime: Sendable {
    package let now: @Sendable () -> Date

    package let sleep: @Sendable (Duration) async throws -> Void

    /// From 0 up to, but not including, 1.
    package let random: @Sendable () -> Double

    package init(
        now: @escaping @Sendable () -> Date, sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
    }

    package static let system = CallTime(
        now: { Date() }, sleep: { try await Task.sleep(for: $0) }, random: { Double.random(in: 0..<1) })

    func duration(until date: Date) -> Duration {
        .seconds(date.timeIntervalSince(now()))
    }
}
