import AWSProtocol
import Foundation

extension IntrinsicFunction {
    /// AWS's bound on the texts that are coded or hashed.
    private static let longestText = 10_000
    private static let longestRange = 1_000

    /// What the function gives for its arguments; `format` needs its template as written and is not among them.
    func apply(_ values: [JSONValue], random: inout StepRandom) throws(IntrinsicRefusal) -> JSONValue {
        switch self {
        case .format: throw IntrinsicRefusal(reason: "States.Format needs its template")
        case .stringToJson: return try Self.parse(try text(values, 0))
        case .jsonToString: return .string(values[0].text)
        case .array: return .array(values)
        case .arrayPartition: return try partition(try list(values, 0), by: try positive(values, 1))
        case .arrayContains: return .bool(try list(values, 0).contains { $0.isSame(as: values[1]) })
        case .arrayRange: return try range(try integer(values, 0), try integer(values, 1), by: try integer(values, 2))
        case .arrayGetItem:
            let items = try list(values, 0)
            let index = try integer(values, 1)
            guard items.indices.contains(index) else { throw refusal("the index \(index) is past the array's end") }
            return items[index]
        case .arrayLength: return .integer(try list(values, 0).count)
        case .arrayUnique:
            return .array(
                try list(values, 0).reduce(into: []) { seen, item in
                    if !seen.contains(where: { $0.isSame(as: item) }) { seen.append(item) }
                })
        case .base64Encode: return .string(Data(try short(values, 0).utf8).base64EncodedString())
        case .base64Decode: return try decode(try short(values, 0))
        case .hash: return try hash(values)
        case .jsonMerge: return try merge(values)
        case .mathRandom: return try mathRandom(values, &random)
        case .mathAdd: return try add(try integer(values, 0), try integer(values, 1))
        case .stringSplit: return try split(try text(values, 0), at: try text(values, 1))
        case .uuid: return .string(random.uuid())
        }
    }

    /// A blank text is null.
    private static func parse(_ text: String) throws(IntrinsicRefusal) -> JSONValue {
        guard text.contains(where: { !$0.isWhitespace }) else { return .null }
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw IntrinsicRefusal(reason: "the text is not JSON: \(error)")
        }
    }

    private func partition(_ items: [JSONValue], by size: Int) throws(IntrinsicRefusal) -> JSONValue {
        .array(
            stride(from: 0, to: items.count, by: size).map { start in
                .array(Array(items[start..<min(items.count - start, size) + start]))
            })
    }

    private func range(_ first: Int, _ last: Int, by step: Int) throws(IntrinsicRefusal) -> JSONValue {
        guard step != 0 else { throw refusal("the step must not be 0") }
        let (span, isTooFar) = last.subtractingReportingOverflow(first)
        let isEmpty = (span < 0) != (step < 0)
        guard !isTooFar, isEmpty || span.magnitude / step.magnitude < Self.longestRange else {
            throw refusal("the range holds more than \(Self.longestRange) numbers")
        }
        return .array(stride(from: first, through: last, by: step).map { .integer($0) })
    }

    private func decode(_ text: String) throws(IntrinsicRefusal) -> JSONValue {
        guard let data = Data(base64Encoded: text), let decoded = String(validating: data, as: UTF8.self) else {
            throw refusal("the text is not Base64 of a UTF-8 text")
        }
        return .string(decoded)
    }

    private func hash(_ values: [JSONValue]) throws(IntrinsicRefusal) -> JSONValue {
        let bytes = Array((values[0].string ?? values[0].text).utf8)
        guard bytes.count <= Self.longestText else {
            throw refusal("the data is longer than \(Self.longestText) characters")
        }
        switch try text(values, 1) {
        case "MD5": return .string(Hex.encode(Digest.of(bytes, .md5)))
        case "SHA-1": return .string(Hex.encode(Digest.of(bytes, .sha1)))
        case "SHA-256": return .string(Hex.encode(Digest.of(bytes, .sha256)))
        case "SHA-384": return .string(Hex.encode(Digest.of(bytes, .sha384)))
        case "SHA-512": return .string(Hex.encode(Digest.of(bytes, .sha512)))
        default: throw refusal("the algorithm must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512")
        }
    }

    /// Only shallow merging is there on AWS, too.
    private func merge(_ values: [JSONValue]) throws(IntrinsicRefusal) -> JSONValue {
        guard let first = values[0].object, let second = values[1].object else {
            throw refusal("both values must be objects")
        }
        guard values[2] == .bool(false) else {
            throw refusal("deep merging is not supported: the third argument is false")
        }
        return .object(second.members.reduce(first) { $0.replacing($1.name, with: $1.value) })
    }

    private func mathRandom(_ values: [JSONValue], _ random: inout StepRandom) throws(IntrinsicRefusal) -> JSONValue {
        let start = try integer(values, 0)
        let end = try integer(values, 1)
        guard start < end else { throw refusal("the start must be less than the end") }
        guard values.count == 3 else { return .integer(Int.random(in: start..<end, using: &random)) }
        var seeded = StepRandom(seed: UInt64(bitPattern: Int64(try integer(values, 2))))
        return .integer(Int.random(in: start..<end, using: &seeded))
    }

    private func add(_ left: Int, _ right: Int) throws(IntrinsicRefusal) -> JSONValue {
        let (sum, overflow) = left.addingReportingOverflow(right)
        guard !overflow else { throw refusal("the sum is out of range") }
        return .integer(sum)
    }

    /// Each character of the second text is a separator; empty pieces are left out.
    private func split(_ text: String, at separators: String) throws(IntrinsicRefusal) -> JSONValue {
        .array(text.split { separators.contains($0) }.map { .string(String($0)) })
    }

    private func text(_ values: [JSONValue], _ index: Int) throws(IntrinsicRefusal) -> String {
        guard let text = values[index].string else { throw refusal("argument \(index + 1) must be a string") }
        return text
    }

    private func short(_ values: [JSONValue], _ index: Int) throws(IntrinsicRefusal) -> String {
        let text = try text(values, index)
        guard text.utf8.count <= Self.longestText else {
            throw refusal("argument \(index + 1) is longer than \(Self.longestText) characters")
        }
        return text
    }

    private func list(_ values: [JSONValue], _ index: Int) throws(IntrinsicRefusal) -> [JSONValue] {
        guard let list = values[index].array else { throw refusal("argument \(index + 1) must be an array") }
        return list
    }

    /// A number with a fraction is rounded to the nearest whole one, halves upwards, as AWS does.
    private func integer(_ values: [JSONValue], _ index: Int) throws(IntrinsicRefusal) -> Int {
        if let value = values[index].integer { return value }
        guard case .number(let text) = values[index], let value = Double(text),
            let whole = Int(exactly: (value + 0.5).rounded(.down))
        else { throw refusal("argument \(index + 1) must be an integer") }
        return whole
    }

    private func positive(_ values: [JSONValue], _ index: Int) throws(IntrinsicRefusal) -> Int {
        let value = try integer(values, index)
        guard value > 0 else { throw refusal("argument \(index + 1) must be greater than 0") }
        return value
    }

    private func refusal(_ reason: String) -> IntrinsicRefusal {
        IntrinsicRefusal(reason: reason)
    }
}
