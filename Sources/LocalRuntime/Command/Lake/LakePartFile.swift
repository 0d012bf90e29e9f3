import Glibc

/// The one file of an output partition: written beside its place, then moved there, so that a reader finds the old
/// partition or the new one. Without bytes, `commit` empties the partition.
final class LakePartFile {
    private let folder: LakeFolder
    private var descriptor: CInt?

    private static let name = "part-0.parquet"
    private static let hidden = ".part-0.parquet.new"

    init(folder: LakeFolder) {
        self.folder = folder
    }

    deinit {
        // Still open means that the job failed: what was written is of no use.
        if let descriptor {
            close(descriptor)
            unlink("\(folder.path)/\(Self.hidden)")
        }
    }

    func append(_ bytes: [UInt8]) throws(LakeFileError) {
        let descriptor = try opened()
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw LakeFileError(path: folder.path, problem: .system("write to", errno)) }
            rest = rest.dropFirst(count)
        }
    }

    func commit() throws(LakeFileError) {
        let old = try folder.names().filter { $0.hasSuffix(".parquet") && !$0.hasPrefix(".") }
        if let descriptor {
            close(descriptor)
            self.descriptor = nil
            guard rename("\(folder.path)/\(Self.hidden)", "\(folder.path)/\(Self.name)") == 0 else {
                throw LakeFileError(path: folder.path, problem: .system("write to", errno))
            }
            for name in old where name != Self.name { unlink("\(folder.path)/\(name)") }
        } else {
            for name in old { unlink("\(folder.path)/\(name)") }
            // Only an empty folder goes.
            rmdir(folder.path)
        }
    }

    private func opened() throws(LakeFileError) -> CInt {
        if let descriptor { return descriptor }
        try folder.create()
        let path = "\(folder.path)/\(Self.hidden)"
        let opened = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard opened >= 0 else { throw LakeFileError(path: path, problem: .system("write", errno)) }
        descriptor = opened
        return opened
    }
}
