/// What is kept of the past, and how much of it may wait to be written.
package struct TraceLimits: Sendable {
    /// Spans in the database; the oldest go first.
    package var spans = 50_000
    /// Spans that wait for the next write. When more come in between, the oldest of them are left out.
    package var waitingSpans = 4_000
    /// Events of invocations in the database; the oldest go first.
    package var events = 1_000
    /// Their payloads taken together.
    package var events_bytes = 32 << 20
    /// Payloads of events that wait for the next write. Of more in between the newest stay: more than the largest event, and
    /// little enough for a disk that has other work.
    package var waitingEvents_bytes = 8 << 20
    /// Rows in one transaction, which others wait for.
    package var rowsAtOnce = 500
    /// Between what is told and its write. A kill takes what was told since.
    package var interval: Duration = .milliseconds(500)
    /// The same after more has come than may wait: then most of what is told is left out anyway, and the work is the others'.
    package var intervalInFlood: Duration = .seconds(2)

    package static let standard = TraceLimits()
}
