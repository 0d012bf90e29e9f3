import Dispatch
import EmulatorClock
import EmulatorDatabase
import Foundation
import Glibc

/// The folder of bodies that are too large for a row.
///
/// A file is written under an `.incoming` name, flushed, renamed and its folder flushed; only then may a row name it. A
/// crash in between leaves a file that no row names, which the next start removes.
final class ObjectBodies: Sendable {
    /// Bodies up to here lie in their row: the commit that the row needs anyway makes them durable too, while a file
    /// of its own costs two flushes more. Measured with 16 writers: at 64 KiB rows take 1.8 times as many bodies a
    /// second as files do, at 8 KiB four times.
    static let inlineLimit_bytes = 64 << 10

    private static let incoming = ".incoming"

    private let folder: String
    /// nil where nothing need survive a power cut.
    private let folderFlush: GroupFlush?
    private let grace: Duration
    private let queue = DispatchQueue(label: "rivulet.s3.bodies", attributes: .concurrent)

    /// - Parameter grace: how long a file outlives its object. An answer names the file by its path, and the server
    ///   opens it a moment later; the object may be overwritten between the two.
    init(folder: URL, durability: EmulatorDatabase.Durability, grace: Duration) {
        self.folder = folder.path
        folderFlush = durability == .full ? GroupFlush(folder: folder.path) : nil
        self.grace = grace
    }

    func path(of file: BodyFile) -> String {
        "\(folder)/\(file.name)"
    }

    /// A new file to be written and then published.
    func create() throws -> IncomingFile {
        let file = BodyFile.random()
        return try IncomingFile(file, path: path(of: file) + Self.incoming)
    }

    /// Puts a written file into its place, on disk for good when this returns.
    func publish(_ incoming: IncomingFile) async throws -> BodyFile {
        let place = path(of: incoming.file)
        if let folderFlush {
            try await blocking { try incoming.flush() }
            try await folderFlush.publish(incoming, at: place)
        } else {
            try incoming.move(to: place)
        }
        return incoming.file
    }

    /// A second name for the bytes of `file`: bodies never change, so that a copy need not move any.
    func link(_ file: BodyFile) async throws -> BodyFile {
        try await blocking { [self] in
            let copy = BodyFile.random()
            guard Glibc.link(path(of: file), path(of: copy)) == 0 else {
                throw BodyFileError("link", path(of: file))
            }
            if folderFlush != nil { try GroupFlush.flush(folder: folder) }
            return copy
        }
    }

    /// Removes files whose rows are gone, once nobody can be about to open them.
    func retire(_ files: [BodyFile]) {
        guard !files.isEmpty else { return }
        let paths = files.map(path(of:))
        let remove: @Sendable () -> Void = { paths.forEach { unlink($0) } }
        guard grace > .zero else { return remove() }
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(grace.milliseconds)), execute: remove)
    }

    /// Removes what a crash left: files half written, and those that no row names. Files of other names are not ours.
    ///
    /// - Returns: how many were removed.
    func removeLeftovers(keeping referenced: Set<BodyFile>) async throws -> Int {
        try await blocking { [self] in
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            let leftovers = names.filter { name in
                let stem = name.hasSuffix(Self.incoming) ? String(name.dropLast(Self.incoming.count)) : name
                let isOurs = stem.utf8.count == 32 && stem.utf8.allSatisfy { 48...57 ~= $0 || 97...102 ~= $0 }
                return isOurs && !(stem == name && referenced.contains(BodyFile(name: name)))
            }
            leftovers.forEach { unlink("\(folder)/\($0)") }
            return leftovers.count
        }
    }

    /// Runs file work that may wait for the disk away from the tasks' few threads.
    func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: work)) }
        }
    }
}

/// The system refused a step on a body's file: a fault of ours or of the disk.
struct BodyFileError: Error, CustomStringConvertible {
    let description: String

    init(_ step: String, _ path: String, code: Int32 = errno) {
        description = "\(step) \(path): \(String(cString: strerror(code)))"
    }
}
