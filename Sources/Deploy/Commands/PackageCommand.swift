import ArgumentParser
import Foundation

/// `rivulet-deploy package`
struct PackageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "package",
        abstract: "Make the zip that all functions are made of, and look whether Amazon Linux 2023 can start it.",
        discussion: """
            The best linking that this machine can do is chosen, and told with its reason: a static executable, or one that \
            needs Amazon Linux's own libraries. The same sources give the same bytes. A zip above its budget of size or \
            cold start is refused with exit code 3.
            """)

    @Option(help: ArgumentHelp("The zip to write.", valueName: "FILE"))
    var output = "dist/bootstrap.zip"

    @Option(
        help: ArgumentHelp("An executable that is built already; otherwise `bootstrap` is built.", valueName: "FILE"))
    var executable: String?

    @Option(
        help: ArgumentHelp(
            "static-executable or static-swift; the first that is possible without it.", valueName: "HOW"))
    var linking: BootstrapBuild.Linking?

    @Option(help: ArgumentHelp("Folder of the libcurl.a that scripts/static-curl has built.", valueName: "DIR"))
    var curl = ".build/static-curl"

    @Option(
        name: .customLong("configuration"), help: ArgumentHelp("release, or debug for a test.", valueName: "KIND"))
    var buildConfiguration = BootstrapBuild.Configuration.release

    @Option(help: "The processor of the functions: x86_64 or arm64.")
    var architecture = Self.machine

    @Flag(help: "Take the executable with its symbols, instead of stripping them.")
    var keepSymbols = false

    @Flag(help: "Look only; write nothing.")
    var dryRun = false

    @Flag(help: "Print the result as JSON.")
    var json = false

    private struct Result: Encodable {
        let path: String
        let bytes: Int
        let sha256: String
        let kind: BootstrapPackage.Kind
        let reason: String
        let cold_start_ms: Double?
        let files: [String]
        let checks: [Check]
    }

    func run() async throws {
        let build = BootstrapBuild(wanted: linking, configuration: buildConfiguration, curl: URL(filePath: curl).path)
        let built: String
        if let executable { built = URL(filePath: executable).path } else { built = try await self.built(build) }
        let package = try await packed(built)
        let zip = try ZipArchive.bytes(of: package.entries)
        let budget = PackageBudget(package.kind)
        let fitness = AmazonLinux.checks(of: package.entries, architecture: architecture)
        let start = await coldStart(package, budget)
        let checks = fitness + [budget.check(zipBytes: zip.count), start.check]
        try tell(
            Result(
                path: output, bytes: zip.count, sha256: try PackageFile.digest(zip), kind: package.kind,
                reason: executable == nil ? build.reason : package.kind.reason,
                cold_start_ms: start.time?.milliseconds, files: package.entries.map(\.name).sorted(), checks: checks))
        guard checks.failures.isEmpty else { throw ExitCode.checkFailed }
        if !dryRun { try write(zip) }
    }

    private func built(_ build: BootstrapBuild) async throws -> String {
        let title = "» building bootstrap (\(build.configuration.rawValue), \(build.linking.rawValue))\n"
        FileHandle.standardError.write(Data(title.utf8))
        try await run("swift", build.arguments)
        return URL(filePath: build.product).path
    }

    /// The executable, without its symbols unless they are to stay, and its libraries.
    private func packed(_ path: String) async throws -> BootstrapPackage {
        guard !keepSymbols else { return try BootstrapPackage(executable: path, original: path) }
        let copy = FileManager.default.temporaryDirectory.appending(path: "bootstrap-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: copy) }
        try await run("strip", ["-o", copy, path])
        return try BootstrapPackage(executable: copy, original: path)
    }

    /// Measured here, when this machine has the package's processor.
    private func coldStart(_ package: BootstrapPackage, _ budget: PackageBudget) async -> (
        check: Check, time: Duration?
    ) {
        guard architecture == Self.machine else {
            return (
                Check("cold start", noted: "not measured: this machine is no \(architecture)", "Measure it on one."),
                nil
            )
        }
        do {
            let start = try ColdStart(package.entries)
            defer { start.end() }
            let time = try await start.median()
            return (budget.check(coldStart: time), time)
        } catch {
            return (Check("cold start", failed: "\(error)", "Run the executable by hand, and mend what it says."), nil)
        }
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
        print("» \(result.kind.rawValue): \(result.reason)")
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
