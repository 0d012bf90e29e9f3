import Lake

/// The slots in which runs came, and those in which none did.
struct Arrivals {
    private let slotSeconds: Int64
    private var slots: Set<Int64> = []
    /// Runs whose slot nothing tells, because they have no rows, by the first slot of their hour.
    private var unknownRuns: [Int64: Int] = [:]

    init(_ configuration: LakeConfiguration) {
        slotSeconds = configuration.snapshotSeconds
    }

    mutating func add(_ hour: UTCHour, _ ledger: PartitionLedger) {
        let length = slotSeconds * 1_000_000
        for instant in ledger.arrivals { slots.insert(flooredQuotient(instant, length)) }
        // An hour that could not be read is a finding already, and may have had any number of runs.
        let unknown = ledger.isIncomplete ? Int.max : ledger.emptyRuns
        if unknown > 0 { unknownRuns[flooredQuotient(hour.start.microseconds, length)] = unknown }
    }

    /// First and last slot, how many lie between them, how many had a run.
    var summary: CheckReport.Slots? {
        guard let first = slots.min(), let last = slots.max() else { return nil }
        let missing = gaps.reduce(0) { $0 + $1.count }
        return CheckReport.Slots(
            first: text(first), last: text(last), expected: Int(last - first + 1), missing: missing)
    }

    /// Slots in a row without a run, between the first run and the last.
    private var gaps: [ClosedRange<Int64>] {
        guard let first = slots.min(), let last = slots.max() else { return [] }
        var forgiven = unknownRuns
        var gaps: [ClosedRange<Int64>] = []
        for slot in first...last where !slots.contains(slot) {
            let hour = slot - (slot * slotSeconds % 3600) / slotSeconds
            if let left = forgiven[hour], left > 0 {
                forgiven[hour] = left - 1
            } else if let open = gaps.last, open.upperBound == slot - 1 {
                gaps[gaps.count - 1] = open.lowerBound...slot
            } else {
                gaps.append(slot...slot)
            }
        }
        return gaps
    }

    /// - Parameters:
    ///   - layer: where the runs were read from.
    func findings(_ layer: Place.Layer) -> [Finding] {
        gaps.map { gap in
            let hour = UTCHour(containing: Instant(seconds: gap.lowerBound * slotSeconds))
            let place = Place(layer, table: layer == .raw ? nil : "execucoes", partition: hour.description)
            let slots = gap.count == 1 ? "slot" : "\(gap.count) slots"
            let end = gap.count == 1 ? "" : " to \(text(gap.upperBound))"
            return Finding(.arrivalGap, place, "no run in \(slots) \(text(gap.lowerBound))\(end)")
        }
    }

    private func text(_ slot: Int64) -> String {
        // Slots are whole seconds: the three decimals are noise.
        Instant(seconds: slot * slotSeconds).description.dropLast(5) + "Z"
    }
}
