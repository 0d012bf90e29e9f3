import AWSProtocol
package import EmulatorDatabase
import GRDB

/// The table of all control-plane resources; only ever added to.
package enum ControlPlaneSchema {
    package static let versions: [SchemaVersion] = [
        SchemaVersion(
            "control-plane-1",
            """
            CREATE TABLE control_record (
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                kind TEXT NOT NULL,
                parent TEXT NOT NULL,
                name TEXT NOT NULL,
                value TEXT NOT NULL,
                PRIMARY KEY (account, region, kind, parent, name)
            ) STRICT, WITHOUT ROWID;
            """)
    ]
}

/// What a kind of resource is called in the database, e.g. `iam.role`.
struct RecordKind: Sendable, Equatable {
    let name: String

    init(_ name: String) {
        self.name = name
    }
}

/// The resources of one account and region, within one transaction.
///
/// A control plane that only has to be read back as it was written needs no columns of its own: a resource is a JSON
/// object under its kind, the resource it belongs to (if any), and its name.
struct ControlRecords {
    let db: Database
    let account: String
    /// Empty for global services such as IAM.
    let region: String

    struct Record {
        let name: String
        let value: JSONObject
    }

    func value(_ kind: RecordKind, _ name: String, in parent: String = "") throws -> JSONObject? {
        let text = try String.fetchOne(
            db, sql: "SELECT value FROM control_record WHERE \(Self.key)", arguments: key(kind, name, parent))
        return try text.map { try JSONValue(parsing: $0).object ?? [:] }
    }

    /// Writes the resource, whether or not it was there.
    func save(_ value: JSONObject, _ kind: RecordKind, _ name: String, in parent: String = "") throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO control_record (account, region, kind, parent, name, value)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: key(kind, name, parent) + [JSONValue.object(value).text])
    }

    func delete(_ kind: RecordKind, _ name: String, in parent: String = "") throws {
        try db.execute(sql: "DELETE FROM control_record WHERE \(Self.key)", arguments: key(kind, name, parent))
    }

    /// All of a kind in the order of their names; those of one parent when it is given.
    func all(_ kind: RecordKind, in parent: String? = nil) throws -> [Record] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT name, value FROM control_record
                WHERE account = ? AND region = ? AND kind = ? AND (? IS NULL OR parent = ?) ORDER BY name
                """,
            arguments: [account, region, kind.name, parent, parent]
        ).map { Record(name: $0[0], value: try JSONValue(parsing: $0[1] as String).object ?? [:]) }
    }

    /// Changes the resource in place.
    ///
    /// - Throws: `absent` when there is none.
    func update(
        _ kind: RecordKind, _ name: String, in parent: String = "", orThrow absent: any ServiceError,
        _ change: (inout JSONObject) throws -> Void
    ) throws {
        guard var value = try value(kind, name, in: parent) else { throw absent }
        try change(&value)
        try save(value, kind, name, in: parent)
    }

    private static let key = "account = ? AND region = ? AND kind = ? AND parent = ? AND name = ?"

    private func key(_ kind: RecordKind, _ name: String, _ parent: String) -> StatementArguments {
        [account, region, kind.name, parent, name]
    }
}
