/// What the gold tables of one local date need beside its facts. It grows with the names, categories and languages that
/// the date has; everything that grows with streams and streamers lies in a `GoldPass`, of which there may be several.
struct DateTotals {
    struct Category: Hashable64 {
        let id: Int64
        /// The name's number in `categoryNames`.
        let name: UInt32
        /// The kind's number in `words`.
        let kind: UInt32

        var hash64: UInt64 { KeyHash.hash(UInt64(bitPattern: id) ^ UInt64(name) << 40 ^ UInt64(kind) << 36) }
    }

    /// Category and language by their numbers: sums over either are sums over these.
    struct Group: Hashable64 {
        let category: UInt32
        let language: UInt32

        var hash64: UInt64 { KeyHash.hash(UInt64(category) << 32 | UInt64(language)) }
    }

    /// Names and words met, numbered; equal means equal bytes.
    private(set) var categoryNames = StringDictionary()
    private(set) var words = StringDictionary()
    private(set) var categories = Numbering<Category>()
    var groups = Numbering<Group>()
    var groupMeasures = SegmentedArray<Measures>()
    var hours = Array(repeating: Measures(), count: 24)
    /// Bands by their words, in order of first sight.
    private(set) var bands: [UInt32] = []
    var bandMeasures: [Measures] = []
    var slots = SlotTable()
    /// Distinct streams by language's word, distinct streams and streamers by category.
    var languageStreams: [Int64] = []
    var categoryStreams: [Int64] = []
    var categoryStreamers: [Int64] = []
    /// The best streamers of the passes so far.
    var streamers: [StreamerTotal] = []

    var rowCount: Int64 { hours.reduce(0) { $0 + $1.rowCount } }

    /// Numbers for the columns of some rows, and room for what is new among them.
    mutating func labels(of rows: SilverRows) throws(ParquetProblem) -> RowLabels {
        let labels = RowLabels(
            categories: try categoryNumbers(rows), periods: try Self.numbers(rows.periodo, &words),
            languages: try Self.numbers(rows.idioma, &words), bands: try bandNumbers(rows))
        languageStreams.grow(to: words.pool.count)
        categoryStreams.grow(to: categories.keys.count)
        categoryStreamers.grow(to: categories.keys.count)
        return labels
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

    private mutating func bandNumbers(_ rows: SilverRows) throws(ParquetProblem) -> [UInt32] {
        let words = try Self.numbers(rows.faixa, &words)
        var last = (word: UInt32.max, band: UInt32(0))
        var numbers: [UInt32] = []
        numbers.reserveCapacity(rows.count)
        for word in words {
            if word != last.word { last = (word, try band(of: word)) }
            numbers.append(last.band)
        }
        return numbers
    }

    private mutating func band(of word: UInt32) throws(ParquetProblem) -> UInt32 {
        if let known = bands.firstIndex(of: word) { return UInt32(known) }
        guard bands.count < UInt32.bitWidth else { throw .contract("more than 32 values of faixa_espectadores") }
        bands.append(word)
        bandMeasures.append(Measures())
        return UInt32(bands.count - 1)
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

/// The columns of some rows as numbers that a date's totals know.
struct RowLabels {
    let categories: [UInt32]
    let periods: [UInt32]
    let languages: [UInt32]
    let bands: [UInt32]
}

/// A streamer's row of the ranking.
struct StreamerTotal {
    let id: Int64
    let name: [UInt8]
    let measures: Measures
}

extension [Int64] {
    fileprivate mutating func grow(to count: Int) {
        if count > self.count { append(contentsOf: repeatElement(0, count: count - self.count)) }
    }
}
