/// The strings of a column chunk: codes into a pool, which may hold equal strings several times.
struct StringPageValues: PageValues {
    let pool: StringPool
    let codes: [UInt32]

    static var physicalType: PhysicalType { .byteArray }
    /// Longer strings get no bounds, which would be most of a small file's footer.
    private static let longestBound = 64

    var count: Int { codes.count }

    func coded(dictionaryLimit: Int) throws(ParquetProblem) -> CodedValues? {
        guard !codes.isEmpty else { return nil }
        var dictionary = StringDictionary()
        var result: [UInt32] = []
        result.reserveCapacity(codes.count)
        // What the dictionary calls each string of the pool, so that a code seen before is not hashed again.
        var known = [UInt32](repeating: .max, count: pool.count)
        var plainByteCount = 0
        try pool.withViews { (views) throws(ParquetProblem) in
            for code in codes {
                let bytes = views[code]
                var new = known[Int(code)]
                if new == .max {
                    guard dictionary.pool.plain.count + bytes.count + 4 <= dictionaryLimit else { break }
                    new = try dictionary.code(for: code, of: views)
                    known[Int(code)] = new
                }
                plainByteCount += bytes.count + 4
                result.append(new)
            }
        }
        let entries = dictionary.pool
        var coded = CodedValues(codes: result, entryCount: entries.count, page: [], strings: entries)
        guard coded.saves(over: plainByteCount, dictionary: entries.plain.count) else { return nil }
        guard entries.count >= DictionaryOrder.leastCount else {
            coded.page = entries.plain
            return coded
        }
        let order = DictionaryOrder.sorted(DictionaryOrder.keys(entries))
        coded.reorder(order)
        coded.page.reserveCapacity(entries.plain.count)
        entries.withViews { views in
            for code in order { coded.page.append(contentsOf: views.entry(code)) }
        }
        return coded
    }

    func pageEnd(from start: Int, byteLimit: Int) -> Int {
        pool.withViews { views in
            var (end, byteCount) = (start, 0)
            while end < codes.count, byteCount < byteLimit {
                byteCount += views[codes[end]].count + 4
                end += 1
            }
            return end
        }
    }

    func appendPlain(_ range: Range<Int>, to page: inout [UInt8]) {
        pool.withViews { views in
            for code in codes[range] { page.append(contentsOf: views.entry(code)) }
        }
    }

    /// By unsigned bytes; a dictionary that holds every value is shorter to search.
    func bounds(_ coded: CodedValues?) -> (minimum: [UInt8]?, maximum: [UInt8]?) {
        if let coded, coded.codes.count == codes.count, let dictionary = coded.strings {
            return dictionary.withViews { Self.bounds($0, 0..<UInt32(dictionary.count)) }
        }
        return pool.withViews { Self.bounds($0, codes) }
    }

    private static func bounds(
        _ views: StringViews, _ codes: some Collection<UInt32>
    ) -> (minimum: [UInt8]?, maximum: [UInt8]?) {
        guard let first = codes.first else { return (nil, nil) }
        var (low, high) = (views[first], views[first])
        for code in codes {
            let bytes = views[code]
            if bytes.precedes(low) { low = bytes }
            if high.precedes(bytes) { high = bytes }
        }
        return (bound(low), bound(high))
    }

    private static func bound(_ bytes: ByteView) -> [UInt8]? {
        bytes.count <= longestBound ? Array(bytes) : nil
    }
}
