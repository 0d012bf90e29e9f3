package import AWSProtocol

/// A trace as the list of traces shows it.
package struct TraceSummary: Sendable, Equatable {
    /// What began it.
    package var first: Span
    package var spans: Int
    package var errors: Int
    /// From its first beginning to its last end, in real time.
    package var duration: Duration
}
