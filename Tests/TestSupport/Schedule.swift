package import Foundation

/// A random schedule that a seed determines, and that is run again until it passes once it has failed.
///
/// `RIVULET_SCHEDULES=10000` asks for more of them than the few of an ordinary run. The seed of one that fails is written to
/// a file in the folder RIVULET_REPLAYS (`.build/replays`), and every later run begins with the seeds found there.
package struct Schedule: Sendable, CustomStringConvertible {
    package let seed: UInt64
    private let name: String
    private let folder: URL

    package init(seed: UInt64, name: String, folder: URL = Self.replays) {
        self.seed = seed
        self.name = name
        self.folder = folder
    }

    /// The schedules to run: those that failed before, then the seeds from zero on.
    ///
    /// - Parameter folder: where the files of failing seeds lie.
    package static func all(_ name: String, usually count: Int, folder: URL = Self.replays) -> [Schedule] {
        let environment = ProcessInfo.processInfo.environment
        let asked = environment["RIVULET_SCHEDULES"].flatMap(Int.init) ?? count
        let fresh = (0..<UInt64(asked)).map { $0 }
        let failed = failedSeeds(name, folder).filter { !fresh.contains($0) }
        return (failed + fresh).map { Schedule(seed: $0, name: name, folder: folder) }
    }

    package var description: String { "\(name), seed \(seed)" }

    /// Runs the schedule; keeps its seed when `body` throws, and takes it away when it passes.
    package func run(_ body: (inout SeededGenerator) async throws -> Void) async throws {
        var random = SeededGenerator(seed: seed)
        do {
            try await body(&random)
            try? FileManager.default.removeItem(at: file)
        } catch {
            try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try? Data("\(error)\n".utf8).write(to: file)
            throw ScheduleFailed(schedule: description, replay: file.path, cause: "\(error)")
        }
    }

    private var file: URL { folder.appending(path: "\(name)-\(seed).seed") }

    package static var replays: URL {
        URL(filePath: ProcessInfo.processInfo.environment["RIVULET_REPLAYS"] ?? ".build/replays")
    }

    private static func failedSeeds(_ name: String, _ folder: URL) -> [UInt64] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasPrefix(name + "-") && $0.hasSuffix(".seed") }
            .compactMap { UInt64($0.dropFirst(name.count + 1).dropLast(5)) }.sorted()
    }
}

/// A model and what it models part ways.
package struct Disagreement: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// - Throws: `Disagreement` with the text, unless the condition holds.
package func agree(_ condition: Bool, _ text: @autoclosure () -> String) throws {
    guard condition else { throw Disagreement(text()) }
}

private struct ScheduleFailed: Error, CustomStringConvertible {
    let schedule: String
    let replay: String
    let cause: String

    var description: String { "\(schedule): \(cause) (its replay file is \(replay))" }
}
