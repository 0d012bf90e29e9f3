import AWSProtocol
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
        case .zip(let bytes): return try await unpack(bytes)
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

    /// Where `GetFunction` says the code can be had.
    func location(of code: FunctionCode) -> String {
        switch code.place {
        case .unpacked(let digest): folder.appending(path: "\(digest)/code.zip").absoluteString
        case .local(let path): URL(filePath: path).absoluteString
        }
    }

    /// Removes what no function refers to, and what an interrupted unpacking left.
    func clean(keeping codes: [FunctionCode]) {
        let kept = Set(codes.compactMap { if case .unpacked(let digest) = $0.place { digest } else { nil } })
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for name in names where !kept.contains(name) {
            try? FileManager.default.removeItem(at: folder.appending(path: name))
        }
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
