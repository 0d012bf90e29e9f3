/// Waits until `condition` holds, and gives up after a minute: a test that waits for ever would stop all the others.
package func eventually(
    _ what: String = "what was waited for", _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while try await !condition() {
        guard ContinuousClock.now < end else { throw NeverCame(what: what) }
        await Task.yield()
    }
}

private struct NeverCame: Error, CustomStringConvertible {
    let what: String

    var description: String { "\(what) did not come within a minute" }
}
