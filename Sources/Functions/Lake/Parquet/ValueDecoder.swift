/// Gathers the values of a column chunk, nulls left out, page by page.
protocol ValueDecoder {
    /// Memory that one value takes once decoded, for the reader's budget.
    static var bytesPerValue: Int { get }
    /// The dictionary's size; nil before a dictionary page.
    var dictionaryCount: Int? { get }
    mutating func readDictionary(_ page: [UInt8], count: Int) throws(ParquetProblem)
    /// The values begin `from` bytes into the page.
    mutating func appendPlain(_ page: [UInt8], from: Int, count: Int) throws(ParquetProblem)
    /// `codes` are all below `dictionaryCount`.
    mutating func append(codes: UnsafeBufferPointer<UInt32>) throws(ParquetProblem)
    /// Booleans in the hybrid encoding; other types have no such pages.
    mutating func appendRunLength(_ page: UnsafeRawBufferPointer, count: Int) throws(ParquetProblem)
}

extension ValueDecoder {
    mutating func appendRunLength(_ page: UnsafeRawBufferPointer, count: Int) throws(ParquetProblem) {
        throw .unsupported("run-length values of this type")
    }

    /// Appends the values of a data page, which begin after its levels.
    mutating func append(_ page: [UInt8], from start: Int, encoding: Int32, count: Int) throws(ParquetProblem) {
        guard count > 0 else { return }
        switch Encoding(rawValue: encoding) {
        case .plain: try appendPlain(page, from: start, count: count)
        case .rleDictionary, .plainDictionary:
            try page.withRawBytes { (page) throws(ParquetProblem) in
                try appendCoded(UnsafeRawBufferPointer(rebasing: page[start...]), count: count)
            }
        case .rle:
            try page.withRawBytes { (page) throws(ParquetProblem) in
                try appendRunLength(UnsafeRawBufferPointer(rebasing: page[start...]), count: count)
            }
        case let other?: throw .unsupported("values in encoding \(other)")
        case nil: throw .unsupported("values in encoding \(encoding)")
        }
    }

    private mutating func appendCoded(_ page: UnsafeRawBufferPointer, count: Int) throws(ParquetProblem) {
        guard let dictionaryCount else { throw .corrupt("dictionary codes before a dictionary page") }
        guard let bitWidth = page.first else { throw .truncated("dictionary codes") }
        var codes = [UInt32](repeating: 0, count: count)
        try codes.withUnsafeMutableBufferPointer { (buffer) throws(ParquetProblem) in
            // With no bits a code can only be 0; some writers leave the runs out altogether.
            if bitWidth > 0 {
                let input = UnsafeRawBufferPointer(rebasing: page[1...])
                try RunLength.decode(input, bitWidth: Int(bitWidth), into: buffer)
            }
            var highest: UInt32 = 0
            for code in buffer { highest = max(highest, code) }
            guard highest < dictionaryCount else {
                throw .corrupt("dictionary code \(highest) with \(dictionaryCount) entries")
            }
            try append(codes: UnsafeBufferPointer(buffer))
        }
    }
}

/// A value that PLAIN stores in a fixed number of bytes.
protocol FixedWidthValue: Sendable, Equatable {
    associatedtype Stored: BitwiseCopyable
    static var zero: Self { get }
    static func decoded(_ stored: Stored) throws(ParquetProblem) -> Self
}

extension Int32: FixedWidthValue {
    static func decoded(_ stored: Int32) -> Int32 { Int32(littleEndian: stored) }
}

extension Int64: FixedWidthValue {
    static func decoded(_ stored: Int64) -> Int64 { Int64(littleEndian: stored) }
}

extension Double: FixedWidthValue {
    static func decoded(_ stored: UInt64) -> Double { Double(bitPattern: UInt64(littleEndian: stored)) }
}

/// A FLOAT, widened without loss.
struct WidenedFloat: FixedWidthValue {
    let value: Double
    static let zero = WidenedFloat(value: 0)

    static func decoded(_ stored: UInt32) -> WidenedFloat {
        WidenedFloat(value: Double(Float(bitPattern: UInt32(littleEndian: stored))))
    }
}

/// The old twelve-byte timestamp: nanoseconds of the day, then the Julian day.
struct INT96Timestamp: FixedWidthValue {
    let microseconds: Int64
    static let zero = INT96Timestamp(microseconds: 0)

    private static let julianDayOfEpoch: Int64 = 2_440_588

