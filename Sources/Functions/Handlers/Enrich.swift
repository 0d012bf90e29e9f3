import AWSClient
import Lake
package import LambdaRuntime
import Twitch

/// Fills in the games and broadcasters that a run names, and writes the run joined with them (`game_streams_enriched`).
///
/// The ledger says `success` only when every id is in its table, be it as unknown, and the joined object is written.
/// Repeated from any state, it asks Twitch for no more than what is still missing.
package struct Enrich: LambdaHandler {
    private let helix: HelixClient
    private let bucket: LakeBucket
    private let ledger: PullLedger
    private let games: ReferenceTable
    private let users: ReferenceTable
    private let lake: LakeConfiguration
    private let now: @Sendable () -> Instant

    init(_ settings: Settings, _ services: Services) throws {
        bucket = try settings.lakeBucket(services)
        ledger = try settings.pullLedger(services)
        let freshness = try ReferenceTable.Freshness(settings)
        games = ReferenceTable(
            try settings.text("GAMES_TABLE", expected: "the table of games, whose key is id"), services.dynamoDB,
            freshness)
        users = ReferenceTable(
            try settings.text("USERS_TABLE", expected: "the table of users, whose key is id"), services.dynamoDB,
            freshness)
        lake = try settings.lake
        helix = try TwitchSettings(settings).helix(services)
        now = services.now
    }

    package func handle(_ event: RunEvent, context: LambdaContext) async throws -> EnrichAnswer {
        let began = now()
        var context = context
        context.logger = context.logger.with(["run_id": event.runID.text])
        let ledger = ledger.until(context.callDeadline)
        let bucket = bucket.until(context.callDeadline)
        let rows = try await bucket.files(["\(event.bronze)"]).map { try BronzeRows($0) }[0]
        let collectedAt = rows.first?.collectedAt ?? event.bronze.partition.start
        _ = try await ledger.open(
            event.runID, collectedAt: collectedAt, slot: lake.slot(of: collectedAt), counting: .enrich, at: now())
        do {
            let (games, users) = try await fill(rows, event.runID, ledger, context)
            let rejects = try await write(rows, games, users, to: event.bronze.enriched, bucket, context.logger)
            try await ledger.finish(
                event.runID, enrichedKey: event.bronze.enriched, rejects: rejects, games, users, since: began, at: now()
            )
            return EnrichAnswer(
                event.bronze, rows: rows.count, games: games, users: users,
                localDates: lake.localDates(touchedBy: event.bronze.partition))
        } catch {
            await ledger.fail(event.runID, "enrich: \(error)", at: now())
            throw error
        }
    }

    private func fill(
        _ rows: BronzeRows, _ runID: RunID, _ ledger: PullLedger, _ context: LambdaContext
    ) async throws -> (games: ReferenceFill, users: ReferenceFill) {
        let (helix, deadline) = (helix, context.pullDeadline)
        try await ledger.advance(runID, to: .fillingGames, at: now())
        let games = try await games.until(context.callDeadline).fill(rows.ids(\.gameID), at: now()) { ids in
            try await helix.get(GetGames(ids: ids), deadline: deadline).items.compactMap { ReferenceItem($0) }
        }
        log(games, of: "games", context.logger)
        try await ledger.advance(runID, to: .fillingChannels, at: now())
        let users = try await users.until(context.callDeadline).fill(rows.ids(\.userID), at: now()) { ids in
            try await profiles(ids, deadline: deadline)
        }
        log(users, of: "users", context.logger)
        return (games, users)
    }

    /// Users with their channels' content labels, which are stored as long as the rest: broadcasters seldom change them.
    private func profiles(_ ids: [String], deadline: Duration) async throws -> [ReferenceItem] {
        let channels = try await helix.get(GetChannels(broadcasterIDs: ids), deadline: deadline).items
        let labels = Dictionary(channels.map { ($0.broadcasterID, $0.contentClassificationLabels) }) { first, _ in first
        }
        return try await helix.get(GetUsers(ids: ids), deadline: deadline).items.compactMap {
            ReferenceItem($0, labels: labels[$0.id] ?? nil)
        }
    }

    /// - Returns: rows that cannot be joined.
    private func write(
        _ rows: BronzeRows, _ games: ReferenceFill, _ users: ReferenceFill, to key: String, _ bucket: LakeBucket,
        _ logger: LambdaLogger
    ) async throws -> Int {
        let enriched = try EnrichedTable(
            bronze: rows, users: users.items.mapValues(UserProfile.init),
            games: games.items.compactMapValues(\.fields["name"]))
        try await bucket.put(try enriched.file(), key)
        logger.info(
            "Wrote the streams joined with games and broadcasters.",
            ["enriched_key": key, "rejects": enriched.skippedCount, "duplicates": enriched.duplicateCount])
        return enriched.skippedCount
    }

    private func log(_ fill: ReferenceFill, of kind: String, _ logger: LambdaLogger) {
        logger.info(
            "Filled \(kind).",
            [
                "known": fill.known, "fetched": fill.fetched, "unmatched": fill.unmatched.count,
                "unmatched_ids": fill.unmatched.sorted().prefix(100).joined(separator: ","),
            ])
    }
}

extension BronzeRows {
    /// The different ids of one kind; a stream without a category has an empty one.
    fileprivate func ids(_ id: KeyPath<HelixStream, String?>) -> Set<String> {
        Set(compactMap { $0.stream[keyPath: id] }.filter { !$0.isEmpty })
    }
}

extension UserProfile {
    fileprivate init(_ item: ReferenceItem) {
        self.init(
            broadcasterType: item.fields["broadcaster_type"], description: item.fields["description"],
            createdAt: item.fields["created_at"].flatMap { Instant(rfc3339: $0) },
            isMature: item.fields["content_classification_labels"].map { !$0.isEmpty })
    }
}

/// What `enrich` did; the event of `publishToQueue`, `silverJob` and `goldJob`.
package struct EnrichAnswer: Sendable, Encodable {
    let bronze: BronzeKey
    let rows: Int
    let games: ReferenceFill
    let users: ReferenceFill
    let localDates: [CivilDate]

    init(_ bronze: BronzeKey, rows: Int, games: ReferenceFill, users: ReferenceFill, localDates: [CivilDate]) {
        self.bronze = bronze
        self.rows = rows
        self.games = games
        self.users = users
        self.localDates = localDates
    }

    private enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case bronzeKey = "bronze_key"
        case enrichedKey = "enriched_key"
        case status, rows, games, users, partition
        case localDates = "local_dates"
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(bronze.runID, forKey: .runID)
        try fields.encode("\(bronze)", forKey: .bronzeKey)
        try fields.encode(PullStatus.success.rawValue, forKey: .status)
        try fields.encode(rows, forKey: .rows)
        try fields.encode(games.counts, forKey: .games)
        try fields.encode(users.counts, forKey: .users)
        try fields.encode(bronze.enriched, forKey: .enrichedKey)
        try fields.encode(Partition(bronze.partition), forKey: .partition)
        try fields.encode(localDates.map(\.description), forKey: .localDates)
    }
}
