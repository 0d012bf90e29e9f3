/// The viewers of each slot, by hour and by category.
struct SlotTable {
    private var slots = Numbering<Int64>()
    /// By slot and local hour: a lake that somebody spoiled may have a slot in two hours.
    private var hours: [[Int64?]] = []
    private var categories: [[Int64]] = []

    mutating func add(_ rows: SilverRows, _ chosen: RowChoice, _ categoryNumbers: [UInt32]) {
        var next = 0
        while next < chosen.count {
            let (first, row) = (next, chosen[next])
            let (slot, hour) = (rows.slotColeta[row], rows.horaLocal[row])
            while next < chosen.count, rows.slotColeta[chosen[next]] == slot, rows.horaLocal[chosen[next]] == hour {
                next += 1
            }
            add(rows, chosen, first..<next, Int(slots.number(of: slot)), Int(hour), categoryNumbers)
        }
    }

    private mutating func add(
        _ rows: SilverRows, _ chosen: RowChoice, _ range: Range<Int>, _ slot: Int, _ hour: Int, _ numbers: [UInt32]
    ) {
        if slot == hours.count {
            hours.append(Array(repeating: nil, count: 24))
            categories.append([])
        }
        let highest = range.lazy.map { Int(numbers[chosen[$0]]) + 1 }.max() ?? 0
        let missing = highest - categories[slot].count
        if missing > 0 { categories[slot].append(contentsOf: repeatElement(0, count: missing)) }
        var sum: Int64 = 0
        categories[slot].withUnsafeMutableBufferPointer { sums in
            for place in range {
                let row = chosen[place]
                sum &+= rows.espectadores[row]
                sums[Int(numbers[row])] &+= rows.espectadores[row]
            }
        }
        hours[slot][hour] = (hours[slot][hour] ?? 0) &+ sum
    }

    /// The viewers of each slot that has rows in the hour.
    func sums(inHour hour: Int) -> [Int64] {
        hours.compactMap { $0[hour] }
    }

    /// The greatest sum of the category's viewers over one slot.
    func peak(ofCategory category: Int) -> Int64 {
        categories.lazy.compactMap { $0.indices.contains(category) ? $0[category] : nil }.max() ?? 0
    }
}
