/// Everything that the gold tables of one local date need, gathered in one pass over the date's silver rows.
///
/// Rows are added up by fact, the key of `fato_streams`; streamers, categories and languages are sums over facts.
struct DayTotals {
    struct Category: Hashable64 {
        let id: Int64
        /// The name's number in `categoryNames`.
        let name: UInt32
        /// The kind's number in `words`.
        let kind: UInt32

        var hash64: UInt64 { KeyHash.hash(UInt64(bitPattern: id) ^ UInt64(name) << 40 ^ UInt64(kind) << 36) }
    }

    /// The key of `fato_streams`; category, period and language by their numbers.
    struct FactKey: Hashable64 {
        let idStreamer: Int64
        let category: UInt32
        let period: UInt32
        let language: UInt32

        var hash64: UInt64 {
            let words = UInt64(category) << 32 ^ UInt64(period) << 16 ^ UInt64(language)
            return KeyHash.hash(KeyHash.hash(UInt64(bitPattern: idStreamer)) ^ words)
        }
    }

    struct Fact {
        var measures = Measures()
        var name = LatestName()
    }

    private(set) var rowCount = 0
    /// Names and words met, numbered; equal means equal bytes.
    private(set) var categoryNames = StringDictionary()
    private(set) var words = StringDictionary()
    /// The facts' names, some more than once.
    private(set) var streamerNames = StringPool()
    private(set) var streams = StreamTable()
    private(set) var categories = Numbering<Category>()
    private(set) var factKeys = Numbering<FactKey>()
    private(set) var facts = SegmentedArray<Fact>()
    private(set) var hours = Array(repeating: Measures(), count: 24)
    /// Bands by their words, in order of first sight.
    private(set) var bands: [UInt32] = []
    private(set) var bandMeasures: [Measures] = []
    private(set) var slots = SlotTable()

    /// Adds the rows of one silver row group.
    mutating func add(_ rows: SilverRows) throws(ParquetProblem) {
        rowCount += rows.count
        let streamNumbers = streams.numbers(of: rows.idStream)
        let categoryNumbers = try self.categoryNumbers(rows)
        let factNumbers = try self.factNumbers(rows, streamNumbers, categoryNumbers)
        try addToFacts(rows, factNumbers)
        let bandNumbers = try self.bandNumbers(rows)
        addToHoursAndBands(rows, streamNumbers, bandNumbers)
        slots.add(rows, categoryNumbers)
    }

    private mutating func categoryNumbers(_ rows: SilverRows) throws(ParquetProblem) -> [UInt32] {
        let names = try Self.numbers(rows.nomeCategoria, &categoryNames)
        let kinds = try Self.numbers(rows.tipoConteudo, &words)
        // A name nearly always comes with the id and the kind of its last row.
        var known = [UInt32](repeating: .max, count: categoryNames.pool.count)
        return rows.idCategoria.indices.map { row in
            let key = Category(id: rows.idCategoria[row], name: names[row], kind: kinds[row])
            let guess = known[Int(key.name)]
            if guess != .max, categories.keys[Int(guess)] == key { return guess }
            let number = categories.number(of: key)
            known[Int(key.name)] = number
            return number
        }
    }

    private mutating func factNumbers(
        _ rows: SilverRows, _ streamNumbers: [UInt32], _ categoryNumbers: [UInt32]
    ) throws(ParquetProblem) -> [UInt32] {
        let periods = try Self.numbers(rows.periodo, &words)
        let languages = try Self.numbers(rows.idioma, &words)
        var numbers: [UInt32] = []
        numbers.reserveCapacity(rows.count)
        for row in 0..<rows.count {
            let key = FactKey(
                idStreamer: rows.idStreamer[row], category: categoryNumbers[row], period: periods[row],
                language: languages[row])
            let stream = streamNumbers[row]
            var fact = streams.lastFact(of: stream)
            if fact == .max || factKeys.keys[Int(fact)] != key {
                fact = factKeys.number(of: key)
                if Int(fact) == facts.count { facts.append(Fact()) }
                if streams.enter(fact, stream: stream) { facts[Int(fact)].measures.streamCount += 1 }
            }
            numbers.append(fact)
        }
        return numbers
    }

