/// Everything that the gold tables of one local date need, gathered in one pass over the date's silver rows.
///
/// Distinct streams are counted without a set per table: a stream nearly always repeats the facts of its last row, so
/// sets are asked only when its facts change, and hours and bands are bits in the stream's own entry.
struct DayTotals {
    struct Category: Hashable64 {
        let id: Int64
        let name: UInt32
        let kind: UInt32

        var hash64: UInt64 { KeyHash.hash(UInt64(bitPattern: id) ^ UInt64(name) << 40 ^ UInt64(kind) << 36) }
    }

    /// The key of `fato_streams`, by numbers.
    struct Fact: Hashable64 {
        let streamer: UInt32
        let category: UInt32
        let period: UInt32
        let language: UInt32

        var hash64: UInt64 {
            KeyHash.hash(
                KeyHash.hash(UInt64(streamer) << 32 | UInt64(category)) ^ UInt64(period) << 32 ^ UInt64(language))
        }
    }

    struct Stream {
        var lastFact = UInt32.max
        var hours: UInt32 = 0
        var bands: UInt64 = 0
    }

    private(set) var rowCount = 0
    private(set) var total = Measures()
    /// Words and names met, numbered; equal means equal bytes.
    private(set) var categoryNames = StringDictionary()
    private(set) var streamerNames = StringDictionary()
    private(set) var words = StringDictionary()

    private(set) var streams = Numbering<Int64>()
    private var streamEntries: [Stream] = []
    private(set) var streamers = Numbering<Int64>()
    private(set) var streamerMeasures: [Measures] = []
    private(set) var streamerNamesNow: [LatestName] = []
    private(set) var categories = Numbering<Category>()
    private(set) var categoryMeasures: [Measures] = []
    private(set) var categoryStreamers: [Int64] = []
    private(set) var facts = Numbering<Fact>()
    private(set) var factMeasures: [Measures] = []
    private(set) var factNames: [LatestName] = []
    /// By the number of the word.
    private(set) var languageMeasures: [UInt32: Measures] = [:]
    private(set) var languageAdults: [UInt32: Int64] = [:]
    private(set) var bands: [UInt32] = []
    private(set) var bandMeasures: [Measures] = []
    private(set) var hourMeasures = Array(repeating: Measures(), count: 24)
    private(set) var slots = Numbering<Int64>()
    /// Viewers of each slot: by hour (a corrupt lake may have a slot in two), and by category.
    private(set) var slotHours: [[Int64?]] = []
    private(set) var slotCategories: [[Int64]] = []

    private var factStreams = PairSet()
    private var streamerStreams = PairSet()
    private var categoryStreams = PairSet()
    private var languageStreams = PairSet()
    private var categoryStreamerPairs = PairSet()

    /// Adds the rows of the date in one silver row group.
    mutating func add(_ rows: SilverRows) throws(ParquetProblem) {
        let categoryNames = try Self.numbers(rows.nomeCategoria, &categoryNames)
        let kinds = try Self.numbers(rows.tipoConteudo, &words)
        let languages = try Self.numbers(rows.idioma, &words)
        let periods = try Self.numbers(rows.periodo, &words)
        let bands = try Self.numbers(rows.faixa, &words)
        for row in rows.rows {
            let category = Category(id: rows.idCategoria[row], name: categoryNames[row], kind: kinds[row])
            try add(
                Row(
                    idStream: rows.idStream[row], idStreamer: rows.idStreamer[row], category: category,
                    period: periods[row], language: languages[row], band: bands[row], slot: rows.slotColeta[row],
                    hour: Int(rows.horaLocal[row]), viewers: rows.espectadores[row],
                    seconds: rows.segundosIntervalo[row], isAdult: rows.conteudoAdulto[row]),
                name: rows.nomeStreamer, at: row)
        }
    }

    private struct Row {
        let idStream: Int64
        let idStreamer: Int64
        let category: Category
        let period: UInt32
        let language: UInt32
        let band: UInt32
        let slot: Int64
        let hour: Int
        let viewers: Int64
        let seconds: Int64
        let isAdult: Bool
    }

    private static func numbers(
        _ column: StringColumn, _ dictionary: inout StringDictionary
    ) throws(ParquetProblem) -> [UInt32] {
        let known = try column.pool.withViews { (views) throws(ParquetProblem) in
            var known: [UInt32] = []
            for code in 0..<UInt32(column.pool.count) { known.append(try dictionary.code(for: views[code])) }
            return known
        }
        return column.codes.map { known[Int($0)] }
    }

