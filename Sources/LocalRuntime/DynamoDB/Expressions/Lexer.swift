/// A word of an expression.
struct Token: Equatable {
    enum Kind: Equatable {
        case identifier
        /// `#name`
        case namePlaceholder
        /// `:name`
        case valuePlaceholder
        case number
        /// A comparator, bracket, comma, dot, plus or minus.
        case symbol
        /// A character that no expression may contain.
        case unknown
        case end
    }

    let kind: Kind
    let text: String
    /// An identifier in upper case, as keywords are compared; as it is for all else.
    let word: String
    let range: Range<Int>

    init(kind: Kind, text: String, range: Range<Int>) {
        self.kind = kind
        self.text = text
        self.range = range
        word = kind == .identifier ? text.uppercased() : text
    }

    func isKeyword(_ keyword: String) -> Bool {
        kind == .identifier && word == keyword
    }

    func isSymbol(_ symbol: String) -> Bool {
        kind == .symbol && text == symbol
    }
}

/// Cuts an expression into words. Names start with a letter and go on with letters, digits and `_`.
struct Lexer {
    private let bytes: [UInt8]
    private var position = 0

    static func tokens(of expression: String) -> [Token] {
        var lexer = Lexer(bytes: Array(expression.utf8))
        var tokens: [Token] = []
        while let token = lexer.next() { tokens.append(token) }
        tokens.append(Token(kind: .end, text: "<EOF>", range: lexer.bytes.count..<lexer.bytes.count))
        return tokens
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func next() -> Token? {
        while position < bytes.count, Self.isBlank(bytes[position]) { position += 1 }
        guard position < bytes.count else { return nil }
        let start = position
        let kind = kind(of: bytes[position])
        return Token(
            kind: kind, text: String(decoding: bytes[start..<position], as: UTF8.self), range: start..<position)
    }

    /// Moves behind the word that starts with `first`.
    private mutating func kind(of first: UInt8) -> Token.Kind {
        position += 1
        switch first {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            skip(Self.isNamePart)
            return .identifier
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            skip { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            return .number
        case UInt8(ascii: "#"), UInt8(ascii: ":"):
            let start = position
            skip(Self.isNamePart)
            if position == start { return .unknown }
            return first == UInt8(ascii: "#") ? .namePlaceholder : .valuePlaceholder
        case UInt8(ascii: "<"):
            if let byte = peek, byte == UInt8(ascii: "=") || byte == UInt8(ascii: ">") { position += 1 }
            return .symbol
        case UInt8(ascii: ">"):
            if peek == UInt8(ascii: "=") { position += 1 }
            return .symbol
        case UInt8(ascii: "="), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"):
            return .symbol
        default:
            // The further bytes of a character beyond ASCII belong to it.
            skip { $0 & 0xC0 == 0x80 }
            return .unknown
        }
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skip(_ belongs: (UInt8) -> Bool) {
        while let byte = peek, belongs(byte) { position += 1 }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
