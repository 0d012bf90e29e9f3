extension AttributeMap {
    /// Writes the attributes as the JSON object that DynamoDB answers.
    func write(to output: inout [UInt8]) {
        JSONText.writeObject(entries, to: &output) { entry, output in
            JSONText.write(entry.name, to: &output)
            output.append(UInt8(ascii: ":"))
            entry.value.write(to: &output)
        }
    }
}

extension AttributeValue {
    func write(to output: inout [UInt8]) {
        output += "{\"".utf8
        output += type.rawValue.utf8
        output += "\":".utf8
        writeContent(to: &output)
        output.append(UInt8(ascii: "}"))
    }

    private func writeContent(to output: inout [UInt8]) {
        switch self {
        case .string(let text): JSONText.write(text, to: &output)
        case .number(let number): Self.write(number, to: &output)
        case .binary(let bytes): Self.write(bytes, to: &output)
        case .bool(let flag): output += (flag ? "true" : "false").utf8
        case .null: output += "true".utf8
        case .list(let values): JSONText.writeArray(values, to: &output) { $0.write(to: &$1) }
        case .map(let map): map.write(to: &output)
        case .stringSet(let texts): JSONText.writeArray(texts, to: &output) { JSONText.write($0, to: &$1) }
        case .numberSet(let numbers): JSONText.writeArray(numbers, to: &output) { Self.write($0, to: &$1) }
        case .binarySet(let binaries): JSONText.writeArray(binaries, to: &output) { Self.write($0, to: &$1) }
        }
    }

    private static func write(_ number: DecimalNumber, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        number.write(to: &output)
        output.append(UInt8(ascii: "\""))
    }

    private static func write(_ bytes: [UInt8], to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        output += Base64.encode(bytes).utf8
        output.append(UInt8(ascii: "\""))
    }
}
