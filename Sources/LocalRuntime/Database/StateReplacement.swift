package import Foundation
import Glibc

/// Another state in the place of the present one: whole or not at all, wherever a crash may come.
///
///     incoming.draft/   the new state while it is gathered; after a crash it is thrown away
///     incoming/         the new state, whole: from here on it counts, and the next start puts it into place
///     outgoing/         what was replaced, until it is removed
extension StateFolder {
    /// What makes up a state, in the order in which it is put into place.
    static let parts = ["rivulet.sqlite", "objects", "functions", "secrets.key"]

    /// Replaces the state by what `gather` puts into a folder: any of `rivulet.sqlite`, `objects`, `functions` and
    /// `secrets.key`. A part that it leaves out stays as it is. Nobody may have the state open.
    ///
    /// - Throws: what `gather` throws; the state is then as it was.
    package func replace(_ gather: (URL) throws -> Void) throws {
        let draft = url.appending(path: "incoming.draft", directoryHint: .isDirectory)
        try Self.remove(draft)
        try FileManager.default.createDirectory(
            at: draft, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        do {
            try gather(draft)
            try FolderFlush.everything(below: draft)
            try Self.rename(draft, to: incoming)
        } catch {
            try? Self.remove(draft)
            throw error
        }
        try FolderFlush.names(in: url)
        try finishReplacement()
    }

    /// Puts what lies in `incoming/` into place, and clears away what a crash has left. Each step may be repeated.
    func finishReplacement() throws {
        try Self.remove(url.appending(path: "incoming.draft"))
        if FileManager.default.fileExists(atPath: incoming.path) {
            for part in Self.parts { try putIntoPlace(part) }
            try FolderFlush.names(in: url)
            try Self.remove(incoming)
        }
        try Self.remove(outgoing)
    }

    private var incoming: URL { url.appending(path: "incoming", directoryHint: .isDirectory) }
    private var outgoing: URL { url.appending(path: "outgoing", directoryHint: .isDirectory) }

    private func putIntoPlace(_ part: String) throws {
        let new = incoming.appending(path: part)
        let place = url.appending(path: part)
        guard FileManager.default.fileExists(atPath: new.path) else { return }
        if part == databaseFile.lastPathComponent {
            // The log of the old file must never be read as the new one's.
            for suffix in ["-wal", "-shm"] { try Self.remove(URL(filePath: place.path + suffix)) }
        }
        if FileManager.default.fileExists(atPath: place.path) {
            try FileManager.default.createDirectory(at: outgoing, withIntermediateDirectories: true)
            let old = outgoing.appending(path: part)
            try Self.remove(old)
            try Self.rename(place, to: old)
        }
        try Self.rename(new, to: place)
    }

    static func remove(_ url: URL) throws {
        guard FileManager.default.fileExists(atPath: url.path) else { return }
        try FileManager.default.removeItem(at: url)
    }

    /// Moves a file or folder to where none is, or an empty folder.
    static func rename(_ old: URL, to new: URL) throws {
        guard Glibc.rename(old.path, new.path) == 0 else { throw FileFailure("move", old.path) }
    }
}

/// A file operation that the system refused.
package struct FileFailure: Error, CustomStringConvertible {
    package let description: String

    init(_ what: String, _ path: String) {
        description = "cannot \(what) \(path): \(String(cString: strerror(errno)))"
    }
}
