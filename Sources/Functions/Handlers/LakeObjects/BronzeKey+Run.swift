package import Lake

extension BronzeKey {
    package init(collectedAt: Instant, runID: RunID) {
        self.init(collectedAt: collectedAt, runID: runID.text)
    }

    /// Reads a key; nil when it is not written exactly as `extract` writes it.
    package init?(_ key: String) {
        guard let partition = UTCHour(path: key), let name = key.split(separator: "/").last,
            name.hasPrefix("streams_"), name.hasSuffix(".parquet"),
            let runID = RunID(String(name.dropFirst("streams_".count).dropLast(".parquet".count)))
        else { return nil }
        self.init(collectedAt: partition.start, runID: runID)
        guard description == key else { return nil }
    }

    /// Where the run's `game_streams_enriched` goes.
    var enriched: String { "enriched/game_streams_enriched/\(partition)/streams_\(runID).parquet" }
}