    static func decoded(_ stored: (UInt32, UInt32, UInt32)) throws(ParquetProblem) -> INT96Timestamp {
        let nanoseconds = Int64(
            bitPattern: UInt64(UInt32(littleEndian: stored.1)) << 32 | UInt64(stored.0.littleEndian))
        let days = Int64(UInt32(littleEndian: stored.2)) - julianDayOfEpoch
        let (start, overflow) = days.multipliedReportingOverflow(by: Instant.microsecondsPerDay)
        let (instant, sumOverflow) = start.addingReportingOverflow(floorDivision(nanoseconds, 1000).quotient)
        guard !overflow, !sumOverflow else { throw .corrupt("an INT96 timestamp out of range") }
        return INT96Timestamp(microseconds: instant)
    }
}

/// Decodes numbers of fixed width.
struct FixedDecoder<Value: FixedWidthValue>: ValueDecoder {
    private(set) var values: [Value] = []
    private var dictionary: [Value]?

    static var bytesPerValue: Int { MemoryLayout<Value>.stride }
    var dictionaryCount: Int? { dictionary?.count }

    mutating func readDictionary(_ page: [UInt8], count: Int) throws(ParquetProblem) {
        var entries: [Value] = []
        try Self.read(page, 0, count, into: &entries)
        dictionary = entries
    }

    mutating func appendPlain(_ page: [UInt8], from start: Int, count: Int) throws(ParquetProblem) {
        try Self.read(page, start, count, into: &values)
    }

    mutating func append(codes: UnsafeBufferPointer<UInt32>) {
        guard let dictionary else { return }
        values.reserveCapacity(values.count + codes.count)
        dictionary.withUnsafeBufferPointer { entries in
            values.append(contentsOf: codes.lazy.map { entries[Int($0)] })
        }
    }

    private static func read(
        _ page: [UInt8], _ start: Int, _ count: Int, into output: inout [Value]
    ) throws(ParquetProblem) {
        let width = MemoryLayout<Value.Stored>.size
        guard count <= (page.count - start) / width else { throw .truncated("PLAIN values") }
        output.reserveCapacity(output.count + count)
        try page.withRawBytes { (page) throws(ParquetProblem) in
            for offset in stride(from: start, to: start + count * width, by: width) {
                output.append(try Value.decoded(page.loadUnaligned(fromByteOffset: offset, as: Value.Stored.self)))
            }
        }
    }
}

/// Decodes booleans: a bit each, least significant first, or the hybrid encoding.
struct BooleanDecoder: ValueDecoder {
    private(set) var values: [Bool] = []

    static var bytesPerValue: Int { 1 }
    var dictionaryCount: Int? { nil }

    mutating func readDictionary(_ page: [UInt8], count: Int) throws(ParquetProblem) {
        throw .corrupt("a dictionary of booleans")
    }

    mutating func append(codes: UnsafeBufferPointer<UInt32>) throws(ParquetProblem) {
        throw .corrupt("a dictionary of booleans")
    }

    mutating func appendPlain(_ page: [UInt8], from start: Int, count: Int) throws(ParquetProblem) {
        guard (count + 7) / 8 <= page.count - start else { throw .truncated("PLAIN booleans") }
        values.append(contentsOf: (0..<count).lazy.map { page[start + $0 >> 3] >> UInt8($0 & 7) & 1 == 1 })
    }

    mutating func appendRunLength(_ page: UnsafeRawBufferPointer, count: Int) throws(ParquetProblem) {
        guard page.count >= 4 else { throw .truncated("booleans") }
        let length = Int(UInt32(littleEndian: page.loadUnaligned(as: UInt32.self)))
        guard page.count - 4 >= length else { throw .truncated("booleans") }
        var bits = [UInt8](repeating: 0, count: count)
        try bits.withUnsafeMutableBufferPointer { (buffer) throws(ParquetProblem) in
            try RunLength.decode(UnsafeRawBufferPointer(rebasing: page[4..<4 + length]), bitWidth: 1, into: buffer)
        }
        values.append(contentsOf: bits.lazy.map { $0 == 1 })
    }
}

/// Decodes strings into a pool: the dictionary's entries first, then those of PLAIN pages.
struct StringDecoder: ValueDecoder {
    private(set) var pool = StringPool()
    private(set) var codes: [UInt32] = []
    private(set) var dictionaryCount: Int?

    /// A code and a start; the bytes themselves are counted with their page.
    static var bytesPerValue: Int { 8 }

    mutating func readDictionary(_ page: [UInt8], count: Int) throws(ParquetProblem) {
        try pool.appendPlain(page, from: 0, count: count)
        dictionaryCount = count
    }

    mutating func appendPlain(_ page: [UInt8], from start: Int, count: Int) throws(ParquetProblem) {
        let first = UInt32(pool.count)
        try pool.appendPlain(page, from: start, count: count)
        codes.append(contentsOf: first..<UInt32(pool.count))
    }

    mutating func append(codes newCodes: UnsafeBufferPointer<UInt32>) {
        codes.append(contentsOf: newCodes)
    }
}
