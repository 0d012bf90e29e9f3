import AWSClient
import FoundationEssentials
import Lake
import Twitch

/// How far one pull has come, in order. The raw values are the ledger's words (founding document 004).
enum PullStatus: String, Sendable, CaseIterable {
    /// A step gave up; the next attempt takes the row back into the order.
    case failed
    case pending
    case fillingGames = "filling-games"
    case fillingChannels = "filling-channels"
    case success

    /// The statuses from which a step leads here.
    var predecessors: [PullStatus] {
        switch self {
        case .failed: [.pending, .fillingGames, .fillingChannels]
        case .pending: [.failed]
        case .fillingGames: [.pending, .failed]
        case .fillingChannels: [.fillingGames]
        case .success: [.fillingChannels]
        }
    }

    /// Whether a row that should become this is there already, or further.
    func isReached(by status: PullStatus) -> Bool {
        let order = Self.allCases
        return (order.firstIndex(of: status) ?? 0) >= (order.firstIndex(of: self) ?? 0)
    }
}

/// One row for each pull, by `run_id`: its status with history, and its counts. Statuses only go forward, each step by a
/// conditional update, so that repetitions and crashes between steps leave a true row.
struct PullLedger: Sendable {
    let table: String
    let dynamoDB: DynamoDBClient

    init(_ table: String, _ dynamoDB: DynamoDBClient) {
        self.table = table
        self.dynamoDB = dynamoDB
    }

    /// The same ledger with an end to all its calls.
    func until(_ deadline: Date?) -> PullLedger {
        PullLedger(table, dynamoDB.until(deadline))
    }

    /// The steps whose attempts are counted apart.
    enum Step: String {
        case extract, enrich
    }

    /// Opens the row of a run, or counts one more attempt at it and takes it up again.
    ///
    /// - Returns: the instant for which the run was first opened; a repetition keeps to it.
    func open(
        _ runID: RunID, collectedAt: Instant, slot: Instant, counting step: Step, at now: Instant
    ) async throws -> Instant {
        let item = try await dynamoDB.update(
            key: key(runID), in: table,
            DynamoDBExpression(
                "SET #status = if_not_exists(#status, :status), status_history = if_not_exists(status_history, :history), "
                    + "collected_at = if_not_exists(collected_at, :collected), slot = if_not_exists(slot, :slot), "
                    + "opened_at = if_not_exists(opened_at, :now) ADD \(step.rawValue)_attempts :one",
                names: ["#status": "status"],
                values: [
                    ":status": .s(PullStatus.pending.rawValue), ":history": .l([entry(.pending, now)]),
                    ":collected": .s("\(collectedAt)"), ":slot": .s("\(slot)"), ":now": .s("\(now)"),
                    ":one": .n("1"),
                ]),
            returning: .allNew)
        if item?["status"]?.string == PullStatus.failed.rawValue { try await advance(runID, to: .pending, at: now) }
        return item?["collected_at"]?.string.flatMap { Instant(rfc3339: $0) } ?? collectedAt
    }

    /// Stores what the pull brought, and how long this attempt at it took.
    func record(_ summary: PullSummary, _ bronze: BronzeKey, since began: Instant, at now: Instant) async throws {
        var values: [String: AttributeValue] = [
            "rows": .number(summary.rows), "pages": .number(summary.pages), "requests": .number(summary.requests),
            "duplicates": .number(summary.duplicates), "complete": .bool(summary.isComplete),
            summary.division.rawValue: .m(summary.rowsByWalk.mapValues { .number($0) }),
            "gaps": .m(summary.gaps.mapValues { .s($0.rawValue) }),
            "bronze_key": .s("\(bronze)"), "extracted_at": .s("\(now)"),
            "extract_ms": .milliseconds(from: began, to: now),
        ]
        values["completeness"] = summary.completeness.map { .number($0) }
        try await set(values, on: bronze.runID)
    }

    /// Moves the row on to `status`. When it is there already, or further, nothing changes.
    func advance(_ runID: RunID, to status: PullStatus, at now: Instant) async throws {
        do {
            try await move(runID, to: status, at: now)
        } catch DynamoDBError.conditionalCheckFailed {
            let row = try await dynamoDB.get(key: key(runID), in: table, isConsistent: true)
            let stored = row?["status"]?.string
            guard let current = stored.flatMap(PullStatus.init), status.isReached(by: current) else {
                throw PullLedgerError.cannotAdvance(runID: runID, from: stored, to: status)
            }
        }
    }

