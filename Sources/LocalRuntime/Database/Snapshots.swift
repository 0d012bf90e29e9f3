package import Foundation
import GRDB
import Glibc

/// States that were saved under a name, below `snapshots/` in the state folder.
///
/// The files of objects and functions are never written again once they are in place, so a snapshot has links to them: it
/// costs a copy of the database, and the disk keeps each file once. Nobody may have the state open meanwhile.
package struct Snapshots: Sendable {
    /// One of them.
    package struct Entry: Sendable, Equatable {
        package let name: String
        package let made: Date
        /// Of the database and the files together.
        package let size_bytes: Int64
    }

    private let state: StateFolder
    private let schema: [SchemaVersion]

    private var folder: URL { state.url.appending(path: "snapshots", directoryHint: .isDirectory) }

    /// - Parameter schema: of the emulator that is to read the state; a snapshot is brought up to it when it is loaded.
    package init(of state: StateFolder, schema: [SchemaVersion]) {
        self.state = state
        self.schema = schema
    }

    /// Saves the state. It is there under its name once it is whole and on the disk.
    ///
    /// - Throws: `SnapshotError.nameTaken`, `.badName`.
    package func save(_ name: String) throws {
        let place = try place(of: name)
        guard !FileManager.default.fileExists(atPath: place.path) else { throw SnapshotError.nameTaken(name) }
        let draft = folder.appending(path: ".\(name).draft", directoryHint: .isDirectory)
        try StateFolder.remove(draft)
        try FileManager.default.createDirectory(
            at: draft, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        do {
            try Self.copyDatabase(state.databaseFile, to: draft.appending(path: state.databaseFile.lastPathComponent))
            try linkFiles(of: state.url, into: draft)
            try FolderFlush.everything(below: draft)
            try StateFolder.rename(draft, to: place)
        } catch {
            try? StateFolder.remove(draft)
            throw error
        }
        try FolderFlush.names(in: folder)
    }

    /// Puts a snapshot in the place of the state. After a crash in the middle the state is wholly the one or the other.
    ///
    /// - Throws: `SnapshotError.unknown`, `.badName`, and `DatabaseDamaged` when the snapshot's database is; the state is
    ///   then as it was.
    package func load(_ name: String) throws {
        let source = try place(of: name)
        guard FileManager.default.fileExists(atPath: source.path) else {
            throw SnapshotError.unknown(name, known: try list().map(\.name))
        }
        try state.replace { incoming in
            let database = incoming.appending(path: state.databaseFile.lastPathComponent)
            try Self.copyDatabase(source.appending(path: state.databaseFile.lastPathComponent), to: database)
            try EmulatorDatabase.check(database, schema: schema)
            try linkFiles(of: source, into: incoming)
        }
    }

    /// Puts an empty state in the place of the present one. Snapshots stay.
    package func reset() throws {
        try state.replace { incoming in
            for part in ["objects", "functions"] {
                try FileManager.default.createDirectory(
                    at: incoming.appending(path: part), withIntermediateDirectories: false,
                    attributes: [.posixPermissions: 0o700])
            }
            // A file without bytes is an empty database.
            let database = incoming.appending(path: state.databaseFile.lastPathComponent)
            guard FileManager.default.createFile(atPath: database.path, contents: nil) else {
                throw FileFailure("make", database.path)
            }
        }
    }

    /// Removes a snapshot.
    ///
    /// - Throws: `SnapshotError.unknown`, `.badName`.
    package func delete(_ name: String) throws {
        let place = try place(of: name)
        guard FileManager.default.fileExists(atPath: place.path) else {
            throw SnapshotError.unknown(name, known: try list().map(\.name))
        }
        let draft = folder.appending(path: ".\(name).draft", directoryHint: .isDirectory)
        try StateFolder.remove(draft)
        // Out of the list first: a crash leaves no half of it under its name.
        try StateFolder.rename(place, to: draft)
        try StateFolder.remove(draft)
    }

    /// Every snapshot, in the order of the names.
    package func list() throws -> [Entry] {
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }.sorted()
            .map { name in
                let place = folder.appending(path: name, directoryHint: .isDirectory)
                let database = place.appending(path: state.databaseFile.lastPathComponent)
                let made = try FileManager.default.attributesOfItem(atPath: database.path)[.modificationDate] as? Date
                return Entry(name: name, made: made ?? .distantPast, size_bytes: try FileTree.size(place))
            }
    }

    /// A name is a folder's, so it can lead nowhere else.
    private func place(of name: String) throws -> URL {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isPlain, (1...64).contains(name.utf8.count), !name.hasPrefix(".") else {
            throw SnapshotError.badName(name)
        }
        return folder.appending(path: name, directoryHint: .isDirectory)
    }

    private func linkFiles(of source: URL, into target: URL) throws {
        for part in StateFolder.parts where part != state.databaseFile.lastPathComponent {
            let file = source.appending(path: part)
            guard FileManager.default.fileExists(atPath: file.path) else { continue }
            try FileTree.link(file, to: target.appending(path: part))
        }
    }

    /// By SQLite's own backup, which takes in what a killed emulator left in the log.
    /// https://www.sqlite.org/backup.html
    private static func copyDatabase(_ source: URL, to target: URL) throws {
        do {
            let old = try DatabaseQueue(path: source.path)
            let new = try DatabaseQueue(path: target.path)
            try old.backup(to: new)
            try new.close()
            try old.close()
        } catch let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode) {
            throw DatabaseDamaged(file: source.path, findings: [error.message ?? "not a database"])
        }
    }
}

/// Why a snapshot was refused.
package enum SnapshotError: Error, Equatable, CustomStringConvertible {
    case nameTaken(String)
    case unknown(String, known: [String])
    case badName(String)

    package var description: String {
        switch self {
        case .nameTaken(let name):
            "There is a snapshot '\(name)' already. Choose another name, or remove it with "
                + "`rivulet-local snapshot delete \(name)`."
        case .unknown(let name, let known) where known.isEmpty:
            "There is no snapshot '\(name)', nor any other. Save one with `rivulet-local snapshot save \(name)`."
        case .unknown(let name, let known):
            "There is no snapshot '\(name)'. There are: \(known.joined(separator: ", "))."
        case .badName(let name):
            "'\(name)' cannot name a snapshot: up to 64 letters, digits, '-', '_' and '.', the first no '.'."
        }
    }
}
