import Lake

/// What is worth an alert: a watched streamer on the air, and streams and categories that rise fast.
struct AlertRules: Sendable, Equatable {
    /// User ids, because logins change.
    let watched: Set<String>
    /// How much more viewers than before there must be, calculated on an hour.
    let risePercent: Int
    /// What rises from less to less is noise.
    let streamViewers: Int64
    let categoryViewers: Int64

    /// Reads `WATCHED_USERS`, `ALERT_RISE_PERCENT`, `ALERT_STREAM_VIEWERS` and `ALERT_CATEGORY_VIEWERS`.
    init(_ settings: Settings) throws {
        let text = settings.text("WATCHED_USERS") ?? ""
        let users = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard text.isEmpty || users.allSatisfy(\.isTwitchID) else {
            throw SettingError.invalid(
                variable: "WATCHED_USERS", value: text, expected: "Twitch's user ids with commas and without blanks")
        }
        watched = text.isEmpty ? [] : Set(users)
        risePercent = try settings.integer("ALERT_RISE_PERCENT", default: 200, in: 1...1_000_000)
        streamViewers = Int64(try settings.integer("ALERT_STREAM_VIEWERS", default: 1000, in: 0...Int(Int32.max)))
        categoryViewers = Int64(try settings.integer("ALERT_CATEGORY_VIEWERS", default: 10_000, in: 0...Int(Int32.max)))
    }

    /// The alerts of one pull, each stream given once.
    ///
    /// - Parameter earlier: the pull before it; none rises where that is empty.
    func alerts(in rows: [BronzeRow], after earlier: [BronzeRow]) -> [Alert] {
        let rows = rows.filter { $0.stream.type == "live" }
        return rows.filter { $0.stream.userID.map(watched.contains) ?? false }.compactMap { alert(.streamLive, $0) }
            + risingStreams(rows, after: earlier) + risingCategories(rows, after: earlier)
    }

    private func risingStreams(_ rows: [BronzeRow], after earlier: [BronzeRow]) -> [Alert] {
        let before = Dictionary(earlier.map { ($0.stream.id, $0) }) { _, later in later }
        return rows.compactMap { row in
            guard row.stream.id != nil, let past = before[row.stream.id], let viewers = row.stream.viewerCount,
                let viewersBefore = past.stream.viewerCount, viewers >= streamViewers,
                rises(from: viewersBefore, to: viewers, from: past.collectedAt, to: row.collectedAt)
            else { return nil }
            return alert(.streamRises, row, before: viewersBefore)
        }
    }

    private func risingCategories(_ rows: [BronzeRow], after earlier: [BronzeRow]) -> [Alert] {
        guard let now = rows.first?.collectedAt, let past = earlier.first?.collectedAt else { return [] }
        let before = Self.viewersByGame(earlier)
        let names = Dictionary(rows.map { ($0.stream.gameID, $0.stream.gameName) }) { first, _ in first }
        return Self.viewersByGame(rows).sorted { $0.key < $1.key }.compactMap { game, viewers in
            guard let viewersBefore = before[game], viewers >= categoryViewers,
                rises(from: viewersBefore, to: viewers, from: past, to: now)
            else { return nil }
            return Alert(
                kind: .categoryRises, subject: "\(game)#\(UTCHour(containing: now).date)", name: names[game] ?? nil,
                userID: nil, viewers: viewers, viewersBefore: viewersBefore, collectedAt: now,
                runID: rows.first?.runID ?? "")
        }
    }

    private func rises(from before: Int64, to viewers: Int64, from past: Instant, to now: Instant) -> Bool {
        let hours = Double(now.microseconds - past.microseconds) / 3_600_000_000
        guard before > 0, hours > 0 else { return false }
        return Double(viewers - before) / Double(before) * 100 >= Double(risePercent) * hours
    }

    private func alert(_ kind: Alert.Kind, _ row: BronzeRow, before: Int64? = nil) -> Alert? {
        guard let id = row.stream.id else { return nil }
        return Alert(
            kind: kind, subject: id, name: row.stream.userName, userID: row.stream.userID,
            viewers: row.stream.viewerCount ?? 0, viewersBefore: before, collectedAt: row.collectedAt, runID: row.runID)
    }

    private static func viewersByGame(_ rows: [BronzeRow]) -> [String: Int64] {
        var viewers: [String: Int64] = [:]
        for row in rows {
            guard let game = row.stream.gameID, !game.isEmpty else { continue }
            viewers[game, default: 0] += max(0, row.stream.viewerCount ?? 0)
        }
        return viewers
    }
}
