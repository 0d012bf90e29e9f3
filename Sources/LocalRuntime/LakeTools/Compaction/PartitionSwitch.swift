import CLinux
import Foundation
import Glibc

/// Puts a new folder in a partition's place in one step, so that a reader who lists the partition finds the old files or
/// the new one, never both, never none; and so that a death at any instant leaves one of the two.
///
/// The new folder is made beside the table's folder, where no pattern over the table's files reaches. It carries a note
/// of the files that it was made from. Exchanging the two folders is one rename. Then the old files are compared with the
/// note, the note gets another name, and only now are they deleted. What a death leaves behind is told apart by where
/// the note lies and what it is called: see `recover`.
struct PartitionSwitch {
    /// Steps after which tests let the process die.
    enum Step: CaseIterable, Sendable {
        case staged, exchanged, settled, deletedSome, deleted
    }

    let partition: String
    private let staging: String
    private let interrupt: (Step) throws -> Void

    private static let prefix = ".compact-"
    /// Names the files that the folder beside it was made from, until they are known to be unchanged.
    private static let note = ".compacted-from"
    /// The note's name from then on: the old files may be deleted.
    private static let settled = ".compacted"

    /// - Parameters:
    ///   - table: the table's folder.
    ///   - name: the partition's, below the table.
    init(table: String, partition name: String, interrupt: @escaping (Step) throws -> Void = { _ in }) {
        partition = "\(table)/\(name)"
        let flat = name.replacingOccurrences(of: "/", with: ",")
        let (parent, last) = Self.split(table)
        staging = "\(parent)/\(Self.prefix)\(last),\(flat)"
        self.interrupt = interrupt
    }

    /// Writes the new file, then exchanges, then deletes the old files.
    ///
    /// - Parameters:
    ///   - inputs: the partition's signature before its files were read.
    /// - Returns: false when the partition changed meanwhile; it is then as its other writer left it.
    func replace(
        inputs: Signature, file name: String, _ write: (_ append: ([UInt8]) throws -> Void) throws -> Void
    ) throws -> Bool {
        var isKept = false
        // After an error nothing has been exchanged yet, or it has been exchanged back.
        defer { if !isKept { try? FileManager.default.removeItem(atPath: staging) } }
        do {
            try FileManager.default.createDirectory(atPath: staging, withIntermediateDirectories: false)
            try Self.file("\(staging)/\(name)", write)
            try Self.file("\(staging)/\(Self.note)") { try $0(Array(inputs.text.utf8)) }
            try Self.flush(staging)
            try interrupt(.staged)
            guard try Signature(partition) == inputs else { return false }
        } catch is Interruption {
            isKept = true
            throw Interruption()
        }
        try exchange()
        isKept = true
        try interrupt(.exchanged)
        return try finish(inputs)
    }

    /// The exchanged-out folder goes if it still holds what was read. A file that came after the last look, and is not
    /// in the merge, brings the old folder back.
    private func finish(_ inputs: Signature) throws -> Bool {
        guard try Signature(staging) == inputs else {
            try exchange()
            try FileManager.default.removeItem(atPath: staging)
            return false
        }
        try settle()
        try interrupt(.settled)
        for (index, name) in try LocalFolder.names(staging).enumerated() {
            try Self.call("delete", "\(staging)/\(name)") { unlink($0) }
            if index == 0 { try interrupt(.deletedSome) }
        }
        try Self.call("delete", staging) { rmdir($0) }
        try interrupt(.deleted)
        try Self.call("delete", "\(partition)/\(Self.settled)") { unlink($0) }
        return true
    }

    /// From here on nothing brings the old files back, so that a half deleted folder never does.
    private func settle() throws {
        try Self.call("rename", "\(partition)/\(Self.note)") { rename($0, "\(partition)/\(Self.settled)") }
        try Self.flush(partition)
    }

    private func exchange() throws(LakeToolsError) {
        let code = -rivulet_exchange(partition, staging)
        if code == EINVAL || code == ENOSYS || code == EXDEV { throw .cannotExchange(partition) }
        guard code == 0 else { throw .system("exchange", partition, code) }
        // Both parents hold a changed name.
        try Self.flush(Self.split(partition).parent)
        try Self.flush(Self.split(staging).parent)
    }

    /// Tests throw this to die: then nothing is cleaned up, as after `kill -9`.
    struct Interruption: Error {}
}

extension PartitionSwitch {
    /// Ends what an earlier run began in these tables. To be called under the lock.
    ///
    /// - Returns: how many partitions were mended.
    static func recover(_ table: TableFolder) throws -> Int {
        var mended = 0
        for partition in try table.partitions().partitions {
            let work = PartitionSwitch(table: table.path, partition: partition.name)
            if try work.recover(partition.others) { mended += 1 }
        }
        // What is left beside the table, whole or half, was never exchanged.
        let (parent, last) = split(table.path)
        for name in try LocalFolder.names(parent) where name.hasPrefix("\(prefix)\(last),") {
            mended += 1
            try FileManager.default.removeItem(atPath: "\(parent)/\(name)")
        }
        return mended
    }

    /// - Returns: whether there was an exchange to end.
    private func recover(_ names: [String]) throws -> Bool {
        if names.contains(Self.note) {
            let note = try Data(contentsOf: URL(filePath: "\(partition)/\(Self.note)"))
            guard try Signature(staging) == Signature(text: String(decoding: note, as: UTF8.self)) else {
                try exchange()
                try FileManager.default.removeItem(atPath: staging)
                return true
            }
            try settle()
        } else if !names.contains(Self.settled) {
            return false
        }
        if FileManager.default.fileExists(atPath: staging) { try FileManager.default.removeItem(atPath: staging) }
        try Self.call("delete", "\(partition)/\(Self.settled)") { unlink($0) }
        return true
    }

    static func split(_ path: String) -> (parent: String, last: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let parent = path[..<slash]
        return (parent.isEmpty ? "/" : String(parent), String(path[path.index(after: slash)...]))
    }

    private static func file(_ path: String, _ write: (_ append: ([UInt8]) throws -> Void) throws -> Void) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw LakeToolsError.system("write", path, errno) }
        defer { close(descriptor) }
        try write { try LocalFolder.write($0, to: descriptor, path) }
        guard fsync(descriptor) == 0 else { throw LakeToolsError.system("flush", path, errno) }
    }

    /// A folder's names on the disk.
    private static func flush(_ folder: String) throws(LakeToolsError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open", folder, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system("flush", folder, errno) }
    }

    private static func call(
        _ verb: String, _ path: String, _ body: (UnsafePointer<CChar>) -> CInt
    ) throws(LakeToolsError) {
        guard body(path) != 0 else { return }
        guard errno == ENOENT else { throw .system(verb, path, errno) }
    }
}

/// The visible files of a folder: names, sizes, inodes and times of change. Equal signatures are the same files.
struct Signature: Equatable {
    private let files: Set<String>

    init(_ folder: String) throws {
        var files: Set<String> = []
        for name in try LocalFolder.names(folder) where !name.hasPrefix(".") {
            var status = stat()
            guard stat("\(folder)/\(name)", &status) == 0 else {
                throw LakeToolsError.system("look at", "\(folder)/\(name)", errno)
            }
            let time = "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
            files.insert("\(status.st_ino) \(status.st_size) \(time) \(name)")
        }
        self.files = files
    }

    /// As `text` gave it.
    init(text: String) {
        files = Set(text.split(separator: "\n").map(String.init))
    }

    var text: String { files.sorted().joined(separator: "\n") }
}
