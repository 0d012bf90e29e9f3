import Glibc
import Lake

/// A folder of a lake on the local disk.
struct LakeFolder: Sendable {
    let path: String

    init(_ path: String) {
        self.path = path
    }

    func appending(_ name: String) -> LakeFolder {
        LakeFolder("\(path)/\(name)")
    }

    /// The partitions `dt=…/hour=…` below, in order, each with its Parquet files by name.
    func hours() throws(LakeFileError) -> [(UTCHour, [LakeFile])] {
        var found: [(UTCHour, [LakeFile])] = []
        for day in try names() where day.hasPrefix("dt=") {
            for hour in try appending(day).names() where hour.hasPrefix("hour=") {
                guard let partition = UTCHour(path: "\(day)/\(hour)") else {
                    throw LakeFileError(path: "\(path)/\(day)/\(hour)", problem: .notAPartition)
                }
                let folder = appending("\(day)/\(hour)")
                let files = try folder.names().filter { $0.hasSuffix(".parquet") && !$0.hasPrefix(".") }
                if !files.isEmpty { found.append((partition, files.map { LakeFile(path: "\(folder.path)/\($0)") })) }
            }
        }
        return found.sorted { $0.0 < $1.0 }
    }

    /// The names in the folder, sorted by bytes; none when there is no folder.
    func names() throws(LakeFileError) -> [String] {
        guard let stream = opendir(path) else {
            if errno == ENOENT { return [] }
            throw LakeFileError(path: path, problem: .system("open", errno))
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            // The name is a C string in a field of fixed size.
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Makes the folder and those above it.
    func create() throws(LakeFileError) {
        guard mkdir(path, 0o777) != 0 else { return }
        if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            try LakeFolder(String(path[..<slash])).create()
            guard mkdir(path, 0o777) != 0 else { return }
        }
        guard errno == EEXIST else { throw LakeFileError(path: path, problem: .system("make", errno)) }
    }

    /// The variables of the process.
    static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let parts = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            next += 1
        }
        return variables
    }
}

/// One file of the lake, read by ranges.
struct LakeFile: Sendable {
    let path: String

    /// Small files come in one read.
    private static let wholeFileLimit = 4 << 20

    func byteCount() throws(LakeFileError) -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw LakeFileError(path: path, problem: .system("look at", errno)) }
        return Int(status.st_size)
    }

    /// The file open for reading, closed when the last copy of the source goes.
    ///
    /// - Parameters:
    ///   - isWhollyWanted: every column will be asked for, so that a small file may as well come at once.
    func source(isWhollyWanted: Bool) throws(LakeFileError) -> ParquetSource {
        let handle = try LakeFileHandle(path: path)
        if isWhollyWanted, handle.byteCount <= Self.wholeFileLimit {
            return ParquetSource(name: path, bytes: Array(try handle.read(0..<handle.byteCount)))
        }
        return ParquetSource(name: path, byteCount: handle.byteCount) { try handle.read($0) }
    }
}

/// An open file; the descriptor closes with it.
private final class LakeFileHandle: Sendable {
    let byteCount: Int
    private let path: String
    private let descriptor: CInt

    init(path: String) throws(LakeFileError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw LakeFileError(path: path, problem: .system("open", errno)) }
        self.path = path
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw LakeFileError(path: path, problem: .system("look at", errno))
        }
        byteCount = Int(status.st_size)
    }

    deinit {
        close(descriptor)
    }

    func read(_ range: Range<Int>) throws(LakeFileError) -> ArraySlice<UInt8> {
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
        if let failure { throw LakeFileError(path: path, problem: .system("read", failure)) }
        return bytes[...]
    }
}

/// What can go wrong with a file or folder of the lake.
struct LakeFileError: Error, CustomStringConvertible {
    enum Problem {
        case notAPartition
        case system(String, CInt)
    }

    let path: String
    let problem: Problem

    var description: String {
        switch problem {
        case .notAPartition: "\(path) is no dt=YYYY-MM-DD/hour=HH; rename it or move it out of the folder"
        case .system(let verb, let code): "cannot \(verb) \(path): \(String(cString: strerror(code)))"
        }
    }
}
