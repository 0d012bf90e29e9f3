import CLinux
import Foundation
import Glibc

/// Waits until files are on the disk.
enum FolderFlush {
    /// Names in a folder are on the disk once the folder is.
    static func names(in folder: URL) throws {
        try opened(folder) { fsync($0) == 0 }
    }

    /// Everything of the file system: cheaper than a wait for each of thousands of files.
    static func everything(below folder: URL) throws {
        try opened(folder) { rivulet_flush_filesystem($0) == 0 }
    }

    private static func opened(_ folder: URL, _ flush: (Int32) -> Bool) throws {
        let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure("open", folder.path) }
        defer { close(descriptor) }
        guard flush(descriptor) else { throw FileFailure("flush", folder.path) }
    }
}
