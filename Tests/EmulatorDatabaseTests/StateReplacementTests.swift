import Foundation
import GRDB
import TestSupport
import Testing

@testable import EmulatorDatabase

/// A crash may come after any step; each case lays the folder out as one of them would leave it.
@Suite struct `Replacing the state` {
    private let folder: TemporaryFolder
    private let schema = [SchemaVersion("test-1", "CREATE TABLE entry (text TEXT) STRICT")]

    init() throws {
        folder = try TemporaryFolder()
    }

    private func write(_ text: String, _ path: String) throws {
        let file = folder.url.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    private func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: folder.url.appending(path: path).path).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    private var names: Set<String> {
        Set((try? FileManager.default.contentsOfDirectory(atPath: folder.url.path)) ?? [])
    }

    @Test func `a draft that was not whole is thrown away`() throws {
        try write("old", "rivulet.sqlite")
        try write("new", "incoming.draft/rivulet.sqlite")
        _ = try StateFolder(at: folder.url)
        #expect(read("rivulet.sqlite") == "old")
        #expect(names.isDisjoint(with: ["incoming.draft", "incoming", "outgoing"]))
    }

    /// How many of the four parts were in place when the crash came.
    @Test(arguments: 0...4)
    func `a whole one is put into place by the next start`(done: Int) throws {
        let files = ["rivulet.sqlite", "objects/a", "functions/b", "secrets.key"]
        for (number, file) in files.enumerated() {
            if number < done {
                try write("new", file)
                try write("old", "outgoing/\(file)")
            } else {
                try write("old", file)
                try write("new", "incoming/\(file)")
            }
        }
        if done == 0 { try write("old log", "rivulet.sqlite-wal") }
        if done == 4 {
            try FileManager.default.createDirectory(
                at: folder.url.appending(path: "incoming"), withIntermediateDirectories: false)
        }
        _ = try StateFolder(at: folder.url)
        #expect(files.map(read) == ["new", "new", "new", "new"])
        #expect(names.isDisjoint(with: ["incoming", "outgoing", "rivulet.sqlite-wal"]))
    }

    @Test func `a part moved away and not yet replaced is replaced`() throws {
        try write("old", "outgoing/objects/a")
        try write("new", "incoming/objects/a")
        _ = try StateFolder(at: folder.url)
        #expect(read("objects/a") == "new")
    }

    @Test func `what cannot be gathered leaves the state as it was`() throws {
        let state = try StateFolder(at: folder.url)
        try write("old", "objects/a")
        #expect(throws: FileFailure.self) {
            try state.replace { _ in throw FileFailure("read", "a disk") }
        }
        #expect(read("objects/a") == "old")
        #expect(names.isDisjoint(with: ["incoming.draft", "incoming"]))
    }

    @Test func `a snapshot keeps the state apart from what comes later`() async throws {
        let state = try StateFolder(at: folder.url)
        let snapshots = Snapshots(of: state, schema: schema)
        try await insert("one")
        try write("body", "objects/a")
        try snapshots.save("first")
        try await insert("two")
        try FileManager.default.removeItem(at: folder.url.appending(path: "objects/a"))
        try snapshots.load("first")
        #expect(try await texts() == ["one"])
        #expect(read("objects/a") == "body")
        #expect(try snapshots.list().map(\.name) == ["first"])
        try snapshots.reset()
        #expect(try await texts() == [])
        #expect(read("objects/a") == nil)
        try snapshots.load("first")
        #expect(try await texts() == ["one"])
        try snapshots.delete("first")
        #expect(try snapshots.list().isEmpty)
    }

    @Test func `a damaged snapshot is refused and the state stays`() async throws {
        let state = try StateFolder(at: folder.url)
        let snapshots = Snapshots(of: state, schema: schema)
        try await insert("one")
        try snapshots.save("first")
        try write("no database at all, but long enough to be looked at", "snapshots/first/rivulet.sqlite")
        #expect(throws: DatabaseDamaged.self) { try snapshots.load("first") }
        #expect(try await texts() == ["one"])
    }

    @Test(arguments: ["", ".hidden", "../up", "a/b", "é", String(repeating: "x", count: 65)])
    func `a name that could lead elsewhere is refused`(name: String) throws {
        let snapshots = Snapshots(of: try StateFolder(at: folder.url), schema: schema)
        #expect(throws: SnapshotError.badName(name)) { try snapshots.save(name) }
        #expect(throws: SnapshotError.badName(name)) { try snapshots.load(name) }
    }

    private func insert(_ text: String) async throws {
        let database = try EmulatorDatabase(at: folder.url.appending(path: "rivulet.sqlite"), schema: schema)
        try await database.write { try $0.execute(sql: "INSERT INTO entry VALUES (?)", arguments: [text]) }
        try await database.close()
    }

    private func texts() async throws -> [String] {
        let database = try EmulatorDatabase(at: folder.url.appending(path: "rivulet.sqlite"), schema: schema)
        let texts = try await database.read { try String.fetchAll($0, sql: "SELECT text FROM entry ORDER BY text") }
        try await database.close()
        return texts
    }
}
