import AWSProtocol
import EmulatorClock
import GRDB

/// The SQL of executions, their steps and their events, within one transaction.
struct ExecutionStore {
    private static let columns = """
        id, arn, name, machine_arn, machine_kind, version_arn, definition, role_arn, settings, revision_id,
        machine_updated_at_ms, input, trace_header, started_at_ms, status, stopped_at_ms, output, error, cause
        """

    let db: Database

    /// - Parameter horizon: what ended before this is forgotten.
    func execution(_ arn: String, endedSince horizon: Timestamp) throws -> Execution? {
        try Row.fetchOne(
            db, sql: "SELECT \(Self.columns) FROM execution WHERE arn = ? AND ifnull(stopped_at_ms >= ?, TRUE)",
            arguments: [arn, horizon.milliseconds]
        ).map(Self.execution)
    }

    /// Deletes what ended before an instant.
    func forget(endedBefore horizon: Timestamp) throws {
        let forgotten = try Int64.fetchAll(
            db, sql: "SELECT id FROM execution WHERE stopped_at_ms < ?", arguments: [horizon.milliseconds])
        for id in forgotten {
            try db.execute(sql: "DELETE FROM execution_step WHERE execution = ?", arguments: [id])
            try db.execute(sql: "DELETE FROM execution_event WHERE execution = ?", arguments: [id])
            try db.execute(sql: "DELETE FROM execution WHERE id = ?", arguments: [id])
        }
    }

    /// The id of an execution that is running.
    func runningID(_ arn: String) throws -> Int64? {
        try Int64.fetchOne(db, sql: "SELECT id FROM execution WHERE arn = ? AND status = 'RUNNING'", arguments: [arn])
    }

