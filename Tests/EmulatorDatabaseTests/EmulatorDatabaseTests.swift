import EmulatorDatabase
import Foundation
import GRDB
import TestSupport
import Testing

private struct Refused: Error, Equatable {}

@Suite struct `The state database` {
    private let folder: TemporaryFolder
    private let schema = [SchemaVersion("test-1", "CREATE TABLE entry (id INTEGER PRIMARY KEY, text TEXT) STRICT")]

    init() throws {
        folder = try TemporaryFolder()
    }

    private func open() throws -> EmulatorDatabase {
        try EmulatorDatabase(at: folder.url.appending(path: "state.sqlite"), schema: schema)
    }

    @Test func `an answered write is there after reopening`() async throws {
        let database = try open()
        try await database.write { try $0.execute(sql: "INSERT INTO entry VALUES (1, 'kept')") }
        try await database.close()
        let texts = try await open().read { try String.fetchAll($0, sql: "SELECT text FROM entry") }
        #expect(texts == ["kept"])
    }

    @Test func `a look sees every answered write, and blobs as they are`() async throws {
        let database = try open()
        for number in 1...20 {
            try await database.write { try $0.execute(sql: "INSERT INTO entry VALUES (?, 'x')", arguments: [number]) }
            let count = try database.look { db in
                try SQLStatement(db, "SELECT COUNT(*) FROM entry").first { $0.integer(0) }
            }
            #expect(count == Int64(number))
        }
        let blobs = try database.look { db in
            try SQLStatement(db, "SELECT ?1, ?2").first(.blob([0, 255]), .blob([])) { row in
                [row.withBlob(0) { Array($0) }, row.isNull(1) ? [1] : row.withBlob(1) { Array($0) }]
            }
        }
        #expect(blobs == [[0, 255], []])
        try await database.close()
    }

    /// 2 is FULL, 1 is NORMAL. https://www.sqlite.org/pragma.html#pragma_synchronous
    @Test(arguments: [(EmulatorDatabase.Durability.full, 2), (.fast, 1)])
    func `a commit waits for the disk unless it was asked not to`(
        durability: EmulatorDatabase.Durability, synchronous: Int
    ) async throws {
        let database = try EmulatorDatabase(
            at: folder.url.appending(path: "state.sqlite"), durability: durability, schema: schema)
        #expect(try await database.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == synchronous)
        #expect(try await database.write { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    }

    @Test func `a write that throws undoes itself and no other`() async throws {
        let database = try open()
        await withTaskGroup { group in
            for id in 0..<200 {
                group.addTask {
                    try? await database.write { db in
                        try db.execute(sql: "INSERT INTO entry VALUES (?, 'x')", arguments: [id])
                        if id % 3 == 0 { throw Refused() }
                    }
                }
            }
        }
        let ids = try await database.read { try Int.fetchAll($0, sql: "SELECT id FROM entry ORDER BY id") }
        #expect(ids == (0..<200).filter { $0 % 3 != 0 })
    }

    @Test func `a write that needs no undoing is refused alone while it has changed nothing`() async throws {
        let database = try open()
        await withTaskGroup { group in
            for id in 0..<200 {
                group.addTask {
                    try? await database.write(undo: .none) { db in
                        if id % 3 == 0 { throw Refused() }
                        try SQLStatement(db, "INSERT INTO entry VALUES (?, ?)").run(.integer(Int64(id)), "x")
                    }
                }
            }
        }
        let ids = try await database.read { try Int.fetchAll($0, sql: "SELECT id FROM entry ORDER BY id") }
        #expect(ids == (0..<200).filter { $0 % 3 != 0 })
    }

    @Test func `a write that breaks off halfway with nothing to undo it leaves nothing behind`() async throws {
        let database = try open()
        await #expect(throws: Refused()) {
            try await database.write(undo: .none) { db in
                try db.execute(sql: "INSERT INTO entry VALUES (1, 'half')")
                throw Refused()
            }
        }
        #expect(try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entry") } == 0)
        try await database.write { try $0.execute(sql: "INSERT INTO entry VALUES (1, 'after')") }
    }

    @Test func `a statement gives back what was bound to it`() async throws {
        let database = try open()
        let texts = ["", "plain", "naïve 🦑", "two\u{0}parts"]
        let read = try await database.write { db in
            let insert = try SQLStatement(db, "INSERT INTO entry VALUES (?, ?)")
            for (id, text) in texts.enumerated() { try insert.run(SQLInput(id), .text(text)) }
            try insert.run(100, nil)
            var read: [String?] = []
            try SQLStatement(db, "SELECT text FROM entry WHERE id >= ? ORDER BY id").forEach(0) { row in
                read.append(row.optionalText(0))
            }
            return read
        }
        #expect(read == texts + [nil])
    }

    @Test func `a statement that fails says why, and can be run again`() async throws {
        let database = try open()
        try await database.write { db in
            let insert = try SQLStatement(db, "INSERT INTO entry VALUES (?, 'x')")
            try insert.run(1)
            #expect { try insert.run(1) } throws: { error in
                (error as? DatabaseError)?.extendedResultCode == .SQLITE_CONSTRAINT_PRIMARYKEY
            }
            try insert.run(2)
        }
        #expect(try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entry") } == 2)
    }

    @Test func `an error reaches the one who made it`() async throws {
        let database = try open()
        await #expect(throws: Refused()) { try await database.write { _ in throw Refused() } }
        await #expect(throws: DatabaseError.self) {
            try await database.write { try $0.execute(sql: "INSERT INTO nowhere VALUES (1)") }
        }
        try await database.write { try $0.execute(sql: "INSERT INTO entry VALUES (1, 'after')") }
    }

    @Test func `a write is seen by every read that begins after its answer`() async throws {
        let database = try open()
        for id in 0..<50 {
            try await database.write { try $0.execute(sql: "INSERT INTO entry VALUES (?, 'x')", arguments: [id]) }
            let count = try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entry") }
            #expect(count == id + 1)
        }
    }

    @Test func `a damaged file is refused and left as it is`() throws {
        let file = folder.url.appending(path: "state.sqlite")
        let garbage = Data((0..<8192).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try garbage.write(to: file)
        #expect(throws: DatabaseDamaged.self) { try open() }
        #expect(try Data(contentsOf: file) == garbage)
    }

    @Test func `closing waits for writes under way`() async throws {
        let database = try open()
        async let write: Void = database.write { try $0.execute(sql: "INSERT INTO entry VALUES (7, 'late')") }
        try await write
        try await database.close()
        #expect(try await open().read { try Int.fetchOne($0, sql: "SELECT id FROM entry") } == 7)
    }
}

@Suite struct `The state folder` {
    @Test func `is held by one emulator at a time`() throws {
        let folder = try TemporaryFolder()
        let state = folder.url.appending(path: "state")
        var first: StateFolder? = try StateFolder(at: state)
        #expect(throws: StateFolderError.inUse(path: state.path)) { try StateFolder(at: state) }
        #expect(first != nil)
        first = nil
        _ = try StateFolder(at: state)
    }

    @Test func `is for its owner's eyes only`() throws {
        let folder = try TemporaryFolder()
        let state = try StateFolder(at: folder.url.appending(path: "state"))
        let mode = try FileManager.default.attributesOfItem(atPath: state.url.path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
    }
}
