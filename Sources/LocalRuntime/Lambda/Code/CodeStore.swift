import AWSProtocol
import CLinux
import EmulatorDatabase
import Foundation
import Glibc
import NIOPosix

/// The code of functions on disk: zips unpacked into the state folder, each into a folder named by its digest, and local
/// code run where it lies.
///
///     functions/<sha256 hex>/code.zip   as it was given
///     functions/<sha256 hex>/task/      unpacked: LAMBDA_TASK_ROOT
struct CodeStore: Sendable {
    typealias FetchObject = @Sendable (_ bucket: String, _ key: String, _ version: String?) async throws -> [UInt8]

    let folder: URL
    let limits: LambdaLimits
    let fetchObject: FetchObject
    /// Unpacking blocks, so it has threads of its own.
    let threads: NIOThreadPool

    /// Brings code to where it can be run.
    ///
    /// - Throws: `LambdaError` when it is not there, not a zip, or not safe to unpack.
    func take(_ source: CodeSource) async throws -> FunctionCode {
        switch source {
        case .zip(let bytes):
            guard bytes.count <= limits.zipped else { throw LambdaError.zipTooLarge(limit: limits.zipped) }
            return try await unpack(bytes)
        case .local(let path): return try await threads.runIfActive { try Self.examine(path) }
        case .object(let bucket, let key, let version):
            do {
                return try await unpack(try await fetchObject(bucket, key, version))
            } catch let error as any ServiceError where !(error is LambdaError) {
                throw LambdaError.codeNotFetched(
                    "S3 Error Code: \(error.wire.code). S3 Error Message: \(error.wire.message)")
            }
        }
    }

    /// The program to run and the folder it runs in.
    func entry(of code: FunctionCode) -> (executable: String, taskRoot: String) {
        switch code.place {
        case .unpacked(let digest):
            let root = folder.appending(path: "\(digest)/task").path
            return (root + "/bootstrap", root)
        case .local(let path):
            guard !Self.isFolder(path) else { return (path + "/bootstrap", path) }
            return (path, URL(filePath: path).deletingLastPathComponent().path)
        }
    }

    /// Where `GetFunction` says the code can be had: a zip from the emulator at that address, local code where it lies.
    func location(of code: FunctionCode, at endpoint: String) -> String {
        switch code.place {
        case .unpacked(let digest): endpoint + CodeRoute.path(of: digest)
        case .local(let path): URL(filePath: path).absoluteString
        }
    }

    /// A zip as it was given; nil when there is none with that digest.
    func zip(digest: String) async throws -> [UInt8]? {
        let file = folder.appending(path: "\(digest)/code.zip")
        return try await threads.runIfActive { (try? Data(contentsOf: file)).map(Array.init) }
    }

    /// Removes what no function refers to, and what an interrupted unpacking left.
    func clean(keeping codes: [FunctionCode]) {
        let kept = Set(codes.compactMap { if case .unpacked(let digest) = $0.place { digest } else { nil } })
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for name in names where !kept.contains(name) {
            try? FileManager.default.removeItem(at: folder.appending(path: name))
        }
    }

    private func unpack(_ zip: [UInt8]) async throws -> FunctionCode {
        guard !zip.isEmpty else { throw LambdaError.zipEmpty }
        return try await threads.runIfActive {
            let digest = Digest.of(zip, .sha256)
            do {
                try unpack(zip, into: folder.appending(path: Hex.encode(digest)))
            } catch ZipError.tooLarge {
                throw LambdaError.unzippedTooLarge(limit: limits.unzipped)
            } catch is ZipError {
                throw LambdaError.zipUnreadable
            }
            return FunctionCode(
                place: .unpacked(digest: Hex.encode(digest)), sha256: Data(digest).base64EncodedString(),
                size: zip.count)
        }
    }

    /// Unpacks beside the final place and renames, so that a folder of that name is always whole.
    private func unpack(_ zip: [UInt8], into place: URL) throws {
        guard !Self.isFolder(place.path) else { return }
        let archive = try ZipArchive(zip, maximumEntries: limits.zipEntries, maximumSize: limits.unzipped)
        guard archive.entries.contains(where: { $0.kind != .folder }) else { throw LambdaError.zipEmpty }
        let draft = folder.appending(path: "unpacking-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: draft) }
        try FileManager.default.createDirectory(at: draft, withIntermediateDirectories: true)
        try Data(zip).write(to: draft.appending(path: "code.zip"))
        try archive.extract(to: draft.appending(path: "task"))
        Self.flush(draft)
        // Another request may have put the same code there meanwhile.
        guard rename(draft.path, place.path) == 0 || Self.isFolder(place.path) else {
            throw CocoaError(.fileWriteUnknown)
        }
        Self.flush(folder)
    }

    /// The database may say "committed" of code only when its files are on disk.
    private static func flush(_ folder: URL) {
        let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        rivulet_flush_filesystem(descriptor)
        close(descriptor)
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private static func examine(_ path: String) throws -> FunctionCode {
        guard path.hasPrefix("/") else {
            throw LambdaError.localCode("The local code path '\(path)' is not absolute.")
        }
        let path = URL(filePath: path).standardizedFileURL.path
        let executable = isFolder(path) ? path + "/bootstrap" : path
        guard access(executable, X_OK) == 0, !isFolder(executable) else {
            throw LambdaError.localCode(
                "There is no executable file at '\(executable)'. Build it first, or chmod +x it.")
        }
        let bytes = try Data(contentsOf: URL(filePath: executable), options: .mappedIfSafe)
        return FunctionCode(
            place: .local(path: path), sha256: Data(Digest.of(Array(bytes), .sha256)).base64EncodedString(),
            size: bytes.count)
    }
}
