import Glibc

/// What can go wrong with the files and folders of a lake, apart from what is in them.
package enum LakeToolsError: Error, Equatable, CustomStringConvertible {
    /// A system call on a path failed.
    case system(String, String, CInt)
    case notAFile(String)
    /// A folder of a table that begins like a partition's and is none.
    case notAPartition(String)
    case noLake(String)
    /// Another `lake compact` works below this folder.
    case isBusy(String)
    /// The file system lacks `renameat2` with `RENAME_EXCHANGE`.
    case cannotExchange(String)

    package var description: String {
        switch self {
        case .system(let verb, let path, let code): "cannot \(verb) \(path): \(String(cString: strerror(code)))"
        case .notAFile(let path): "\(path) is no file; name one .parquet file"
        case .notAPartition(let path):
            "\(path) is no dt=YYYY-MM-DD/hour=HH; rename it or move it out of the folder"
        case .noLake(let path):
            "\(path) has none of raw/, silver/ and gold/; name the folder that holds them, or each with its own option"
        case .isBusy(let path): "another lake compact works below \(path); wait until it has ended"
        case .cannotExchange(let path):
            "the file system of \(path) cannot exchange two folders in one step (renameat2 RENAME_EXCHANGE); "
                + "copy the lake to ext4, xfs, btrfs or tmpfs and compact it there"
        }
    }
}
