import AWSProtocol

/// A call of an intrinsic function: `States.Format('{} of {}', $.done, $.all)`.
/// https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
struct Intrinsic: Sendable, Equatable {
    indirect enum Argument: Sendable, Equatable {
        /// A text as written between the quotes, escapes and all, so that a template can tell `\{` from `{`.
        case text(raw: String)
        case number(String)
        case bool(Bool)
        case null
        case path(JSONPath)
        case call(Intrinsic)
    }

    let function: IntrinsicFunction
    let arguments: [Argument]
    /// The call as written.
    let text: String

    /// Reads a whole text as a call.
    init(_ text: String) throws(PathSyntaxError) {
        var parser = IntrinsicParser(text)
        self = try parser.call()
        guard parser.isAtEnd else { throw PathSyntaxError(reason: "text after the end of the intrinsic function") }
    }

    init(function: IntrinsicFunction, arguments: [Argument], text: String) {
        self.function = function
        self.arguments = arguments
        self.text = text
    }
}

/// The functions that there are, with how many arguments each takes.
enum IntrinsicFunction: String, Sendable, CaseIterable {
    case format = "States.Format"
    case stringToJson = "States.StringToJson"
    case jsonToString = "States.JsonToString"
    case array = "States.Array"
    case arrayPartition = "States.ArrayPartition"
    case arrayContains = "States.ArrayContains"
    case arrayRange = "States.ArrayRange"
    case arrayGetItem = "States.ArrayGetItem"
    case arrayLength = "States.ArrayLength"
    case arrayUnique = "States.ArrayUnique"
    case base64Encode = "States.Base64Encode"
    case base64Decode = "States.Base64Decode"
    case hash = "States.Hash"
    case jsonMerge = "States.JsonMerge"
    case mathRandom = "States.MathRandom"
    case mathAdd = "States.MathAdd"
    case stringSplit = "States.StringSplit"
    case uuid = "States.UUID"

    var argumentCounts: ClosedRange<Int> {
        switch self {
        case .format: 1...1_000
        case .array: 0...1_000
        case .stringToJson, .jsonToString, .arrayLength, .arrayUnique, .base64Encode, .base64Decode: 1...1
        case .arrayPartition, .arrayContains, .arrayGetItem, .hash, .mathAdd, .stringSplit: 2...2
        case .arrayRange, .jsonMerge: 3...3
        case .mathRandom: 2...3
        case .uuid: 0...0
        }
    }
}

/// Reads calls of intrinsic functions.
private struct IntrinsicParser {
    /// AWS takes ten calls inside each other.
    private static let greatestDepth = 10

    private let characters: [Character]
    private var position = 0
    private var depth = 0

    init(_ text: String) {
        characters = Array(text)
    }

    var isAtEnd: Bool { position == characters.count }

    mutating func call() throws(PathSyntaxError) -> Intrinsic {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.greatestDepth else { throw failure("intrinsic functions nest at most 10 deep") }
        let start = position
        while let next = peek, next.isLetter || next.isNumber || next == "." { position += 1 }
        let name = String(characters[start..<position])
        guard let function = IntrinsicFunction(rawValue: name) else {
            throw failure("'\(name)' is no intrinsic function")
        }
        guard take("(") else { throw failure("a '(' should be here") }
        let arguments = try arguments()
        guard function.argumentCounts.contains(arguments.count) else {
            throw failure("\(name) does not take \(arguments.count) arguments")
        }
        return Intrinsic(function: function, arguments: arguments, text: String(characters[start..<position]))
    }

    private mutating func arguments() throws(PathSyntaxError) -> [Intrinsic.Argument] {
        var arguments: [Intrinsic.Argument] = []
        skipBlanks()
        if take(")") { return arguments }
        while true {
            skipBlanks()
            arguments.append(try argument())
            skipBlanks()
            if take(")") { return arguments }
            guard take(",") else { throw failure("a ',' or ')' should be here") }
        }
    }

    private mutating func argument() throws(PathSyntaxError) -> Intrinsic.Argument {
        guard let next = peek else { throw failure("an argument should be here") }
        switch next {
        case "'": return .text(raw: try quoted())
        case "$":
            var parser = JSONPathParser(characters, at: position)
            let path = try parser.path()
            position = parser.position
            return .path(path)
        case "S": return .call(try call())
        default: return try bare()
        }
    }

    private mutating func bare() throws(PathSyntaxError) -> Intrinsic.Argument {
        let start = position
        while let next = peek, next != ",", next != ")", next != " " { position += 1 }
        let text = String(characters[start..<position])
        switch try? JSONValue(parsing: text) {
        case .number(let number): return .number(number)
        case .bool(let value): return .bool(value)
        case .null: return .null
        default:
            throw failure("'\(text.prefix(40))' is no argument: give a path, a 'text', a number, true, false or null")
        }
    }

    private mutating func quoted() throws(PathSyntaxError) -> String {
        position += 1
        var raw = ""
        while let next = peek {
            position += 1
            if next == "'" { return raw }
            raw.append(next)
            if next == "\\", let escaped = peek {
                raw.append(escaped)
                position += 1
            }
        }
        throw failure("the quote does not end")
    }

    private var peek: Character? {
        position < characters.count ? characters[position] : nil
    }

    private mutating func take(_ character: Character) -> Bool {
        guard peek == character else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while peek == " " { position += 1 }
    }

    private func failure(_ reason: String) -> PathSyntaxError {
        PathSyntaxError(reason: "\(reason) at character \(position + 1)")
    }
}
