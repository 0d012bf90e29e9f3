import AWSProtocol
import CloudWatchLogs
import EmulatorClock
import EmulatorDatabase
import Foundation
import TestSupport

/// A Logs service on a database of its own, with a clock that stands at noon.
final class Bench: Sendable {
    static let noon = Timestamp(milliseconds: 1_772_388_000_000)
    static let group = LogGroupID(name: "/aws/lambda/extract")

    let clock = VirtualClock(frozenAt: noon)
    let logs: LogsService
    let database: EmulatorDatabase
    private let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder()
        database = try EmulatorDatabase(
            at: folder.url.appending(path: "logs.sqlite"), durability: .fast, schema: LogsService.schema)
        logs = LogsService(database: database, clock: clock)
        try await logs.start()
    }

    /// Writes lines as functions do, a second apart from noon on.
    func print(_ lines: String..., stream: String = "s", group: LogGroupID = group) {
        for (second, line) in lines.enumerated() {
            logs.append(line, to: stream, of: group, at: Self.noon + .seconds(second))
        }
    }
}
