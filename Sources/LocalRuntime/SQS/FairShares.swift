import EmulatorClock
import EmulatorDatabase
import GRDB

/// The SQL of fair queues: in a standard queue whose messages name groups, the groups take turns, so that one with a
/// long backlog keeps nobody else waiting.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
///
/// A row a group says when it was last served. Messages without a group share a row of their own.
struct FairShares {
    let db: Database
    let queue: Queue

    /// The group of messages that name none.
    private static let nobody = ""

    /// Whether the queue's messages name groups at all; a queue where they do not takes the short way.
    func areKept() throws -> Bool {
        try SQLStatement(db, "SELECT 1 FROM sqs_fair_share WHERE shelf = ? AND group_id > '' LIMIT 1")
            .first(.integer(queue.shelf)) { _ in true } ?? false
    }

    /// A message of the group came. A new group waits from now on.
    func join(_ group: String, now: Timestamp) throws {
        try db.cachedStatement(
            sql: "INSERT INTO sqs_fair_share (shelf, group_id, served_at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        ).execute(arguments: [queue.shelf, group, now.milliseconds])
    }

    /// A message of the group went; with its last one the group is forgotten.
    func leave(_ group: String) throws {
        try db.cachedStatement(
            sql: """
                DELETE FROM sqs_fair_share WHERE shelf = ?1 AND group_id = ?2
                    AND NOT EXISTS (
                        SELECT 1 FROM sqs_message
                        WHERE shelf = ?1 AND group_id = ?2 AND deduplication_id IS NULL)
                """
        ).execute(arguments: [queue.shelf, group])
    }

    /// The next messages in turn: one of each group, the longest unserved first, and round again while there are more.
    func next(_ limit: Int, visibleAt horizon: Timestamp, now: Timestamp) throws -> [Int64] {
        try join(Self.nobody, now: Timestamp(milliseconds: 0))
        var shares: [[Int64]] = []
        for group in try groups() where shares.count < limit {
            let ids = try visible(in: group, limit: limit, horizon)
            if !ids.isEmpty {
                shares.append(ids)
                try serve(group, now: now)
            }
        }
        let rounds = shares.map(\.count).max() ?? 0
        return Array((0..<rounds).flatMap { round in shares.compactMap { $0.dropFirst(round).first } }.prefix(limit))
    }

    /// The groups, the one longest unserved first.
    func groups() throws -> [String] {
        try String.fetchAll(
            db.cachedStatement(
                sql: "SELECT group_id FROM sqs_fair_share WHERE shelf = ? ORDER BY served_at_ms, group_id"),
            arguments: [queue.shelf])
    }

    private func visible(in group: String, limit: Int, _ horizon: Timestamp) throws -> [Int64] {
        let belongs = group == Self.nobody ? "group_id IS NULL" : "group_id = :group"
        var arguments: StatementArguments = ["shelf": queue.shelf, "horizon": horizon.milliseconds, "limit": limit]
        if group != Self.nobody { arguments += ["group": group] }
        return try Int64.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT id FROM sqs_message WHERE shelf = :shelf AND \(belongs) AND deduplication_id IS NULL
                        AND visible_at_ms <= :horizon
                    ORDER BY visible_at_ms, id LIMIT :limit
                    """),
            arguments: arguments)
    }

    private func serve(_ group: String, now: Timestamp) throws {
        try db.cachedStatement(sql: "UPDATE sqs_fair_share SET served_at_ms = ? WHERE shelf = ? AND group_id = ?")
            .execute(arguments: [now.milliseconds, queue.shelf, group])
    }
}
