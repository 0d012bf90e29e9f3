/// Writes Thrift's compact protocol. Fields of a structure go in the order of their ids.
struct ThriftWriter {
    private(set) var bytes: [UInt8] = []
    private var lastID: UInt8 = 0

    mutating func field(_ id: UInt8, int32 value: Int32) {
        header(id, .int32)
        integer(Int64(value))
    }

    mutating func field(_ id: UInt8, int64 value: Int64) {
        header(id, .int64)
        integer(value)
    }

    mutating func field(_ id: UInt8, boolean value: Bool) {
        header(id, value ? .booleanTrue : .booleanFalse)
    }

    mutating func field(_ id: UInt8, binary value: some Collection<UInt8>) {
        header(id, .binary)
        binary(value)
    }

    mutating func field(_ id: UInt8, string value: String) {
        field(id, binary: value.utf8)
    }

    mutating func field(_ id: UInt8, structure body: (inout ThriftWriter) -> Void) {
        header(id, .structure)
        structure(body)
    }

    mutating func field<Elements: Collection>(
        _ id: UInt8, list elements: Elements, of type: ThriftType,
        _ write: (inout ThriftWriter, Elements.Element) -> Void
    ) {
        header(id, .list)
        if elements.count < 15 {
            bytes.append(UInt8(elements.count) << 4 | type.rawValue)
        } else {
            bytes.append(0xF0 | type.rawValue)
            varint(UInt64(elements.count))
        }
        for element in elements { write(&self, element) }
    }

    mutating func structure(_ body: (inout ThriftWriter) -> Void) {
        let outer = lastID
        lastID = 0
        body(&self)
        bytes.append(ThriftType.stop.rawValue)
        lastID = outer
    }

    mutating func integer(_ value: Int64) {
        varint(UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    mutating func binary(_ value: some Collection<UInt8>) {
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    private mutating func header(_ id: UInt8, _ type: ThriftType) {
        let delta = id - lastID
        if delta < 16 {
            bytes.append(delta << 4 | type.rawValue)
        } else {
            bytes.append(type.rawValue)
            integer(Int64(id))
        }
        lastID = id
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
