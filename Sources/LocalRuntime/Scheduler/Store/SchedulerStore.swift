import AWSProtocol
import EmulatorClock
import GRDB

/// The SQL of groups and schedules, within one transaction.
struct SchedulerStore {
    let db: Database
    let limits: SchedulerLimits

    init(_ db: Database, _ limits: SchedulerLimits) {
        self.db = db
        self.limits = limits
    }

    /// The group; the default one is made when it is asked for first.
    func group(_ id: ScheduleGroupID, now: Timestamp) throws -> ScheduleGroup? {
        if id.name == "default" { try insert(ScheduleGroup(id: id, created: now, modified: now), clientToken: nil) }
        return try Row.fetchOne(
            db, sql: "SELECT * FROM schedule_group WHERE account = ? AND region = ? AND name = ?",
            arguments: [id.account, id.region, id.name]
        ).map(Self.group)
    }

    func groups(account: String, region: String) throws -> [ScheduleGroup] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM schedule_group WHERE account = ? AND region = ? ORDER BY name",
            arguments: [account, region]
        ).map(Self.group)
    }

    /// - Returns: whether the group was not there, or was made by the very same call.
    @discardableResult
    func insert(_ group: ScheduleGroup, clientToken: String?) throws -> Bool {
        try db.execute(
            sql: "INSERT OR IGNORE INTO schedule_group VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                group.id.account, group.id.region, group.id.name, group.created.milliseconds,
                group.modified.milliseconds, Self.json(group.tags), clientToken,
            ])
        if db.changesCount == 1 { return true }
        let token = try String.fetchOne(
            db, sql: "SELECT client_token FROM schedule_group WHERE account = ? AND region = ? AND name = ?",
            arguments: [group.id.account, group.id.region, group.id.name])
        return token != nil && token == clientToken
    }

    func update(_ group: ScheduleGroup) throws {
        try db.execute(
            sql: """
                UPDATE schedule_group SET modified_at_ms = ?, tags = ? WHERE account = ? AND region = ? AND name = ?
                """,
            arguments: [
                group.modified.milliseconds, Self.json(group.tags), group.id.account, group.id.region, group.id.name,
            ])
    }

    /// With its schedules and what of them is not yet handed over.
    func delete(_ id: ScheduleGroupID) throws {
        for table in ["schedule_invocation", "schedule"] {
            try db.execute(
                sql: "DELETE FROM \(table) WHERE account = ? AND region = ? AND group_name = ?",
                arguments: [id.account, id.region, id.name])
        }
        try db.execute(
            sql: "DELETE FROM schedule_group WHERE account = ? AND region = ? AND name = ?",
            arguments: [id.account, id.region, id.name])
    }

    func schedule(_ name: String, in group: ScheduleGroupID) throws -> Schedule? {
        try Row.fetchOne(
            db,
            sql: "SELECT * FROM schedule WHERE account = ? AND region = ? AND group_name = ? AND name = ?",
            arguments: [group.account, group.region, group.name, name]
        ).map(schedule)
    }

    /// The schedules of an account and region by group and name.
    func schedules(account: String, region: String) throws -> [Schedule] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM schedule WHERE account = ? AND region = ? ORDER BY group_name, name",
            arguments: [account, region]
        ).map(schedule)
    }

    func save(_ schedule: Schedule) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO schedule (account, region, group_name, name, definition, created_at_ms,
                    modified_at_ms, anchor_ms, last_ms, next_ms, fires_at_ms, client_token)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                schedule.group.account, schedule.group.region, schedule.group.name, schedule.name,
                JSONValue.object(schedule.definition.json).text, schedule.created.milliseconds,
                schedule.modified.milliseconds, schedule.anchor.milliseconds, schedule.last?.milliseconds,
                schedule.next?.milliseconds, schedule.fires?.milliseconds, schedule.clientToken,
            ])
    }

    func delete(_ schedule: Schedule) throws {
        try db.execute(
            sql: "DELETE FROM schedule WHERE account = ? AND region = ? AND group_name = ? AND name = ?",
            arguments: [schedule.group.account, schedule.group.region, schedule.group.name, schedule.name])
    }

    /// Schedules that should have fired before an instant.
    func schedules(firingBefore instant: Timestamp) throws -> [Schedule] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM schedule WHERE fires_at_ms < ?", arguments: [instant.milliseconds]
        ).map(schedule)
    }

    /// The schedule that fires first.
    func firstToFire() throws -> Schedule? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT * FROM schedule WHERE fires_at_ms IS NOT NULL
                ORDER BY fires_at_ms, account, region, group_name, name LIMIT 1
                """
        ).map(schedule)
    }

    private func schedule(_ row: Row) throws -> Schedule {
        func instant(_ column: String) -> Timestamp? { (row[column] as Int64?).map(Timestamp.init(milliseconds:)) }
        let definition = try JSONValue(parsing: row["definition"] as String).object ?? [:]
        return Schedule(
            group: ScheduleGroupID(account: row["account"], region: row["region"], name: row["group_name"]),
            name: row["name"], definition: try ScheduleDefinition(CheckedMembers(definition), limits),
            created: Timestamp(milliseconds: row["created_at_ms"]),
            modified: Timestamp(milliseconds: row["modified_at_ms"]),
            anchor: Timestamp(milliseconds: row["anchor_ms"]), last: instant("last_ms"), next: instant("next_ms"),
            fires: instant("fires_at_ms"), clientToken: row["client_token"])
    }

    private static func group(_ row: Row) throws -> ScheduleGroup {
        let tags = try JSONValue(parsing: row["tags"] as String).object?.members ?? []
        return ScheduleGroup(
            id: ScheduleGroupID(account: row["account"], region: row["region"], name: row["name"]),
            created: Timestamp(milliseconds: row["created_at_ms"]),
            modified: Timestamp(milliseconds: row["modified_at_ms"]),
            tags: Dictionary(tags.map { ($0.name, $0.value.string ?? "") }, uniquingKeysWith: { $1 }))
    }

    private static func json(_ tags: [String: String]) -> String {
        JSONValue.object(JSONObject(tags.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })).text
    }
}