    private mutating func addToFacts(_ rows: SilverRows, _ factNumbers: [UInt32]) throws(ParquetProblem) {
        try rows.nomeStreamer.pool.withViews { (names) throws(ParquetProblem) in
            for row in 0..<rows.count {
                let fact = Int(factNumbers[row])
                facts[fact].measures.add(
                    viewers: rows.espectadores[row], seconds: rows.segundosIntervalo[row],
                    isAdult: rows.conteudoAdulto[row])
                // Never true again once the latest hours have been added: the job takes them first.
                if facts[fact].name.isLatest(slot: rows.slotColeta[row], idStream: rows.idStream[row]) {
                    facts[fact].name.code = try streamerNames.append(names[rows.nomeStreamer.codes[row]])
                }
            }
        }
    }

    private mutating func addToHoursAndBands(_ rows: SilverRows, _ streamNumbers: [UInt32], _ bandNumbers: [Int]) {
        for row in 0..<rows.count {
            let (hour, band) = (Int(rows.horaLocal[row]), bandNumbers[row])
            let (viewers, seconds, isAdult) = (
                rows.espectadores[row], rows.segundosIntervalo[row], rows.conteudoAdulto[row]
            )
            hours[hour].add(viewers: viewers, seconds: seconds, isAdult: isAdult)
            bandMeasures[band].add(viewers: viewers, seconds: seconds, isAdult: isAdult)
            let isNew = streams.see(hour: hour, band: band, stream: streamNumbers[row])
            if isNew.isNewHour { hours[hour].streamCount += 1 }
            if isNew.isNewBand { bandMeasures[band].streamCount += 1 }
        }
    }

    private mutating func bandNumbers(_ rows: SilverRows) throws(ParquetProblem) -> [Int] {
        let words = try Self.numbers(rows.faixa, &words)
        var last = (word: UInt32.max, band: 0)
        var numbers: [Int] = []
        numbers.reserveCapacity(rows.count)
        for word in words {
            if word != last.word { last = (word, try band(of: word)) }
            numbers.append(last.band)
        }
        return numbers
    }

    private mutating func band(of word: UInt32) throws(ParquetProblem) -> Int {
        if let known = bands.firstIndex(of: word) { return known }
        guard bands.count < UInt64.bitWidth else { throw .contract("more than 64 values of faixa_espectadores") }
        bands.append(word)
        bandMeasures.append(Measures())
        return bands.count - 1
    }

    /// The rows' numbers in a dictionary; each string of the column's pool is looked up once.
    private static func numbers(
        _ column: StringColumn, _ dictionary: inout StringDictionary
    ) throws(ParquetProblem) -> [UInt32] {
        let known = try column.pool.withViews { (views) throws(ParquetProblem) in
            var known: [UInt32] = []
            known.reserveCapacity(column.pool.count)
            for code in 0..<UInt32(column.pool.count) { known.append(try dictionary.code(for: views[code])) }
            return known
        }
        return column.codes.map { known[Int($0)] }
    }
}

/// The viewers of each slot, by hour and by category.
struct SlotTable {
    private var slots = Numbering<Int64>()
    /// By slot and local hour: a lake that somebody spoiled may have a slot in two hours.
    private var hours: [[Int64?]] = []
    private var categories: [[Int64]] = []

    mutating func add(_ rows: SilverRows, _ categoryNumbers: [UInt32]) {
        var row = 0
        while row < rows.count {
            let (slot, hour, first) = (rows.slotColeta[row], rows.horaLocal[row], row)
            while row < rows.count, rows.slotColeta[row] == slot, rows.horaLocal[row] == hour { row += 1 }
            add(rows, first..<row, Int(slots.number(of: slot)), Int(hour), categoryNumbers)
        }
    }

    private mutating func add(
        _ rows: SilverRows, _ range: Range<Int>, _ slot: Int, _ hour: Int, _ categoryNumbers: [UInt32]
    ) {
        if slot == hours.count {
            hours.append(Array(repeating: nil, count: 24))
            categories.append([])
        }
        let highest = categoryNumbers[range].max().map { Int($0) + 1 } ?? 0
        let missing = highest - categories[slot].count
        if missing > 0 { categories[slot].append(contentsOf: repeatElement(0, count: missing)) }
        var sum: Int64 = 0
        categories[slot].withUnsafeMutableBufferPointer { sums in
            for row in range {
                sum &+= rows.espectadores[row]
                sums[Int(categoryNumbers[row])] &+= rows.espectadores[row]
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