    /// Notes that a step gave up, for people who look. What caused it matters more than a failure to note it.
    func fail(_ runID: RunID, _ reason: String, at now: Instant) async {
        try? await move(runID, to: .failed, at: now)
        try? await set(["last_failure": .s(String(reason.prefix(1000)))], on: runID.text)
    }

    private func move(_ runID: RunID, to status: PullStatus, at now: Instant) async throws {
        var values: [String: AttributeValue] = [:]
        for (index, previous) in status.predecessors.enumerated() { values[":p\(index)"] = .s(previous.rawValue) }
        try await dynamoDB.update(
            key: key(runID), in: table,
            DynamoDBExpression(
                "SET #status = :next, status_history = list_append(status_history, :entry)",
                names: ["#status": "status"],
                values: [":next": .s(status.rawValue), ":entry": .l([entry(status, now)])]),
            if: DynamoDBExpression(
                "#status IN (\(values.keys.sorted().joined(separator: ", ")))", names: ["#status": "status"],
                values: values))
    }

    /// Stores what `enrich` did and how long this attempt took, and then the status that tells that nothing is missing.
    ///
    /// - Parameter rejects: rows that could not be joined, for they lack an id or their start.
    func finish(
        _ runID: RunID, enrichedKey: String, rejects: Int, _ games: ReferenceFill, _ users: ReferenceFill,
        since began: Instant, at now: Instant
    ) async throws {
        try await set(
            [
                "games": games.attribute, "users": users.attribute, "enriched_key": .s(enrichedKey),
                "rejects": .number(rejects), "finished_at": .s("\(now)"),
                "enrich_ms": .milliseconds(from: began, to: now),
            ], on: runID.text)
        try await advance(runID, to: .success, at: now)
    }

    private func set(_ attributes: DynamoDBItem, on runID: String) async throws {
        let names = attributes.keys.sorted()
        let assignments = names.enumerated().map { "#a\($0.offset) = :a\($0.offset)" }
        try await dynamoDB.update(
            key: ["run_id": .s(runID)], in: table,
            DynamoDBExpression(
                "SET " + assignments.joined(separator: ", "),
                names: Dictionary(uniqueKeysWithValues: names.enumerated().map { ("#a\($0.offset)", $0.element) }),
                values: Dictionary(
                    uniqueKeysWithValues: names.enumerated().map { (":a\($0.offset)", attributes[$0.element] ?? .null) }
                )))
    }

    private func key(_ runID: RunID) -> DynamoDBItem {
        ["run_id": .s(runID.text)]
    }

    private func entry(_ status: PullStatus, _ now: Instant) -> AttributeValue {
        .m(["status": .s(status.rawValue), "at": .s("\(now)")])
    }
}

extension AttributeValue {
    fileprivate static func milliseconds(from began: Instant, to end: Instant) -> AttributeValue {
        .number((end.microseconds - began.microseconds) / 1000)
    }
}

/// A ledger row that does not fit the pipeline's order.
enum PullLedgerError: Error, Equatable {
    case cannotAdvance(runID: RunID, from: String?, to: PullStatus)
}

extension ReferenceFill {
    /// The counts, and the first of the ids that Twitch does not know, for people who look into them.
    fileprivate var attribute: AttributeValue {
        .m([
            "known": .number(known), "fetched": .number(fetched), "unmatched": .number(unmatched.count),
            "unmatched_ids": .l(unmatched.sorted().prefix(100).map { .s($0) }),
        ])
    }
}

extension PullLedgerError: CustomStringConvertible {
    var description: String {
        switch self {
        case .cannotAdvance(let runID, let status?, let next):
            "The pull \(runID) is \"\(status)\" and cannot become \"\(next.rawValue)\"; run extract for it first."
        case .cannotAdvance(let runID, nil, let next):
            "There is no pull \(runID) that could become \"\(next.rawValue)\"; run extract for it first."
        }
    }
}
