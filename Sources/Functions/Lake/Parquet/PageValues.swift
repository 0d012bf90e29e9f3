/// The values of one column chunk as the writer takes them, nulls left out.
protocol PageValues {
    static var physicalType: PhysicalType { get }
    var count: Int { get }
    /// Replaces values by codes, as many from the first on as the dictionary has room for; nil when that saves nothing.
    func coded(dictionaryLimit: Int) throws(ParquetProblem) -> CodedValues?
    /// The end of a page that begins at `start` and takes about `byteLimit` bytes as PLAIN, one value at least.
    func pageEnd(from start: Int, byteLimit: Int) -> Int
    func appendPlain(_ range: Range<Int>, to page: inout [UInt8])
    /// The least and the greatest value as statistics hold them, or nil where they would mislead.
    func bounds(_ coded: CodedValues?) -> (minimum: [UInt8]?, maximum: [UInt8]?)
}

/// The front of a chunk as dictionary and codes.
struct CodedValues {
    /// The codes of the first `codes.count` values.
    var codes: [UInt32]
    var entryCount: Int
    /// The entries as a PLAIN page.
    var page: [UInt8]
    /// The entries again, where they are strings.
    var strings: StringPool?

    /// Bits of the widest code.
    var bitWidth: Int { RunLength.bitWidth(for: max(0, entryCount - 1)) }

    /// True when the codes and a dictionary of so many bytes take less than the values themselves as PLAIN.
    func saves(over plainByteCount: Int, dictionary byteCount: Int) -> Bool {
        byteCount + codes.count * bitWidth / 8 + 16 < plainByteCount
    }
}

/// A number as PLAIN stores it.
protocol PlainNumber: FixedWidthValue, Comparable {
    static var physicalType: PhysicalType { get }
    static var byteCount: Int { get }
    /// The stored bytes, little endian, in the low end of 64 bits.
    var bits: UInt64 { get }
    /// True for NaN, which has no place in an order.
    var isUnordered: Bool { get }
    /// The bits for statistics, as minimum and as maximum.
    var lowerBoundBits: UInt64 { get }
    var upperBoundBits: UInt64 { get }
}

extension PlainNumber {
    var isUnordered: Bool { false }
    var lowerBoundBits: UInt64 { bits }
    var upperBoundBits: UInt64 { bits }
}

extension Int32: PlainNumber {
    static var physicalType: PhysicalType { .int32 }
    static var byteCount: Int { 4 }
    var bits: UInt64 { UInt64(UInt32(bitPattern: self)) }
}

extension Int64: PlainNumber {
    static var physicalType: PhysicalType { .int64 }
    static var byteCount: Int { 8 }
    var bits: UInt64 { UInt64(bitPattern: self) }
}

extension Double: PlainNumber {
    static var physicalType: PhysicalType { .double }
    static var byteCount: Int { 8 }
    var bits: UInt64 { bitPattern }
    var isUnordered: Bool { isNaN }
    // A zero may stand for either zero: the format asks for -0.0 below and +0.0 above.
    var lowerBoundBits: UInt64 { self == 0 ? Double(-0.0).bitPattern : bitPattern }
    var upperBoundBits: UInt64 { self == 0 ? 0 : bitPattern }
}

struct NumberPageValues<Number: PlainNumber>: PageValues {
    let values: [Number]

    static var physicalType: PhysicalType { Number.physicalType }
    var count: Int { values.count }

    func coded(dictionaryLimit: Int) -> CodedValues? {
        // Without room for one entry there is none that the first value's code could name.
        let limit = dictionaryLimit / Number.byteCount
        guard limit > 0, let first = values.first else { return nil }
        var dictionary = BitsDictionary()
        var codes: [UInt32] = []
        codes.reserveCapacity(values.count)
        var (last, lastCode) = (first, dictionary.code(for: first.bits))
        for value in values {
            if value.bits != last.bits {
                (last, lastCode) = (value, dictionary.code(for: value.bits))
                if dictionary.entries.count > limit { break }
            }
            codes.append(lastCode)
        }
        let entries = Array(dictionary.entries.prefix(limit))
        var coded = CodedValues(codes: codes, entryCount: entries.count, page: [])
        guard coded.saves(over: codes.count * Number.byteCount, dictionary: entries.count * Number.byteCount) else {
            return nil
        }
        coded.page.reserveCapacity(entries.count * Number.byteCount)
        if entries.count >= DictionaryOrder.leastCount {
            let order = DictionaryOrder.sorted(entries)
            coded.reorder(order)
            for code in order { Self.append(entries[Int(code)], to: &coded.page) }
        } else {
            for entry in entries { Self.append(entry, to: &coded.page) }
        }
        return coded
    }

    func pageEnd(from start: Int, byteLimit: Int) -> Int {
        min(count, start + max(1, byteLimit / Number.byteCount))
    }

    func appendPlain(_ range: Range<Int>, to page: inout [UInt8]) {
        page.reserveCapacity(page.count + range.count * Number.byteCount)
        for value in values[range] { Self.append(value.bits, to: &page) }
    }

    func bounds(_ coded: CodedValues?) -> (minimum: [UInt8]?, maximum: [UInt8]?) {
        guard var low = values.first else { return (nil, nil) }
        var high = low
        for value in values {
            if value.isUnordered { return (nil, nil) }
            low = min(low, value)
            high = max(high, value)
        }
        return (Self.bytes(of: low.lowerBoundBits), Self.bytes(of: high.upperBoundBits))
    }

    private static func append(_ bits: UInt64, to page: inout [UInt8]) {
        withUnsafeBytes(of: bits.littleEndian) { page.append(contentsOf: $0.prefix(Number.byteCount)) }
    }

    private static func bytes(of bits: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        append(bits, to: &bytes)
        return bytes
    }
}

struct BooleanPageValues: PageValues {
    let values: [Bool]

    static var physicalType: PhysicalType { .boolean }
    var count: Int { values.count }

    func coded(dictionaryLimit: Int) -> CodedValues? { nil }

    func pageEnd(from start: Int, byteLimit: Int) -> Int { min(count, start + byteLimit * 8) }

    func appendPlain(_ range: Range<Int>, to page: inout [UInt8]) {
        let first = page.count
        page.append(contentsOf: repeatElement(0, count: (range.count + 7) / 8))
        for (bit, index) in range.enumerated() where values[index] { page[first + bit >> 3] |= 1 << UInt8(bit & 7) }
    }

    func bounds(_ coded: CodedValues?) -> (minimum: [UInt8]?, maximum: [UInt8]?) {
        guard !values.isEmpty else { return (nil, nil) }
        return ([values.contains(false) ? 0 : 1], [values.contains(true) ? 1 : 0])
    }
}
