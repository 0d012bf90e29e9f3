/// The distinct streams of a pass, and in which hours, bands, facts and groups each was seen.
///
/// This is what makes distinct counts cheap: hours and bands are bits of the stream's entry, and its facts and groups are
/// short lists, since a stream seldom changes category, language or part of the day.
struct StreamTable {
    struct Entry {
        /// The fact and the group of the row before: most rows repeat them.
        var lastFact = UInt32.max
        var lastGroup = UInt32.max
        /// The heads of the lists of facts and of groups.
        var firstFact = UInt32.max
        var firstGroup = UInt32.max
        /// A bit for each local hour.
        var hours: UInt32 = 0
        /// A bit for each band, by its place in order of first sight.
        var bands: UInt32 = 0
    }

    private var ids = Numbering<Int64>()
    private var entries = SegmentedArray<Entry>()
    /// The lists' numbers, each with the place of the next.
    private var links = SegmentedArray<(number: UInt32, next: UInt32)>()

    private static let end = UInt32.max

    var byteCount: Int { ids.byteCount + entries.count * MemoryLayout<Entry>.stride + links.count * 8 }

    /// The streams' numbers.
    mutating func numbers(of ids: [Int64]) -> [UInt32] {
        var numbers: [UInt32] = []
        numbers.reserveCapacity(ids.count)
        for id in ids { numbers.append(self.ids.number(of: id)) }
        while entries.count < self.ids.keys.count { entries.append(Entry()) }
        return numbers
    }

    /// The streams' numbers in the chosen rows; those of the others mean nothing.
    mutating func numbers(of ids: [Int64], _ chosen: RowChoice) -> [UInt32] {
        var numbers = [UInt32](repeating: .max, count: ids.count)
        for place in 0..<chosen.count { numbers[chosen[place]] = self.ids.number(of: ids[chosen[place]]) }
        while entries.count < self.ids.keys.count { entries.append(Entry()) }
        return numbers
    }

    /// The fact of the stream's last row; `UInt32.max` when it had none.
    @inline(__always)
    func lastFact(of stream: UInt32) -> UInt32 {
        entries[Int(stream)].lastFact
    }

    /// The group of the stream's last row; `UInt32.max` when it had none.
    @inline(__always)
    func lastGroup(of stream: UInt32) -> UInt32 {
        entries[Int(stream)].lastGroup
    }

    /// Notes that the stream is now in `fact`. True when it never was before.
    mutating func enter(fact: UInt32, stream: UInt32) -> Bool {
        entries[Int(stream)].lastFact = fact
        guard let head = linked(fact, before: entries[Int(stream)].firstFact) else { return false }
        entries[Int(stream)].firstFact = head
        return true
    }

    /// Notes that the stream is now in `group`.
    mutating func enter(group: UInt32, stream: UInt32) {
        entries[Int(stream)].lastGroup = group
        guard let head = linked(group, before: entries[Int(stream)].firstGroup) else { return }
        entries[Int(stream)].firstGroup = head
    }

    /// The list's new head, or nil when the number is in it. A stream has a row a slot at most, so the list is short.
    private mutating func linked(_ number: UInt32, before head: UInt32) -> UInt32? {
        var place = head
        while place != Self.end {
            if links[Int(place)].number == number { return nil }
            place = links[Int(place)].next
        }
        links.append((number, head))
        return UInt32(truncatingIfNeeded: links.count - 1)
    }

    /// Notes an hour and a band; tells which of them are new for the stream.
    @inline(__always)
    mutating func see(hour: Int, band: Int, stream: UInt32) -> (isNewHour: Bool, isNewBand: Bool) {
        let (hourBit, bandBit) = (UInt32(1) << UInt32(hour), UInt32(1) << UInt32(band))
        let entry = entries[Int(stream)]
        let isNew = (entry.hours & hourBit == 0, entry.bands & bandBit == 0)
        if isNew.0 { entries[Int(stream)].hours |= hourBit }
        if isNew.1 { entries[Int(stream)].bands |= bandBit }
        return isNew
    }

    /// How many streams have facts in each of `count` classes. `classOf` gives a fact's class, or `UInt32.max` for a fact
    /// of no interest.
    func counts(ofFactsIn count: Int, _ classOf: (UInt32) -> UInt32) -> [Int64] {
        counts(count, classOf) { $0.firstFact }
    }

    /// The same for groups.
    func counts(ofGroupsIn count: Int, _ classOf: (UInt32) -> UInt32) -> [Int64] {
        counts(count, classOf) { $0.firstGroup }
    }

    @inline(__always)
    private func counts(_ count: Int, _ classOf: (UInt32) -> UInt32, _ head: (Entry) -> UInt32) -> [Int64] {
        var counts = [Int64](repeating: 0, count: count)
        var seen = DistinctNumbers()
        for entry in entries {
            seen.removeAll()
            var place = head(entry)
            while place != Self.end {
                let number = classOf(links[Int(place)].number)
                if number != .max, seen.insert(number) { counts[Int(number)] += 1 }
                place = links[Int(place)].next
            }
        }
        return counts
    }
}
