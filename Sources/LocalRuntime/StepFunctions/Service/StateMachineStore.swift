import AWSProtocol
import EmulatorClock
package import EmulatorDatabase
import GRDB

extension StepFunctionsService {
    /// The tables of this service; only ever added to.
    package static let schema: [SchemaVersion] = [
        SchemaVersion(
            "step-functions-1",
            """
            CREATE TABLE state_machine (
                arn TEXT PRIMARY KEY,
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                name TEXT NOT NULL,
                kind TEXT NOT NULL,
                definition TEXT NOT NULL,
                role_arn TEXT NOT NULL,
                settings TEXT NOT NULL,
                tags TEXT NOT NULL,
                created_at_ms INTEGER NOT NULL,
                updated_at_ms INTEGER NOT NULL,
                revision_id TEXT NOT NULL,
                next_version INTEGER NOT NULL DEFAULT 1
            ) STRICT;
            CREATE TABLE state_machine_version (
                machine_arn TEXT NOT NULL,
                number INTEGER NOT NULL,
                description TEXT NOT NULL,
                definition TEXT NOT NULL,
                role_arn TEXT NOT NULL,
                settings TEXT NOT NULL,
                revision_id TEXT NOT NULL,
                created_at_ms INTEGER NOT NULL,
                PRIMARY KEY (machine_arn, number)
            ) STRICT;
            CREATE TABLE execution (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                arn TEXT NOT NULL UNIQUE,
                name TEXT NOT NULL,
                machine_arn TEXT NOT NULL,
                machine_kind TEXT NOT NULL,
                version_arn TEXT,
                definition TEXT NOT NULL,
                role_arn TEXT NOT NULL,
                settings TEXT NOT NULL,
                revision_id TEXT NOT NULL,
                machine_updated_at_ms INTEGER NOT NULL,
                input TEXT NOT NULL,
                trace_header TEXT NOT NULL,
                seed INTEGER NOT NULL,
                started_at_ms INTEGER NOT NULL,
                status TEXT NOT NULL,
                stopped_at_ms INTEGER,
                output TEXT,
                error TEXT,
                cause TEXT
            ) STRICT;
            CREATE INDEX execution_by_machine ON execution (machine_arn, id);
            CREATE INDEX execution_running ON execution (id) WHERE status = 'RUNNING';
            CREATE TABLE execution_step (
                execution INTEGER NOT NULL,
                number INTEGER NOT NULL,
                at_ms INTEGER NOT NULL,
                occurrence TEXT NOT NULL,
                PRIMARY KEY (execution, number)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE execution_event (
                execution INTEGER NOT NULL,
                id INTEGER NOT NULL,
                previous_id INTEGER NOT NULL,
                at_ms INTEGER NOT NULL,
                type TEXT NOT NULL,
                details_name TEXT,
                details TEXT,
                PRIMARY KEY (execution, id)
            ) STRICT, WITHOUT ROWID;
            """),
        SchemaVersion(
            "step-functions-2",
            "CREATE INDEX execution_ended ON execution (stopped_at_ms) WHERE stopped_at_ms IS NOT NULL"),
    ]
}

/// The SQL of state machines and their versions, within one transaction.
struct StateMachineStore {
    private static let columns =
        "arn, account, region, name, kind, definition, role_arn, settings, tags, created_at_ms, updated_at_ms, "
        + "revision_id"

    let db: Database

    func machine(_ arn: String) throws -> StateMachine? {
        try Row.fetchOne(db, sql: "SELECT \(Self.columns) FROM state_machine WHERE arn = ?", arguments: [arn])
            .map(Self.machine)
    }

