import Lake
package import LambdaRuntime
import Twitch

/// Pulls the live streams from Twitch, once for each run, into one bronze object and one row of the ledger.
///
/// The object comes first and carries its own counts. Whatever is repeated or cut off, a run whose object exists is
/// answered from it.
package struct Extract: LambdaHandler {
    private let helix: HelixClient
    private let bucket: LakeBucket
    private let ledger: PullLedger
    private let plan: PullPlan
    private let shrinkage: ShrinkRule
    private let lake: LakeConfiguration
    private let now: @Sendable () -> Instant

    init(_ settings: Settings, _ services: Services) throws {
        bucket = try settings.lakeBucket(services)
        ledger = try settings.pullLedger(services)
        plan = try PullPlan(settings)
        shrinkage = try ShrinkRule(settings)
        lake = try settings.lake
        helix = try TwitchSettings(settings).helix(services)
        now = services.now
    }

    package func handle(_ event: ExtractEvent, context: LambdaContext) async throws -> ExtractAnswer {
        let began = now()
        let asked = (event.time ?? began).truncatedToMilliseconds
        let runID = try event.runID ?? RunID(collectedAt: asked, cause: event.id ?? context.requestID)
        var context = context
        context.logger = context.logger.with(["run_id": runID.text])
        let ledger = ledger.until(context.callDeadline)
        let collectedAt = try await ledger.open(
            runID, collectedAt: asked, slot: lake.slot(of: asked), counting: .extract, at: began)
        do {
            let bronze = BronzeKey(collectedAt: collectedAt, runID: runID)
            let summary = try await summary(of: bronze, collectedAt: collectedAt, context)
            try await ledger.record(summary, bronze, since: began, at: now())
            report(summary, context)
            return ExtractAnswer(
                summary, bronze, collectedAt: collectedAt, localDates: lake.localDates(touchedBy: bronze.partition))
        } catch {
            await ledger.fail(runID, "extract: \(error)", at: now())
            throw error
        }
    }

    /// The counts of the run's object, which is pulled and stored unless it exists.
    private func summary(
        of bronze: BronzeKey, collectedAt: Instant, _ context: LambdaContext
    ) async throws -> PullSummary {
        let bucket = bucket.until(context.callDeadline)
        if let summary = try await stored(bronze, bucket) {
            context.logger.info("The run was pulled before.", ["bronze_key": "\(bronze)"])
            return summary
        }
        let (file, summary) = try await pull(runID: bronze.runID, collectedAt: collectedAt, context)
        guard try await bucket.putOnce(file, "\(bronze)", metadata: [PullSummary.metadataName: summary.json]) else {
            // Somebody pulled the same run meanwhile, or the answer to our own write was lost: the object decides.
            return try await stored(bronze, bucket) ?? summary
        }
        return summary
    }

    private func stored(_ bronze: BronzeKey, _ bucket: LakeBucket) async throws -> PullSummary? {
        guard let metadata = try await bucket.metadata("\(bronze)") else { return nil }
        guard let summary = PullSummary(metadata: metadata) else {
            throw LakeObjectError.notByExtract(key: "\(bronze)")
        }
        return summary
    }

    private func pull(
        runID: String, collectedAt: Instant, _ context: LambdaContext
    ) async throws -> (file: [UInt8], summary: PullSummary) {
        var rows = BronzeBuilder(runID: runID, collectedAt: collectedAt)
        var summary = PullSummary(plan, collectedAt: collectedAt)
        let bucket = bucket.until(context.callDeadline)
        let earlier = try await EarlierPulls(bucket: bucket).last(before: collectedAt, like: summary)?.summary
        var failure: TwitchError?
        let requestsBefore = helix.requestCount
        for planned in try await plan.walks(helix, deadline: context.pullDeadline) {
            let walk = try await helix.walkStreams(
                planned.request, wanted: plan.streamsPerWalk, pageCap: plan.pageCap, deadline: context.pullDeadline)
            for stream in walk.streams { try rows.append(HelixStream(stream)) }
            let shrunkFrom = earlier?.rowsByWalk[planned.name].flatMap { rows in
                walk.end == .listEnd && shrinkage.isShrunk(walk.streams.count, from: rows) ? rows : nil
            }
            summary.add(walk, of: planned.name, shrunkFrom: shrunkFrom)
            failure = failure ?? walk.failure
            log(walk, of: planned.name, shrunkFrom: shrunkFrom, context.logger)
        }
        // A pull that brought nothing at all is worth another attempt; one with gaps is stored as what it is.
        if let failure, summary.rows == 0 { throw failure }
        summary.requests = helix.requestCount - requestsBefore
        return (try rows.file(), summary)
    }

    private func log(_ walk: StreamsWalk, of name: String, shrunkFrom earlier: Int?, _ logger: LambdaLogger) {
        let fields: LogFields = [
            "walk": name, "rows": walk.streams.count, "pages": walk.pages, "duplicates": walk.duplicates,
            "end": walk.end.rawValue, "failure": walk.failure.map { "\($0)" } ?? "",
            "earlier_rows": earlier.map { "\($0)" } ?? "",
        ]
        if earlier != nil {
            logger.warn("A walk ended at far fewer streams than the last complete one.", fields)
        } else if walk.end.isComplete {
            logger.info("Pulled one walk.", fields)
        } else {
            logger.warn("A walk is incomplete.", fields)
        }
    }

    private func report(_ summary: PullSummary, _ context: LambdaContext) {
        var metrics = context.metrics(namespace: "Rivulet")
        metrics.put("RowsExtracted", Double(summary.rows), .count)
        metrics.put("DuplicatesExtracted", Double(summary.duplicates), .count)
        metrics.put("HelixRequests", Double(summary.requests), .count)
        if let completeness = summary.completeness { metrics.put("PullCompleteness", completeness) }
        metrics.emit()
    }
}

/// What `extract` did; the event of `enrich`, `publishToQueue`, `silverJob` and `goldJob`.
package struct ExtractAnswer: Sendable, Encodable {
    let summary: PullSummary
    let bronze: BronzeKey
    let collectedAt: Instant
    let localDates: [CivilDate]

    init(_ summary: PullSummary, _ bronze: BronzeKey, collectedAt: Instant, localDates: [CivilDate]) {
        self.summary = summary
        self.bronze = bronze
        self.collectedAt = collectedAt
        self.localDates = localDates
    }

    private enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case collectedAt = "collected_at"
        case bronzeKey = "bronze_key"
        case rows, pages, duplicates, complete, completeness, languages, partition
        case topGames = "top_games"
        case localDates = "local_dates"
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(bronze.runID, forKey: .runID)
        try fields.encode("\(collectedAt)", forKey: .collectedAt)
        try fields.encode("\(bronze)", forKey: .bronzeKey)
        try fields.encode(summary.rows, forKey: .rows)
        try fields.encode(summary.pages, forKey: .pages)
        try fields.encode(summary.duplicates, forKey: .duplicates)
        try fields.encode(summary.isComplete, forKey: .complete)
        try fields.encodeIfPresent(summary.completeness, forKey: .completeness)
        try fields.encode(summary.rowsByWalk, forKey: summary.division == .topGames ? .topGames : .languages)
        try fields.encode(Partition(bronze.partition), forKey: .partition)
        try fields.encode(localDates.map(\.description), forKey: .localDates)
    }
}
