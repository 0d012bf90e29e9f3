import AWSProtocol

/// What an operation answers, its members in order.
///
/// Items are written straight from their values: an answer may hold a megabyte of them, and `JSONValue`s of them would
/// cost more than reading them did.
struct Answer: Sendable, ExpressibleByDictionaryLiteral {
    indirect enum Value: Sendable {
        case json(JSONValue)
        case item(Item)
        case items([Item])
        case answer(Answer)
        case answers([Answer])
    }

    private var members: [(name: String, value: Value)]
    private var hasBody = true

    /// What an operation answers that has nothing to say: no body, not even an empty object.
    static let nothing: Answer = {
        var answer: Answer = [:]
        answer.hasBody = false
        return answer
    }()

    init(dictionaryLiteral pairs: (String, Value)...) {
        members = pairs.map { (name: $0.0, value: $0.1) }
    }

    init(_ object: JSONObject) {
        members = object.members.map { (name: $0.name, value: .json($0.value)) }
    }

    mutating func append(_ name: String, _ value: Value) {
        members.append((name: name, value: value))
    }

    mutating func append(_ name: String, json value: JSONValue) {
        append(name, .json(value))
    }

    /// The answer as JSON text in UTF-8.
    var bytes: [UInt8] {
        guard hasBody else { return [] }
        var output: [UInt8] = []
        output.reserveCapacity(512)
        write(to: &output)
        return output
    }

    private func write(to output: inout [UInt8]) {
        JSONText.writeObject(members, to: &output) { member, output in
            JSONText.write(member.name, to: &output)
            output.append(UInt8(ascii: ":"))
            Self.write(member.value, to: &output)
        }
    }

    private static func write(_ value: Value, to output: inout [UInt8]) {
        switch value {
        case .json(let value): output += value.bytes
        case .item(let item): item.write(to: &output)
        case .items(let items): JSONText.writeArray(items, to: &output) { $0.write(to: &$1) }
        case .answer(let answer): answer.write(to: &output)
        case .answers(let answers): JSONText.writeArray(answers, to: &output) { $0.write(to: &$1) }
        }
    }
}

/// JSON without blanks.
enum JSONText {
    static func writeObject<Members: Sequence>(
        _ members: Members, to output: inout [UInt8], _ write: (Members.Element, inout [UInt8]) -> Void
    ) {
        output.append(UInt8(ascii: "{"))
        writeList(members, to: &output, write)
        output.append(UInt8(ascii: "}"))
    }

    static func writeArray<Elements: Sequence>(
        _ elements: Elements, to output: inout [UInt8], _ write: (Elements.Element, inout [UInt8]) -> Void
    ) {
        output.append(UInt8(ascii: "["))
        writeList(elements, to: &output, write)
        output.append(UInt8(ascii: "]"))
    }

    @inline(__always)
    private static func writeList<Elements: Sequence>(
        _ elements: Elements, to output: inout [UInt8], _ write: (Elements.Element, inout [UInt8]) -> Void
    ) {
        var isFirst = true
        for element in elements {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            write(element, &output)
        }
    }

    static func write(_ text: String, to output: inout [UInt8]) {
        write(Text(text), to: &output)
    }

    static func write(_ text: Text, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        text.withBytes { bytes in
            var start = 0
            for index in bytes.indices where mustBeEscaped(bytes[index]) {
                output.append(contentsOf: bytes[start..<index])
                writeEscaped(bytes[index], to: &output)
                start = index + 1
            }
            output.append(contentsOf: bytes[start...])
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func mustBeEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func writeEscaped(_ byte: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        case 0x09: output.append(UInt8(ascii: "t"))
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            output += "u00".utf8
            output += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        default: output.append(byte)
        }
    }
}