    private mutating func add(_ row: Row, name: StringColumn, at index: Int) throws(ParquetProblem) {
        rowCount += 1
        total.add(viewers: row.viewers, seconds: row.seconds)
        let stream = self.stream(row.idStream)
        let streamer = self.streamer(row.idStreamer)
        let category = self.category(row.category)
        let fact = self.fact(Fact(streamer: streamer, category: category, period: row.period, language: row.language))
        factMeasures[Int(fact)].add(viewers: row.viewers, seconds: row.seconds)
        streamerMeasures[Int(streamer)].add(viewers: row.viewers, seconds: row.seconds)
        categoryMeasures[Int(category)].add(viewers: row.viewers, seconds: row.seconds)
        languageMeasures[row.language, default: Measures()].add(viewers: row.viewers, seconds: row.seconds)
        if row.isAdult { languageAdults[row.language, default: 0] += 1 }
        if streamEntries[Int(stream)].lastFact != fact { countStream(stream, fact, streamer, category, row.language) }
        addHour(row, stream)
        try addBand(row, stream)
        addSlot(row, category)
        try seeName(name, index, row, fact, streamer)
    }

    private mutating func stream(_ id: Int64) -> UInt32 {
        let number = streams.number(of: id)
        if Int(number) == streamEntries.count { streamEntries.append(Stream()) }
        return number
    }

    private mutating func streamer(_ id: Int64) -> UInt32 {
        let number = streamers.number(of: id)
        if Int(number) == streamerMeasures.count {
            streamerMeasures.append(Measures())
            streamerNamesNow.append(LatestName())
        }
        return number
    }

    private mutating func category(_ key: Category) -> UInt32 {
        let number = categories.number(of: key)
        if Int(number) == categoryMeasures.count {
            categoryMeasures.append(Measures())
            categoryStreamers.append(0)
        }
        return number
    }

    private mutating func fact(_ key: Fact) -> UInt32 {
        let number = facts.number(of: key)
        if Int(number) == factMeasures.count {
            factMeasures.append(Measures())
            factNames.append(LatestName())
            if categoryStreamerPairs.insert(key.category, key.streamer) { categoryStreamers[Int(key.category)] += 1 }
        }
        return number
    }

    private mutating func countStream(
        _ stream: UInt32, _ fact: UInt32, _ streamer: UInt32, _ category: UInt32, _ language: UInt32
    ) {
        streamEntries[Int(stream)].lastFact = fact
        guard factStreams.insert(fact, stream) else { return }
        factMeasures[Int(fact)].streamCount += 1
        if streamerStreams.insert(streamer, stream) { streamerMeasures[Int(streamer)].streamCount += 1 }
        if categoryStreams.insert(category, stream) { categoryMeasures[Int(category)].streamCount += 1 }
        if languageStreams.insert(language, stream) { languageMeasures[language]?.streamCount += 1 }
    }

    private mutating func addHour(_ row: Row, _ stream: UInt32) {
        hourMeasures[row.hour].add(viewers: row.viewers, seconds: row.seconds)
        let bit = UInt32(1) << UInt32(row.hour)
        if streamEntries[Int(stream)].hours & bit == 0 {
            streamEntries[Int(stream)].hours |= bit
            hourMeasures[row.hour].streamCount += 1
        }
    }

    private mutating func addBand(_ row: Row, _ stream: UInt32) throws(ParquetProblem) {
        var band = bands.firstIndex(of: row.band)
        if band == nil {
            guard bands.count < 64 else { throw .contract("more than 64 values of faixa_espectadores") }
            bands.append(row.band)
            bandMeasures.append(Measures())
            band = bands.count - 1
        }
        guard let band else { return }
        bandMeasures[band].add(viewers: row.viewers, seconds: row.seconds)
        let bit = UInt64(1) << UInt64(band)
        if streamEntries[Int(stream)].bands & bit == 0 {
            streamEntries[Int(stream)].bands |= bit
            bandMeasures[band].streamCount += 1
        }
    }

    private mutating func addSlot(_ row: Row, _ category: UInt32) {
        let slot = Int(slots.number(of: row.slot))
        if slot == slotHours.count {
            slotHours.append(Array(repeating: nil, count: 24))
            slotCategories.append([])
        }
        slotHours[slot][row.hour] = (slotHours[slot][row.hour] ?? 0) &+ row.viewers
        let missing = Int(category) + 1 - slotCategories[slot].count
        if missing > 0 { slotCategories[slot].append(contentsOf: repeatElement(0, count: missing)) }
        slotCategories[slot][Int(category)] &+= row.viewers
    }

    private mutating func seeName(
        _ column: StringColumn, _ index: Int, _ row: Row, _ fact: UInt32, _ streamer: UInt32
    ) throws(ParquetProblem) {
        var code: UInt32?
        func number(_ current: UInt32) throws(ParquetProblem) -> UInt32 {
            if let code { return code }
            let found = try column.pool.withViews { (views) throws(ParquetProblem) in
                let bytes = views[column.codes[index]]
                let isSame = streamerNames.pool.count > current && streamerNames.pool.equals(current, bytes)
                return isSame ? current : try streamerNames.code(for: bytes)
            }
            code = found
            return found
        }
        var name = factNames[Int(fact)]
        try name.see(slot: row.slot, idStream: row.idStream) { (current) throws(ParquetProblem) in try number(current) }
        factNames[Int(fact)] = name
        name = streamerNamesNow[Int(streamer)]
        try name.see(slot: row.slot, idStream: row.idStream) { (current) throws(ParquetProblem) in try number(current) }
        streamerNamesNow[Int(streamer)] = name
    }
}
