/// An element of a request's XML document: its text, or its children. Attributes and comments carry nothing that S3
/// reads.
struct XMLNode: Sendable, Equatable {
    /// Without a namespace's prefix.
    var name: String
    var text = ""
    var children: [XMLNode] = []

    /// The first child of a name.
    subscript(name: String) -> XMLNode? {
        children.first { $0.name == name }
    }

    func all(_ name: String) -> [XMLNode] {
        children.filter { $0.name == name }
    }

    /// Whether its children bear no other names, and each no more often than it may.
    func holdsOnly(_ most: [String: Int]) -> Bool {
        Dictionary(grouping: children, by: \.name).allSatisfy { $0.value.count <= most[$0.key] ?? 0 }
    }

    /// The text of the first child of a name.
    func text(of name: String) -> String? {
        self[name]?.text
    }
}

/// Reads the small, plain XML that clients send: elements, text, the five entities, character references, CDATA.
/// Document types are refused, and with them every entity of their own. https://www.w3.org/TR/xml/
struct XMLReader {
    private static let deepest = 32

    private let bytes: [UInt8]
    private var position = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// - Throws: `S3Error.malformedXML`
    static func read(_ bytes: [UInt8]) throws(S3Error) -> XMLNode {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .malformedXML }
        var reader = XMLReader(bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        try reader.skipMisc()
        guard reader.take("<"), let root = try reader.element(depth: 1) else { throw .malformedXML }
        try reader.skipMisc()
        guard reader.position == bytes.count else { throw .malformedXML }
        return root
    }

    /// An element whose `<` has been taken; nil never comes back for a first byte that can begin a name.
    private mutating func element(depth: Int) throws(S3Error) -> XMLNode? {
        guard depth <= Self.deepest else { throw .malformedXML }
        let name = try self.name()
        var node = XMLNode(name: Self.localName(name))
        guard try !attributes() else { return node }
        var text: [UInt8] = []
        while let byte = peek {
            if byte != UInt8(ascii: "<") {
                try takeText(into: &text)
            } else if take("<![CDATA[") {
                text += try bytes(upTo: "]]>")
            } else if take("<!--") {
                _ = try bytes(upTo: "-->")
            } else if take("<?") {
                _ = try bytes(upTo: "?>")
            } else if take("</") {
                guard try self.name() == name else { throw .malformedXML }
                skipBlanks()
                guard take(">") else { throw .malformedXML }
                node.text = node.children.isEmpty ? String(decoding: text, as: UTF8.self) : ""
                return node
            } else {
                position += 1
                guard let child = try element(depth: depth + 1) else { throw .malformedXML }
                node.children.append(child)
            }
        }
        throw .malformedXML
    }

    /// Skips the attributes of a start tag.
    ///
    /// - Returns: whether the tag closes its element at once.
    private mutating func attributes() throws(S3Error) -> Bool {
        while true {
            skipBlanks()
            if take("/>") { return true }
            if take(">") { return false }
            _ = try name()
            skipBlanks()
            guard take("=") else { throw .malformedXML }
            skipBlanks()
            guard let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
                throw .malformedXML
            }
            position += 1
            while let byte = peek, byte != quote {
                guard byte != UInt8(ascii: "<") else { throw .malformedXML }
                position += 1
            }
            guard peek == quote else { throw .malformedXML }
            position += 1
        }
    }

    private mutating func name() throws(S3Error) -> String {
        let start = position
        while let byte = peek, Self.isNameByte(byte) { position += 1 }
        guard position > start, !Self.cannotBegin(bytes[start]) else { throw .malformedXML }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Takes text up to the next `<`; line ends become one line feed, as XML has it.
    private mutating func takeText(into text: inout [UInt8]) throws(S3Error) {
        while let byte = peek, byte != UInt8(ascii: "<") {
            if byte == UInt8(ascii: "&") {
                try takeReference(into: &text)
            } else {
                position += 1
                guard byte >= 0x20 || byte == 9 || byte == 10 || byte == 13 else { throw .malformedXML }
                if byte == 13 {
                    if peek != 10 { text.append(10) }
                } else {
                    text.append(byte)
                }
            }
        }
    }

    private mutating func takeReference(into text: inout [UInt8]) throws(S3Error) {
        for (reference, character) in Self.entities where take(reference) {
            text.append(character)
            return
        }
        guard take("&#") else { throw .malformedXML }
        let radix = take("x") ? 16 : 10
        let start = position
        while let byte = peek, byte != UInt8(ascii: ";"), position - start < 8 { position += 1 }
        let digits = String(decoding: bytes[start..<position], as: UTF8.self)
        guard take(";"), digits.first?.isHexDigit == true, let value = UInt32(digits, radix: radix), value > 0,
            let scalar = Unicode.Scalar(value)
        else { throw .malformedXML }
        text.append(contentsOf: String(scalar).utf8)
    }

    /// Skips the declaration, comments and blanks around the root.
    private mutating func skipMisc() throws(S3Error) {
        while true {
            skipBlanks()
            if take("<?") {
                _ = try bytes(upTo: "?>")
            } else if take("<!--") {
                _ = try bytes(upTo: "-->")
            } else {
                return
            }
        }
    }

    private mutating func bytes(upTo end: String) throws(S3Error) -> ArraySlice<UInt8> {
        guard let range = bytes[position...].firstRange(of: Array(end.utf8)) else { throw .malformedXML }
        defer { position = range.upperBound }
        return bytes[position..<range.lowerBound]
    }

    private var peek: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let isThere = text.withUTF8Buffer { wanted in
            position + wanted.count <= bytes.count
                && bytes[position..<position + wanted.count].elementsEqual(wanted)
        }
        if isThere { position += text.utf8CodeUnitCount }
        return isThere
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 32 || byte == 9 || byte == 10 || byte == 13 { position += 1 }
    }

    private static let entities: [(StaticString, UInt8)] = [
        ("&amp;", UInt8(ascii: "&")), ("&lt;", UInt8(ascii: "<")), ("&gt;", UInt8(ascii: ">")),
        ("&quot;", UInt8(ascii: "\"")), ("&apos;", UInt8(ascii: "'")),
    ]

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, 45, 46, 58, 95, 0x80...: true
        default: false
        }
    }

    private static func cannotBegin(_ byte: UInt8) -> Bool {
        48...57 ~= byte || byte == 45 || byte == 46
    }

    private static func localName(_ name: String) -> String {
        name.split(separator: ":").last.map(String.init) ?? name
    }
}
