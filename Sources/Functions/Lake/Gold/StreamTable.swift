/// The distinct streams of a date, and in which hours, bands and facts each was seen.
///
/// This is what makes distinct counts cheap: hours and bands are bits of the stream's entry, and its facts are a short
/// list, since a stream seldom changes category, language or part of the day.
struct StreamTable {
    struct Entry {
        /// The fact of the row before: most rows repeat it.
        var lastFact = UInt32.max
        /// The head of the list of facts.
        var firstPair = UInt32.max
        /// A bit for each local hour.
        var hours: UInt32 = 0
        /// A bit for each band, by its place in order of first sight.
        var bands: UInt64 = 0
    }

    private var ids = Numbering<Int64>()
    private var entries = SegmentedArray<Entry>()
    private var pairFacts = SegmentedArray<UInt32>()
    private var pairNext = SegmentedArray<UInt32>()

    private static let end = UInt32.max

    /// The streams' numbers.
    mutating func numbers(of ids: [Int64]) -> [UInt32] {
        var numbers: [UInt32] = []
        numbers.reserveCapacity(ids.count)
        for id in ids { numbers.append(self.ids.number(of: id)) }
        while entries.count < self.ids.keys.count { entries.append(Entry()) }
        return numbers
    }

    /// The fact of the stream's last row; `UInt32.max` when it had none.
    @inline(__always)
    func lastFact(of stream: UInt32) -> UInt32 {
        entries[Int(stream)].lastFact
    }

    /// Notes that the stream is now in `fact`. True when it never was before.
    mutating func enter(_ fact: UInt32, stream: UInt32) -> Bool {
        entries[Int(stream)].lastFact = fact
        let first = entries[Int(stream)].firstPair
        var pair = first
        while pair != Self.end {
            if pairFacts[Int(pair)] == fact { return false }
            pair = pairNext[Int(pair)]
        }
        entries[Int(stream)].firstPair = UInt32(truncatingIfNeeded: pairFacts.count)
        pairFacts.append(fact)
        pairNext.append(first)
        return true
    }

    /// Notes an hour and a band; tells which of them are new for the stream.
    @inline(__always)
    mutating func see(hour: Int, band: Int, stream: UInt32) -> (isNewHour: Bool, isNewBand: Bool) {
        let (hourBit, bandBit) = (UInt32(1) << UInt32(hour), UInt64(1) << UInt64(band))
        let entry = entries[Int(stream)]
        let isNew = (entry.hours & hourBit == 0, entry.bands & bandBit == 0)
        if isNew.0 { entries[Int(stream)].hours |= hourBit }
        if isNew.1 { entries[Int(stream)].bands |= bandBit }
        return isNew
    }

    /// How many streams each group of facts has, where `group` tells a fact's group out of `count`.
    func distinctCounts(groups count: Int, of group: [UInt32]) -> [Int64] {
        var counts = [Int64](repeating: 0, count: count)
        var seen: [UInt32] = []
        for entry in entries {
            seen.removeAll(keepingCapacity: true)
            var pair = entry.firstPair
            while pair != Self.end {
                let number = group[Int(pairFacts[Int(pair)])]
                if !seen.contains(number) {
                    seen.append(number)
                    counts[Int(number)] += 1
                }
                pair = pairNext[Int(pair)]
            }
        }
        return counts
    }
}
