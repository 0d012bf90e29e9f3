/// Where the file of one run lies: `raw/dt=YYYY-MM-DD/hour=HH/streams_<run_id>.parquet` (LAKE_SPEC 1).
package struct BronzeKey: Sendable, Hashable, CustomStringConvertible {
    /// The layer's folder, without a slash at its end.
    package let prefix: String
    package let partition: UTCHour
    package let runID: String

    package init(prefix: String = "raw", collectedAt: Instant, runID: String) {
        self.prefix = prefix
        partition = UTCHour(containing: collectedAt)
        self.runID = runID
    }

    package var description: String {
        let folder = prefix.isEmpty ? "" : "\(prefix)/"
        return "\(folder)\(partition)/streams_\(runID).parquet"
    }
}
