/// What `lake compact` did, or would do; as JSON it is a stable contract.
package struct CompactionReport: Sendable, Encodable {
    package enum Outcome: String, Sendable, Encodable {
        /// Several files became one.
        case merged
        /// The one file was written anew, in order.
        case sorted
        case unchanged
        case skipped
        case failed
    }

    package struct Partition: Sendable, Encodable {
        package let layer: Place.Layer
        package let table: String
        package let partition: String
        package internal(set) var outcome = Outcome.unchanged
        package internal(set) var reason: String?
        package internal(set) var rows = 0
        package let filesBefore: Int
        package internal(set) var filesAfter: Int
        package internal(set) var bytesBefore = 0
        package internal(set) var bytesAfter = 0

        init(_ layer: Place.Layer, _ table: String, _ partition: TableFolder.Partition) {
            self.layer = layer
            self.table = table
            self.partition = partition.name
            filesBefore = partition.files.count
            filesAfter = filesBefore
        }
    }

    package let isDryRun: Bool
    /// Partitions that an earlier run, killed in the middle, had left to be ended.
    package internal(set) var recovered = 0
    package internal(set) var partitions: [Partition] = []

    init(isDryRun: Bool) {
        self.isDryRun = isDryRun
    }

    package func count(_ outcome: Outcome) -> Int { partitions.count { $0.outcome == outcome } }

    /// Over the partitions that were looked into.
    package func sum(_ value: (Partition) -> Int) -> Int { partitions.reduce(0) { $0 + value($1) } }
}
