import Foundation

/// A built program, run as a stranger would run it.
enum Program {
    struct Outcome {
        var status: Int32
        var output: Data
        var errors: String
    }

    /// The folder of the products, which is where the test bundle lies.
    static let products = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()

    /// Runs `name` to its end, and holds no thread meanwhile. Output goes to files, so that none of it can fill a pipe.
    static func run(_ name: String, _ arguments: [String], in folder: URL) async throws -> Outcome {
        let output = folder.appending(path: "stdout-\(UUID())")
        let errors = folder.appending(path: "stderr-\(UUID())")
        for file in [output, errors] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = products.appending(path: name)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("TWITCH_") }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try await withCheckedThrowingContinuation { (end: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in end.resume() }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                end.resume(throwing: error)
            }
        }
        return Outcome(
            status: process.terminationStatus, output: try Data(contentsOf: output),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
}
