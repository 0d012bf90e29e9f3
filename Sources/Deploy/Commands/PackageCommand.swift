import ArgumentParser
import Foundation

/// `rivulet-deploy package`
struct PackageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "package",
        abstract: "Make the zip that all functions are made of, and look whether Amazon Linux 2023 can start it.",
        discussion: "The same sources give the same bytes.")

    @Option(help: ArgumentHelp("The zip to write.", valueName: "FILE"))
    var output = "dist/bootstrap.zip"

    @Option(
        help: ArgumentHelp("An executable that is built already; otherwise `bootstrap` is built.", valueName: "FILE"))
    var executable: String?

    @Option(help: "The processor of the functions: x86_64 or arm64.")
    var architecture = Self.machine

    @Flag(help: "Take the executable with its symbols, instead of stripping them.")
    var keepSymbols = false

    @Flag(help: "Look only; write nothing.")
    var dryRun = false

    @Flag(help: "Print the result as JSON.")
    var json = false

    private static let scratch = ".build/package"

    private struct Result: Encodable {
        let path: String
        let bytes: Int
        let sha256: String
        let kind: BootstrapPackage.Kind
        let files: [String]
        let checks: [Check]
    }

    func run() async throws {
        let built = try await built()
        let package = try BootstrapPackage(executable: try await stripped(built), original: built)
        let zip = try ZipArchive.bytes(of: package.entries)
        guard zip.count <= PackageFile.budgetBytes else { throw PackageError.overBudget(bytes: zip.count) }
        let checks = AmazonLinux.checks(of: package.entries, architecture: architecture)
        let result = Result(
            path: output, bytes: zip.count, sha256: try PackageFile.digest(zip), kind: package.kind,
            files: package.entries.map(\.name).sorted(), checks: checks)
        try tell(result)
        guard checks.failures.isEmpty else { throw ExitCode.checkFailed }
        if !dryRun { try write(zip) }
    }

    private func built() async throws -> String {
        if let executable { return URL(filePath: executable).path }
        FileHandle.standardError.write(Data("» building bootstrap (release, static Swift runtime)\n".utf8))
        try await run(
            "swift",
            [
                "build", "-c", "release", "--static-swift-stdlib", "--scratch-path", Self.scratch, "--product",
                "bootstrap", "-q",
            ])
        return URL(filePath: "\(Self.scratch)/release/bootstrap").path
    }

    /// A copy without symbols: a third of the size.
    private func stripped(_ path: String) async throws -> String {
        guard !keepSymbols else { return path }
        let copy = FileManager.default.temporaryDirectory.appending(path: "bootstrap-\(UUID().uuidString)").path
        try await run("strip", ["-o", copy, path])
        return copy
    }

    private func run(_ executable: String, _ arguments: [String]) async throws {
        let program = Program(
            executable, environment: ProcessInfo.processInfo.environment,
            folder: FileManager.default.currentDirectoryPath)
        let outcome = try await program.follow(arguments) { FileHandle.standardError.write(Data("\($0)\n".utf8)) }
        guard outcome.status == 0 else { throw ExitCode(1) }
    }

    private func tell(_ result: Result) throws {
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            return print(String(decoding: try encoder.encode(result), as: UTF8.self))
        }
        print(result.checks.map(\.text).joined(separator: "\n"))
        print("» \(result.path): \(result.bytes) bytes, sha256 \(result.sha256)")
        print("» \(result.kind.rawValue): \(result.kind.reason)")
    }

    private func write(_ zip: [UInt8]) throws {
        let file = URL(filePath: output)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(zip).write(to: file, options: .atomic)
    }

    #if arch(arm64)
    private static let machine = "arm64"
    #else
    private static let machine = "x86_64"
    #endif
}