    /// Those of a machine, newest first, below an id; of one status, or of all.
    func executions(
        ofMachine arn: String, version: String?, status: Execution.Status?, endedSince horizon: Timestamp,
        before id: Int64, limit: Int
    ) throws -> [Execution] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT \(Self.columns) FROM execution
                WHERE machine_arn = ?1 AND id < ?2 AND (?3 IS NULL OR status = ?3) AND (?4 IS NULL OR version_arn = ?4)
                    AND ifnull(stopped_at_ms >= ?5, TRUE)
                ORDER BY id DESC LIMIT ?6
                """,
            arguments: [arn, id, status?.rawValue, version, horizon.milliseconds, limit]
        ).map(Self.execution)
    }

    func running() throws -> [(execution: Execution, seed: UInt64)] {
        try Row.fetchAll(
            db, sql: "SELECT \(Self.columns), seed FROM execution WHERE status = 'RUNNING' ORDER BY id"
        ).map { (try Self.execution($0), UInt64(bitPattern: $0["seed"])) }
    }

    /// - Returns: the new execution's id.
    func insert(_ execution: Execution, seed: UInt64) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO execution (
                    arn, name, machine_arn, machine_kind, version_arn, definition, role_arn, settings, revision_id,
                    machine_updated_at_ms, input, trace_header, seed, started_at_ms, status)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                execution.arn, execution.name, execution.machine.arn, execution.machine.kind.rawValue,
                execution.versionARN, execution.machine.definition, execution.machine.roleARN,
                JSONValue.object(execution.machine.settings).text, execution.machine.revisionID,
                execution.machine.updatedAt.milliseconds, execution.input, execution.traceHeader,
                Int64(bitPattern: seed), execution.startedAt.milliseconds, execution.status.rawValue,
            ])
        return db.lastInsertedRowID
    }

    /// Writes one step: what happened, the events that it led to, and the end if that is what it was.
    func append(_ step: ExecutionStep, to execution: Int64) throws {
        try db.execute(
            sql: "INSERT INTO execution_step VALUES (?, ?, ?, ?)",
            arguments: [execution, step.number, step.instant.milliseconds, step.occurrence.json.text])
        for event in step.events { try append(event, to: execution) }
        if let outcome = step.outcome { try end(execution, outcome, at: step.instant) }
    }

    func end(_ execution: Int64, _ outcome: Interpreter.Outcome, at instant: Timestamp) throws {
        let (output, error, cause): (String?, String?, String?) =
            switch outcome {
            case .succeeded(let output): (output.text, nil, nil)
            case .failed(let error, let cause), .aborted(let error, let cause): (nil, error, cause)
            case .timedOut: (nil, nil, nil)
            }
        try db.execute(
            sql: "UPDATE execution SET status = ?, stopped_at_ms = ?, output = ?, error = ?, cause = ? WHERE id = ?",
            arguments: [outcome.status.rawValue, instant.milliseconds, output, error, cause, execution])
    }

    /// What has happened so far, in order.
    func steps(of execution: Int64) throws -> [(occurrence: Interpreter.Occurrence, instant: Timestamp)] {
        try Row.fetchAll(
            db, sql: "SELECT occurrence, at_ms FROM execution_step WHERE execution = ? ORDER BY number",
            arguments: [execution]
        ).map { row in
            (
                try Interpreter.Occurrence(json: try JSONValue(parsing: row[0] as String)),
                Timestamp(milliseconds: row[1])
            )
        }
    }

    func lastEventID(of execution: Int64) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT max(id) FROM execution_event WHERE execution = ?", arguments: [execution]) ?? 0
    }

    /// A page of the history from an id on, upwards or downwards.
    func events(of execution: Int64, from id: Int, isReverse: Bool, limit: Int) throws -> [HistoryEvent] {
        let (bound, order) = isReverse ? ("<=", "DESC") : (">=", "ASC")
        return try Row.fetchAll(
            db,
            sql: """
                SELECT id, previous_id, at_ms, type, details_name, details FROM execution_event
                WHERE execution = ? AND id \(bound) ? ORDER BY id \(order) LIMIT ?
                """,
            arguments: [execution, id, limit]
        ).map { row in
            let details = try (row[5] as String?).map { try JSONValue(parsing: $0).object ?? [:] }
            let name: String? = row[4]
            return HistoryEvent(
                id: row[0], previousID: row[1], instant: Timestamp(milliseconds: row[2]), type: row[3],
                details: name.flatMap { name in details.map { (name, $0) } })
        }
    }

    func append(_ event: HistoryEvent, to execution: Int64) throws {
        try db.cachedStatement(sql: "INSERT INTO execution_event VALUES (?, ?, ?, ?, ?, ?, ?)").execute(
            arguments: [
                execution, event.id, event.previousID, event.instant.milliseconds, event.type, event.details?.name,
                event.details.map { JSONValue.object($0.value).text },
            ])
    }

    private static func execution(_ row: Row) throws -> Execution {
        let arn: String = row["machine_arn"]
        let machine = try ARNs.machine(arn)
        let updatedAt = Timestamp(milliseconds: row["machine_updated_at_ms"])
        return Execution(
            id: row["id"], arn: row["arn"], name: row["name"],
            machine: StateMachine(
                arn: arn, account: machine.account, region: machine.region, name: machine.name,
                kind: StateMachine.Kind(rawValue: row["machine_kind"]) ?? .standard, definition: row["definition"],
                roleARN: row["role_arn"], settings: try JSONValue(parsing: row["settings"] as String).object ?? [:],
                tags: [], createdAt: updatedAt, updatedAt: updatedAt, revisionID: row["revision_id"]),
            versionARN: row["version_arn"], input: row["input"], traceHeader: row["trace_header"],
            startedAt: Timestamp(milliseconds: row["started_at_ms"]),
            status: Execution.Status(rawValue: row["status"]) ?? .failed,
            stoppedAt: (row["stopped_at_ms"] as Int64?).map { Timestamp(milliseconds: $0) }, output: row["output"],
            error: row["error"], cause: row["cause"])
    }
}

/// One occurrence with what it led to.
struct ExecutionStep: Sendable {
    let number: Int
    let instant: Timestamp
    let occurrence: Interpreter.Occurrence
    let events: [HistoryEvent]
    let outcome: Interpreter.Outcome?
}
