/// Items as compact bytes: a format byte, then attributes as length-prefixed names and tagged values, lengths as
/// variable-length integers (seven bits a byte).
enum ItemCodec {
    static let format: UInt8 = 1

    private enum Tag {
        static let string: UInt8 = 1
        static let number: UInt8 = 2
        static let binary: UInt8 = 3
        static let falseValue: UInt8 = 4
        static let trueValue: UInt8 = 5
        static let null: UInt8 = 6
        static let list: UInt8 = 7
        static let map: UInt8 = 8
        static let stringSet: UInt8 = 9
        static let numberSet: UInt8 = 10
        static let binarySet: UInt8 = 11
    }

    static func encode(_ item: Item) -> [UInt8] {
        var output: [UInt8] = [format]
        output.reserveCapacity(item.sizeInBytes + 4 * item.count + 8)
        write(item, to: &output)
        return output
    }

    private static func write(_ map: AttributeMap, to output: inout [UInt8]) {
        writeLength(map.count, to: &output)
        for entry in map.entries {
            write(entry.name, to: &output)
            write(entry.value, to: &output)
        }
    }

    private static func write(_ value: AttributeValue, to output: inout [UInt8]) {
        switch value {
        case .string(let text):
            output.append(Tag.string)
            write(text, to: &output)
        case .number(let number):
            output.append(Tag.number)
            write(number, to: &output)
        case .binary(let bytes):
            output.append(Tag.binary)
            write(bytes, to: &output)
        case .bool(let value): output.append(value ? Tag.trueValue : Tag.falseValue)
        case .null: output.append(Tag.null)
        case .list(let values): writeAll(values, Tag.list, to: &output) { write($0, to: &$1) }
        case .map(let map):
            output.append(Tag.map)
            write(map, to: &output)
        case .stringSet(let texts): writeAll(texts, Tag.stringSet, to: &output) { write($0, to: &$1) }
        case .numberSet(let numbers): writeAll(numbers, Tag.numberSet, to: &output) { write($0, to: &$1) }
        case .binarySet(let binaries): writeAll(binaries, Tag.binarySet, to: &output) { write($0, to: &$1) }
        }
    }

    private static func writeAll<Element>(
        _ elements: [Element], _ tag: UInt8, to output: inout [UInt8], _ write: (Element, inout [UInt8]) -> Void
    ) {
        output.append(tag)
        writeLength(elements.count, to: &output)
        for element in elements { write(element, &output) }
    }

    private static func write(_ text: Text, to output: inout [UInt8]) {
        writeLength(text.byteCount, to: &output)
        output.append(contentsOf: text.string.utf8)
    }

    private static func write(_ bytes: [UInt8], to output: inout [UInt8]) {
        writeLength(bytes.count, to: &output)
        output.append(contentsOf: bytes)
    }

    /// Sign and count of the significand's bytes, the exponent raised to be positive, the significand from its low end.
    private static func write(_ number: DecimalNumber, to output: inout [UInt8]) {
        let width = (UInt128.bitWidth - number.significand.leadingZeroBitCount + 7) / 8
        output.append(UInt8(width) << 1 | (number.isNegative ? 1 : 0))
        writeLength(Int(number.exponent) + exponentBias, to: &output)
        var rest = number.significand
        for _ in 0..<width {
            output.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// The smallest exponent is -130 less the 37 digits that may follow the leading one.
    fileprivate static let exponentBias = 256

    private static func writeLength(_ length: Int, to output: inout [UInt8]) {
        var rest = UInt(length)
        while rest >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        output.append(UInt8(rest))
    }
}

/// A body in the state file is not what `ItemCodec` writes.
struct DamagedItem: Error {}

extension ItemCodec {
    /// - Throws: `DamagedItem`.
    static func decode(_ bytes: UnsafeRawBufferPointer) throws -> Item {
        var reader = Reader(bytes: bytes)
        guard try reader.byte() == format else { throw DamagedItem() }
        let item = try reader.map()
        guard reader.position == bytes.count else { throw DamagedItem() }
        return item
    }

    private struct Reader {
        let bytes: UnsafeRawBufferPointer
        var position = 0

        mutating func map() throws -> AttributeMap {
            let count = try length()
            var entries: [AttributeMap.Entry] = []
            entries.reserveCapacity(min(count, 1024))
            for _ in 0..<count {
                let name = try text()
                entries.append(AttributeMap.Entry(name: name, value: try value()))
            }
            return AttributeMap(sorted: entries)
        }

        mutating func value() throws -> AttributeValue {
            switch try byte() {
            case Tag.string: .string(try text())
            case Tag.number: .number(try number())
            case Tag.binary: .binary(try binary())
            case Tag.falseValue: .bool(false)
            case Tag.trueValue: .bool(true)
            case Tag.null: .null
            case Tag.list: .list(try all { try $0.value() })
            case Tag.map: .map(try map())
            case Tag.stringSet: .stringSet(try all { try $0.text() })
            case Tag.numberSet: .numberSet(try all { try $0.number() })
            case Tag.binarySet: .binarySet(try all { try $0.binary() })
            default: throw DamagedItem()
            }
        }

        private mutating func all<Element>(_ read: (inout Reader) throws -> Element) throws -> [Element] {
            let count = try length()
            var elements: [Element] = []
            elements.reserveCapacity(min(count, 1024))
            for _ in 0..<count { elements.append(try read(&self)) }
            return elements
        }

        private mutating func number() throws -> DecimalNumber {
            let head = try byte()
            let exponent = try length() - exponentBias
            let width = Int(head >> 1)
            guard width <= 16, let exponent = Int16(exactly: exponent) else { throw DamagedItem() }
            var significand: UInt128 = 0
            for (index, byte) in try take(width).enumerated() { significand |= UInt128(byte) << UInt128(8 * index) }
            return DecimalNumber(isNegative: head & 1 == 1, significand: significand, exponent: exponent)
        }

        private mutating func text() throws -> Text { Text(try take(try length())) }

        private mutating func binary() throws -> [UInt8] { Array(try take(try length())) }

        mutating func byte() throws -> UInt8 {
            guard position < bytes.count else { throw DamagedItem() }
            defer { position += 1 }
            return bytes[position]
        }

        private mutating func take(_ count: Int) throws -> Slice<UnsafeRawBufferPointer> {
            guard count <= bytes.count - position else { throw DamagedItem() }
            defer { position += count }
            return bytes[position..<position + count]
        }

        private mutating func length() throws -> Int {
            var value: UInt = 0
            for shift in stride(from: UInt(0), to: 35, by: 7) {
                let byte = try byte()
                value |= UInt(byte & 0x7F) << shift
                if byte & 0x80 == 0 { return Int(value) }
            }
            throw DamagedItem()
        }
    }
}
