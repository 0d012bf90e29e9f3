/// What `lake check` tells; as JSON it is a stable contract.
package struct CheckReport: Sendable, Encodable {
    /// No error was found.
    package internal(set) var isGood = true
    package internal(set) var errors = 0
    package internal(set) var warnings = 0
    package let lake: LakeLocations
    package internal(set) var tables: [Table] = []
    package internal(set) var runs = 0
    package internal(set) var slots: Slots?
    /// Rules that were not applied, and why.
    package internal(set) var skipped: [String] = []
    package internal(set) var findings: [Finding] = []

    package struct Table: Sendable, Encodable {
        package let layer: Place.Layer
        package let table: String
        package internal(set) var partitions = 0
        package internal(set) var files = 0
        package internal(set) var rows = 0
        package internal(set) var bytes = 0
    }

    /// The expected arrivals, as the start of each slot.
    package struct Slots: Sendable, Encodable {
        package let first: String
        package let last: String
        package let expected: Int
        package let missing: Int
    }

    init(_ lake: LakeLocations) {
        self.lake = lake
    }

    mutating func add(_ finding: Finding) {
        if finding.severity == .error { errors += 1 } else { warnings += 1 }
        findings.append(finding)
    }

    mutating func count(_ file: TableFile, in table: String) {
        entry(file.place.layer, table) {
            $0.files += 1
            $0.rows += file.rowCount
            $0.bytes += file.byteCount
        }
    }

    mutating func entry(_ layer: Place.Layer, _ table: String, _ change: (inout Table) -> Void) {
        if let index = tables.firstIndex(where: { $0.layer == layer && $0.table == table }) {
            change(&tables[index])
        } else {
            var entry = Table(layer: layer, table: table)
            change(&entry)
            tables.append(entry)
        }
    }
}
