/// The types of Thrift's compact protocol, by their code on the wire.
package enum ThriftType: UInt8 {
    case stop = 0
    case booleanTrue, booleanFalse, byte, int16, int32, int64, double, binary, list, set, map, structure
}

/// Reads Thrift's compact protocol from bytes that nobody vouches for.
///
/// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
package struct ThriftReader {
    private let bytes: ArraySlice<UInt8>
    /// The next byte to read, an index of the slice.
    package private(set) var position: Int
    private var depth = 0

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    private static let maximumDepth = 32

    /// Visits the fields of a structure. `visit` reads the value or calls `skip`.
    package mutating func fields(
        _ visit: (inout ThriftReader, Int16, ThriftType) throws(ParquetProblem) -> Void
    ) throws(ParquetProblem) {
        depth += 1
        guard depth <= Self.maximumDepth else { throw .corrupt("metadata nested too deeply") }
        var id: Int16 = 0
        while true {
            let header = try byte()
            guard let type = ThriftType(rawValue: header & 0x0F) else {
                throw .corrupt("unknown Thrift type \(header & 0x0F)")
            }
            if type == .stop { break }
            if header >> 4 == 0 {
                id = Int16(truncatingIfNeeded: try integer())
            } else {
                id &+= Int16(header >> 4)
            }
            try visit(&self, id, type)
        }
        depth -= 1
    }

    /// Reads a list's header, then calls `element` for each element.
    package mutating func list(
        of expected: ThriftType, _ element: (inout ThriftReader) throws(ParquetProblem) -> Void
    ) throws(ParquetProblem) {
        let (count, type) = try listHeader()
        // An empty list may carry any element type.
        guard count == 0 || type == expected else { throw .corrupt("a metadata list of \(type), not \(expected)") }
        for _ in 0..<count { try element(&self) }
    }

    package mutating func integer() throws(ParquetProblem) -> Int64 {
        let raw = try varint()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    package mutating func int32() throws(ParquetProblem) -> Int32 {
        guard let value = Int32(exactly: try integer()) else { throw .corrupt("a 32-bit metadata number too large") }
        return value
    }

    package mutating func binary() throws(ParquetProblem) -> ArraySlice<UInt8> {
        let length = try varint()
        guard length <= UInt64(bytes.endIndex - position) else { throw .truncated("metadata") }
        defer { position += Int(length) }
        return bytes[position..<position + Int(length)]
    }

    package mutating func string() throws(ParquetProblem) -> String {
        String(decoding: try binary(), as: UTF8.self)
    }

    /// Passes over one value of `type`.
    package mutating func skip(_ type: ThriftType) throws(ParquetProblem) {
        switch type {
        case .stop, .booleanTrue, .booleanFalse: break
        case .byte: _ = try byte()
        case .int16, .int32, .int64: _ = try varint()
        case .double: try advance(8)
        case .binary: _ = try binary()
        case .list, .set: try skipList()
        case .map: try skipMap()
        case .structure:
            try fields { (reader, _, type) throws(ParquetProblem) in try reader.skip(type) }
        }
    }

    private mutating func skipList() throws(ParquetProblem) {
        let (count, type) = try listHeader()
        try nested { (reader) throws(ParquetProblem) in
            for _ in 0..<count { try reader.skipElement(type) }
        }
    }

    private mutating func skipMap() throws(ParquetProblem) {
        let count = try count()
        guard count > 0 else { return }
        let types = try byte()
        guard let key = ThriftType(rawValue: types >> 4), let value = ThriftType(rawValue: types & 0x0F) else {
            throw .corrupt("unknown Thrift type in a map")
        }
        try nested { (reader) throws(ParquetProblem) in
            for _ in 0..<count {
                try reader.skipElement(key)
                try reader.skipElement(value)
            }
        }
    }

    /// In lists and maps a boolean takes a byte; in a structure it lies in the field's header.
    private mutating func skipElement(_ type: ThriftType) throws(ParquetProblem) {
        switch type {
        case .stop: throw .corrupt("a metadata list of nothing")
        case .booleanTrue, .booleanFalse: _ = try byte()
        default: try skip(type)
        }
    }

    private mutating func nested(
        _ body: (inout ThriftReader) throws(ParquetProblem) -> Void
    ) throws(ParquetProblem) {
        depth += 1
        guard depth <= Self.maximumDepth else { throw .corrupt("metadata nested too deeply") }
        try body(&self)
        depth -= 1
    }

    private mutating func listHeader() throws(ParquetProblem) -> (count: Int, type: ThriftType) {
        let header = try byte()
        guard let type = ThriftType(rawValue: header & 0x0F) else {
            throw .corrupt("unknown Thrift type \(header & 0x0F)")
        }
        guard header >> 4 == 15 else { return (Int(header >> 4), type) }
        return (try count(), type)
    }

    /// A number of elements: each takes at least one byte, so more than are left is a lie.
    private mutating func count() throws(ParquetProblem) -> Int {
        let count = try varint()
        guard count <= UInt64(bytes.endIndex - position) else { throw .truncated("a metadata list") }
        return Int(count)
    }

    private mutating func varint() throws(ParquetProblem) -> UInt64 {
        var (value, shift) = (UInt64(0), UInt64(0))
        while shift < 64 {
            let next = try byte()
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return value }
            shift += 7
        }
        throw .corrupt("a metadata number of more than 64 bits")
    }

    /// Reads one byte as it stands.
    package mutating func rawByte() throws(ParquetProblem) -> UInt8 {
        try byte()
    }

    private mutating func byte() throws(ParquetProblem) -> UInt8 {
        guard position < bytes.endIndex else { throw .truncated("metadata") }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func advance(_ count: Int) throws(ParquetProblem) {
        guard bytes.endIndex - position >= count else { throw .truncated("metadata") }
        position += count
    }
}
