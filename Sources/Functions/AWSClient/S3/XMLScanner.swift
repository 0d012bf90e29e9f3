/// Why a text is not the XML that S3 writes.
enum XMLError: Error, Equatable {
    case endsInside(String)
    case unexpected(String, offset: Int)
    case nestedTooDeep
}

/// Reads XML piece by piece: elements and their text. Attributes, comments and processing instructions are passed over,
/// and document types refused, since S3 writes none and entities of one's own are a way to attack a reader.
struct XMLScanner {
    enum Event: Equatable {
        /// The name without its namespace prefix.
        case start(String)
        case end(String)
        case text(String)
    }

    private let bytes: [UInt8]
    private var offset = 0

    /// The end of an element that closed itself, still to be told.
    private var pendingEnd: String?

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The next event, or nil at the end of the input.
    mutating func next() throws(XMLError) -> Event? {
        if let name = pendingEnd {
            pendingEnd = nil
            return .end(name)
        }
        while offset < bytes.count {
            guard bytes[offset] == UInt8(ascii: "<") else { return .text(try text()) }
            if skip("<?") {
                try take(until: "?>", inside: "a processing instruction")
            } else if skip("<!--") {
                try take(until: "-->", inside: "a comment")
            } else if skip("<![CDATA[") {
                return .text(String(decoding: try take(until: "]]>", inside: "a CDATA section"), as: UTF8.self))
            } else if skip("<!") {
                throw .unexpected("a document type", offset: offset)
            } else {
                return try tag()
            }
        }
        return nil
    }

    private mutating func tag() throws(XMLError) -> Event {
        offset += 1
        let isEnd = skip("/")
        var inside = try tagBytes()
        let closesItself = !isEnd && inside.last == UInt8(ascii: "/")
        if closesItself { inside = inside.dropLast() }
        let qualified = inside.prefix { !$0.isXMLSpace }
        let name = String(decoding: qualified.split(separator: UInt8(ascii: ":")).last ?? [], as: UTF8.self)
        guard !name.isEmpty else { throw .unexpected("an element without a name", offset: offset) }
        if closesItself { pendingEnd = name }
        return isEnd ? .end(name) : .start(name)
    }

    /// What stands before the tag's `>`; one inside a quoted attribute does not end it.
    private mutating func tagBytes() throws(XMLError) -> ArraySlice<UInt8> {
        let start = offset
        var quote: UInt8?
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return bytes[start..<offset - 1]
            }
        }
        throw .endsInside("a tag")
    }

    private mutating func text() throws(XMLError) -> String {
        var decoded: [UInt8] = []
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "<") {
            if bytes[offset] == UInt8(ascii: "&") {
                decoded += try entity()
            } else {
                decoded.append(bytes[offset])
                offset += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// The five entities of XML itself, and characters by number.
    private mutating func entity() throws(XMLError) -> [UInt8] {
        let start = offset
        offset += 1
        let name = String(decoding: try take(until: ";", inside: "an entity"), as: UTF8.self)
        switch name {
        case "amp": return Array("&".utf8)
        case "lt": return Array("<".utf8)
        case "gt": return Array(">".utf8)
        case "quot": return Array("\"".utf8)
        case "apos": return Array("'".utf8)
        default:
            let isHexadecimal = name.hasPrefix("#x")
            let number = UInt32(name.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10)
            guard name.hasPrefix("#"), let scalar = number.flatMap(UnicodeScalar.init) else {
                throw .unexpected("an unknown entity", offset: start)
            }
            return Array(String(Character(scalar)).utf8)
        }
    }

    private mutating func skip(_ mark: String) -> Bool {
        guard bytes[offset...].starts(with: mark.utf8) else { return false }
        offset += mark.utf8.count
        return true
    }

    @discardableResult
    private mutating func take(until mark: String, inside place: String) throws(XMLError) -> ArraySlice<UInt8> {
        let start = offset
        while offset < bytes.count {
            if bytes[offset...].starts(with: mark.utf8) {
                defer { offset += mark.utf8.count }
                return bytes[start..<offset]
            }
            offset += 1
        }
        throw .endsInside(place)
    }
}

extension UInt8 {
    fileprivate var isXMLSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}
