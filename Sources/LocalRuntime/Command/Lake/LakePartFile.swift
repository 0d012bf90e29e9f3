import Glibc
import LakeTools

/// The one file of an output partition: written beside its place, then moved there, so that a reader finds the old
/// partition or the new one. Without bytes, `commit` empties the partition.
final class LakePartFile {
    private let folder: String
    private var descriptor: CInt?

    private static let name = "part-0.parquet"
    private static let hidden = ".part-0.parquet.new"

    init(folder: String) {
        self.folder = folder
    }

    deinit {
        // Still open means that the job failed: what was written is of no use.
        if let descriptor {
            close(descriptor)
            unlink("\(folder)/\(Self.hidden)")
        }
    }

    func append(_ bytes: [UInt8]) throws(LakeToolsError) {
        try LocalFolder.write(bytes, to: try opened(), folder)
    }

    func commit() throws(LakeToolsError) {
        let old = try LocalFolder.names(folder).filter { $0.hasSuffix(".parquet") && !$0.hasPrefix(".") }
        if let descriptor {
            close(descriptor)
            self.descriptor = nil
            guard rename("\(folder)/\(Self.hidden)", "\(folder)/\(Self.name)") == 0 else {
                throw .system("write to", folder, errno)
            }
            for name in old where name != Self.name { unlink("\(folder)/\(name)") }
        } else {
            for name in old { unlink("\(folder)/\(name)") }
            // Only an empty folder goes.
            rmdir(folder)
        }
    }

    private func opened() throws(LakeToolsError) -> CInt {
        if let descriptor { return descriptor }
        try LocalFolder.create(folder)
        let path = "\(folder)/\(Self.hidden)"
        let opened = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard opened >= 0 else { throw .system("write", path, errno) }
        descriptor = opened
        return opened
    }
}
