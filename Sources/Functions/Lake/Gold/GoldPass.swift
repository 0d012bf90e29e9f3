/// The facts, streamers and streams of a local date whose ids lie in one range of hashes. A date that is not too large is
/// one pass over its rows; of a larger one each pass takes a part, so that memory does not grow with it.
///
/// A fact belongs to its streamer's part, and a row counts for hours, bands, categories and languages in its stream's:
/// so every number of distinct things is that of one pass, or a sum over passes.
struct GoldPass {
    private let range: HashRange
    private(set) var facts = FactTable()
    private var streams = StreamTable()

    init(_ range: HashRange) {
        self.range = range
    }

    /// About the memory that the pass holds.
    var byteCount: Int { facts.byteCount + streams.byteCount }

    /// Adds the rows of a silver row group.
    mutating func add(_ rows: SilverRows, _ totals: inout DateTotals) throws(ParquetProblem) {
        let labels = try totals.labels(of: rows)
        guard !range.isWhole else {
            let all = RowChoice.all(rows.count)
            let numbers = streams.numbers(of: rows.idStream)
            try facts.add(rows, all, labels, numbers, &streams)
            addToTotals(rows, all, labels, numbers, &totals)
            return
        }
        let ofFacts = RowChoice(rows.idStreamer, in: range)
        let ofStreams = RowChoice(rows.idStream, in: range)
        try facts.add(rows, ofFacts, labels, streams.numbers(of: rows.idStream, ofFacts), &streams)
        addToTotals(rows, ofStreams, labels, streams.numbers(of: rows.idStream, ofStreams), &totals)
    }

    private mutating func addToTotals(
        _ rows: SilverRows, _ chosen: RowChoice, _ labels: RowLabels, _ streamNumbers: [UInt32],
        _ totals: inout DateTotals
    ) {
        for place in 0..<chosen.count {
            let row = chosen[place]
            let (hour, band, stream) = (Int(rows.horaLocal[row]), Int(labels.bands[row]), streamNumbers[row])
            let group = group(
                DateTotals.Group(category: labels.categories[row], language: labels.languages[row]), stream, &totals)
            let (viewers, seconds, isAdult) = (
                rows.espectadores[row], rows.segundosIntervalo[row], rows.conteudoAdulto[row]
            )
            totals.hours[hour].add(viewers: viewers, seconds: seconds, isAdult: isAdult)
            totals.bandMeasures[band].add(viewers: viewers, seconds: seconds, isAdult: isAdult)
            totals.groupMeasures[Int(group)].add(viewers: viewers, seconds: seconds, isAdult: isAdult)
            let isNew = streams.see(hour: hour, band: band, stream: stream)
            if isNew.isNewHour { totals.hours[hour].streamCount += 1 }
            if isNew.isNewBand { totals.bandMeasures[band].streamCount += 1 }
        }
        totals.slots.add(rows, chosen, labels.categories)
    }

    /// The group's number, taken down for the stream.
    @inline(__always)
    private mutating func group(
        _ key: DateTotals.Group, _ stream: UInt32, _ totals: inout DateTotals
    ) -> UInt32 {
        let last = streams.lastGroup(of: stream)
        if last != .max, totals.groups.keys[Int(last)] == key { return last }
        let number = totals.groups.number(of: key)
        if Int(number) == totals.groupMeasures.count { totals.groupMeasures.append(Measures()) }
        streams.enter(group: number, stream: stream)
        return number
    }

    /// Adds what the pass knows of streams and streamers once it has seen all rows.
    func finish(_ totals: inout DateTotals, topN: Int) {
        let groups = totals.groups.keys
        let categories = streams.counts(ofGroupsIn: totals.categoryStreams.count) { groups[Int($0)].category }
        for (category, count) in categories.enumerated() { totals.categoryStreams[category] += count }
        let languages = streams.counts(ofGroupsIn: totals.languageStreams.count) { groups[Int($0)].language }
        for (language, count) in languages.enumerated() { totals.languageStreams[language] += count }
        facts.finish(streams, &totals, topN: topN)
    }
}

/// Some rows of a row group: all of them, or those whose id lies in a range.
struct RowChoice {
    let count: Int
    private let rows: [UInt32]?

    static func all(_ count: Int) -> RowChoice { RowChoice(count: count, rows: nil) }

    init(_ ids: [Int64], in range: HashRange) {
        var rows: [UInt32] = []
        for row in ids.indices where range.contains(ids[row]) { rows.append(UInt32(truncatingIfNeeded: row)) }
        self.init(count: rows.count, rows: rows)
    }

    private init(count: Int, rows: [UInt32]?) {
        self.count = count
        self.rows = rows
    }

    @inline(__always)
    subscript(place: Int) -> Int {
        guard let rows else { return place }
        return Int(rows[place])
    }
}
