import Foundation
import Glibc
package import Lake

/// A Parquet file on the local disk.
package enum LocalParquet {
    /// Small files come in one read.
    private static let wholeFileLimit = 4 << 20

    /// The file open for reading by ranges, closed when the last copy of the source goes.
    ///
    /// - Parameters:
    ///   - isWhollyWanted: every column will be asked for, so that a small file may as well come at once.
    /// - Throws: `LakeToolsError`.
    package static func source(
        _ path: String, isWhollyWanted: Bool = false
    ) throws(LakeToolsError) -> ParquetSource {
        let file = try LocalFile(path)
        if isWhollyWanted, file.byteCount <= wholeFileLimit {
            return ParquetSource(name: path, bytes: Array(try file.read(0..<file.byteCount)))
        }
        return ParquetSource(name: path, byteCount: file.byteCount) { try file.read($0) }
    }
}

/// An open file; the descriptor closes with its owner.
final class LocalFile: Sendable {
    let path: String
    /// The size when it was opened.
    let byteCount: Int
    private let descriptor: CInt

    /// Opens a file for reading.
    init(_ path: String) throws(LakeToolsError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open", path, errno) }
        self.path = path
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("look at", path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path) }
        byteCount = Int(status.st_size)
    }

    /// Makes an empty file in the system's temporary folder. It has no name there, so that nothing of it is left when its
    /// owner is gone.
    init() throws(LakeToolsError) {
        path = FileManager.default.temporaryDirectory.path + "/rivulet-XXXXXX"
        var template = Array(path.utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw .system("make", path, errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(template)
        byteCount = 0
    }

    deinit {
        close(descriptor)
    }

    func read(_ range: Range<Int>) throws(LakeToolsError) -> ArraySlice<UInt8> {
        var failure: CInt?
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
            while filled < range.count {
                let count = pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, range.count - filled,
                    off_t(range.lowerBound + filled))
                if count < 0, errno == EINTR { continue }
                if count < 0 { failure = errno }
                if count <= 0 { return }
                filled += count
            }
        }
        if let failure { throw .system("read", path, failure) }
        return bytes[...]
    }

    func append(_ bytes: [UInt8]) throws(LakeToolsError) {
        try LocalFolder.write(bytes, to: descriptor, path)
    }
}

/// Parquet bytes that are made only to be read again, on the disk rather than in memory.
struct ScratchFile {
    private let file: LocalFile
    private var byteCount = 0

    init() throws(LakeToolsError) {
        file = try LocalFile()
    }

    mutating func append(_ bytes: [UInt8]) throws(LakeToolsError) {
        try file.append(bytes)
        byteCount += bytes.count
    }

    /// - Parameters:
    ///   - name: what errors call the file.
    func source(_ name: String) -> ParquetSource {
        ParquetSource(name: name, byteCount: byteCount) { [file] in try file.read($0) }
    }
}