    /// A page in the order of the ARNs, after `arn`.
    func machines(account: String, region: String, after arn: String, limit: Int) throws -> [StateMachine] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT \(Self.columns) FROM state_machine WHERE account = ? AND region = ? AND arn > ?
                ORDER BY arn LIMIT ?
                """,
            arguments: [account, region, arn, limit]
        ).map(Self.machine)
    }

    func insert(_ machine: StateMachine) throws {
        try db.execute(
            sql: "INSERT INTO state_machine (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                machine.arn, machine.account, machine.region, machine.name, machine.kind.rawValue, machine.definition,
                machine.roleARN, JSONValue.object(machine.settings).text, Self.text(machine.tags),
                machine.createdAt.milliseconds, machine.updatedAt.milliseconds, machine.revisionID,
            ])
    }

    func update(_ machine: StateMachine) throws {
        try db.execute(
            sql: """
                UPDATE state_machine
                SET definition = ?, role_arn = ?, settings = ?, tags = ?, updated_at_ms = ?, revision_id = ?
                WHERE arn = ?
                """,
            arguments: [
                machine.definition, machine.roleARN, JSONValue.object(machine.settings).text, Self.text(machine.tags),
                machine.updatedAt.milliseconds, machine.revisionID, machine.arn,
            ])
    }

    func delete(_ arn: String) throws {
        try db.execute(sql: "DELETE FROM state_machine WHERE arn = ?", arguments: [arn])
        try db.execute(sql: "DELETE FROM state_machine_version WHERE machine_arn = ?", arguments: [arn])
    }

    /// Publishes the machine as it stands. A machine that has not changed since keeps its newest version.
    func publish(_ machine: StateMachine, description: String, at instant: Timestamp) throws -> MachineVersion {
        if let newest = try versions(of: machine, before: Int.max, limit: 1).first,
            newest.machine.revisionID == machine.revisionID
        {
            return newest
        }
        let number =
            try Int.fetchOne(
                db,
                sql:
                    "UPDATE state_machine SET next_version = next_version + 1 WHERE arn = ? RETURNING next_version - 1",
                arguments: [machine.arn]) ?? 1
        try db.execute(
            sql: "INSERT INTO state_machine_version VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                machine.arn, number, description, machine.definition, machine.roleARN,
                JSONValue.object(machine.settings).text, machine.revisionID, instant.milliseconds,
            ])
        return MachineVersion(number: number, machine: machine, description: description, createdAt: instant)
    }

    /// A page of a machine's versions, newest first, below a number.
    func versions(of machine: StateMachine, before number: Int, limit: Int) throws -> [MachineVersion] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT number, description, definition, role_arn, settings, revision_id, created_at_ms
                FROM state_machine_version WHERE machine_arn = ? AND number < ? ORDER BY number DESC LIMIT ?
                """,
            arguments: [machine.arn, number, limit]
        ).map { try Self.version($0, of: machine) }
    }

    func version(_ number: Int, of machine: StateMachine) throws -> MachineVersion? {
        let below = number < Int.max ? number + 1 : number
        return try versions(of: machine, before: below, limit: 1).first { $0.number == number }
    }

    func deleteVersion(_ number: Int, ofMachine arn: String) throws {
        try db.execute(
            sql: "DELETE FROM state_machine_version WHERE machine_arn = ? AND number = ?", arguments: [arn, number])
    }

    private static func version(_ row: Row, of machine: StateMachine) throws -> MachineVersion {
        var then = machine
        then.definition = row[2]
        then.roleARN = row[3]
        then.settings = try JSONValue(parsing: row[4] as String).object ?? [:]
        then.revisionID = row[5]
        return MachineVersion(
            number: row[0], machine: then, description: row[1], createdAt: Timestamp(milliseconds: row[6]))
    }

    private static func machine(_ row: Row) throws -> StateMachine {
        StateMachine(
            arn: row[0], account: row[1], region: row[2], name: row[3],
            kind: StateMachine.Kind(rawValue: row[4]) ?? .standard,
            definition: row[5], roleARN: row[6], settings: try JSONValue(parsing: row[7] as String).object ?? [:],
            tags: try tags(row[8]), createdAt: Timestamp(milliseconds: row[9]),
            updatedAt: Timestamp(milliseconds: row[10]), revisionID: row[11])
    }

    private static func text(_ tags: [Tag]) -> String {
        JSONValue.object(JSONObject(tags.map { ($0.key, .string($0.value)) })).text
    }

    private static func tags(_ text: String) throws -> [Tag] {
        (try JSONValue(parsing: text).object?.members ?? []).map { Tag(key: $0.name, value: $0.value.string ?? "") }
    }
}
