/// Definition and repetition levels of a column chunk, gathered page by page.
struct LevelBuffer {
    let maximumDefinition: UInt8
    let hasRepetition: Bool
    /// One level an entry; nil as long as every entry has had the highest.
    private(set) var definitions: [UInt8]?
    private(set) var repetitions: [UInt8] = []
    private(set) var entryCount = 0
    /// True when a page of the chunk has been passed over, so that the next may begin inside a row.
    private var hasPassed = false

    init(maximumDefinition: UInt8, hasRepetition: Bool) {
        self.maximumDefinition = maximumDefinition
        self.hasRepetition = hasRepetition
    }

    /// Takes the levels of a version 1 page from the front of `body`.
    ///
    /// - Returns: the values that follow, and the bytes taken.
    mutating func readV1(
        _ body: UnsafeRawBufferPointer, count: Int, repetitionEncoding: Int32, definitionEncoding: Int32
    ) throws(ParquetProblem) -> (valueCount: Int, byteCount: Int) {
        var offset = 0
        if hasRepetition {
            let levels = try Self.levelsV1(body, &offset, count, repetitionEncoding, maximum: 1)
            try append(repetitions: levels)
        }
        var valueCount = count
        if maximumDefinition > 0 {
            if let taken = constantV1(body, offset, count, definitionEncoding) {
                offset += taken
            } else {
                let levels = try Self.levelsV1(body, &offset, count, definitionEncoding, maximum: maximumDefinition)
                valueCount = try append(definitions: levels)
            }
        }
        entryCount += count
        return (valueCount, offset)
    }

    /// Takes the levels of a version 2 page, whose lengths its header gives.
    ///
    /// - Returns: the number of values that follow.
    mutating func readV2(
        repetitions repetitionBytes: UnsafeRawBufferPointer, definitions definitionBytes: UnsafeRawBufferPointer,
        count: Int
    ) throws(ParquetProblem) -> Int {
        if hasRepetition {
            try append(repetitions: try Self.hybrid(repetitionBytes, count, maximum: 1))
        }
        var valueCount = count
        if maximumDefinition > 0, definitions != nil || !isWithoutNulls(definitionBytes, count) {
            valueCount = try append(definitions: try Self.hybrid(definitionBytes, count, maximum: maximumDefinition))
        }
        entryCount += count
        return valueCount
    }

    /// Most pages have no null: one run of the highest level, which needs no array. Gives the bytes taken, or nil.
    private func constantV1(_ body: UnsafeRawBufferPointer, _ offset: Int, _ count: Int, _ encoding: Int32) -> Int? {
        guard definitions == nil, encoding == Encoding.rle.rawValue, body.count - offset >= 4 else { return nil }
        let length = Int(UInt32(littleEndian: body.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        guard body.count - offset - 4 >= length else { return nil }
        let runs = UnsafeRawBufferPointer(rebasing: body[offset + 4..<offset + 4 + length])
        return isWithoutNulls(runs, count) ? 4 + length : nil
    }

    private func isWithoutNulls(_ runs: UnsafeRawBufferPointer, _ count: Int) -> Bool {
        let bitWidth = RunLength.bitWidth(for: Int(maximumDefinition))
        return RunLength.constant(runs, bitWidth: bitWidth, count: count) == maximumDefinition
    }

    private static func levelsV1(
        _ body: UnsafeRawBufferPointer, _ offset: inout Int, _ count: Int, _ encoding: Int32, maximum: UInt8
    ) throws(ParquetProblem) -> [UInt8] {
        let rest = UnsafeRawBufferPointer(rebasing: body[offset...])
        switch Encoding(rawValue: encoding) {
        case .rle:
            guard rest.count >= 4 else { throw .truncated("levels") }
            let length = Int(UInt32(littleEndian: rest.loadUnaligned(as: UInt32.self)))
            guard rest.count - 4 >= length else { throw .truncated("levels") }
            offset += 4 + length
            return try hybrid(UnsafeRawBufferPointer(rebasing: rest[4..<4 + length]), count, maximum: maximum)
        case .bitPacked:
            var levels = [UInt8](repeating: 0, count: count)
            offset += try levels.withUnsafeMutableBufferPointer { (buffer) throws(ParquetProblem) in
                try RunLength.decodeBitPacked(rest, bitWidth: RunLength.bitWidth(for: Int(maximum)), into: buffer)
            }
            return levels
        default: throw .unsupported("levels in encoding \(encoding)")
        }
    }

    private static func hybrid(
        _ input: UnsafeRawBufferPointer, _ count: Int, maximum: UInt8
    ) throws(ParquetProblem) -> [UInt8] {
        var levels = [UInt8](repeating: 0, count: count)
        try levels.withUnsafeMutableBufferPointer { (buffer) throws(ParquetProblem) in
            try RunLength.decode(input, bitWidth: RunLength.bitWidth(for: Int(maximum)), into: buffer)
        }
        return levels
    }

    private mutating func append(repetitions levels: [UInt8]) throws(ParquetProblem) {
        guard levels.allSatisfy({ $0 <= 1 }) else { throw .corrupt("a repetition level above 1") }
        guard let first = levels.first else { return }
        guard entryCount > 0 || hasPassed || first == 0 else { throw .corrupt("a list that goes on before it begins") }
        repetitions.append(contentsOf: levels)
    }

    /// How many rows begin in the last `count` entries.
    func startedRows(ofLast count: Int) -> Int {
        repetitions.suffix(count).count { $0 == 0 }
    }

    /// The rows of a list that have entries here: the first may have begun on a page passed over.
    var rowCount: Int {
        repetitions.count { $0 == 0 } + (repetitions.first == 1 ? 1 : 0)
    }

    /// Forgets all entries.
    mutating func passOver() {
        (definitions, entryCount, hasPassed) = (nil, 0, true)
        repetitions.removeAll(keepingCapacity: true)
    }

    /// - Returns: how many of them have a value.
    private mutating func append(definitions levels: [UInt8]) throws(ParquetProblem) -> Int {
        let maximum = maximumDefinition
        var (valueCount, highest) = (0, UInt8(0))
        for level in levels {
            valueCount += level == maximum ? 1 : 0
            highest = max(highest, level)
        }
        guard highest <= maximum else { throw .corrupt("a definition level above \(maximum)") }
        if valueCount < levels.count, definitions == nil {
            definitions = Array(repeating: maximum, count: entryCount)
        }
        definitions?.append(contentsOf: levels)
        return valueCount
    }
}
