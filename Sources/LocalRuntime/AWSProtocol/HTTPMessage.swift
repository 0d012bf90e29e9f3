/// Header fields in order of arrival; names compare without regard to case.
package struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    package struct Field: Sendable, Equatable {
        package var name: String
        package var value: String
    }

    package private(set) var fields: [Field] = []

    package init() {}

    /// None yet, with room for so many.
    package init(room: Int) {
        fields.reserveCapacity(room)
    }

    package init(dictionaryLiteral pairs: (String, String)...) {
        fields = pairs.map { Field(name: $0.0, value: $0.1) }
    }

    package mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// The first field of that name; assigning replaces all of them, nil removes them.
    package subscript(name: String) -> String? {
        get { fields.first { $0.name.equalsIgnoringASCIICase(name) }?.value }
        set {
            fields.removeAll { $0.name.equalsIgnoringASCIICase(name) }
            if let newValue { add(name, newValue) }
        }
    }
}

extension [UInt8] {
    /// Appends the UTF-8 of a text, in one piece.
    package mutating func append(text: String) {
        var text = text
        text.withUTF8 { append(contentsOf: $0) }
    }
}

extension String {
    /// Whether both hold the same bytes but for A-Z against a-z.
    package func equalsIgnoringASCIICase(_ other: String) -> Bool {
        func lower(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 0x20 : byte }
        guard utf8.count == other.utf8.count else { return false }
        let isSame = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in
                left.indices.allSatisfy { left[$0] == right[$0] || lower(left[$0]) == lower(right[$0]) }
            }
        }
        return (isSame ?? nil) ?? zip(utf8, other.utf8).allSatisfy { lower($0) == lower($1) }
    }
}

/// A request as it came, before any service has looked at it.
package struct HTTPRequest: Sendable {
    package var method: String
    /// Path as sent, still percent-encoded.
    package var path: String
    /// Query as sent, without the `?`; empty when there is none.
    package var query: String
    package var headers: HTTPHeaders
    package var body: HTTPBody

    package init(
        method: String, path: String, query: String = "", headers: HTTPHeaders = [:], body: HTTPBody = .bytes([])
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}

/// A request body: whole, or in pieces as they arrive.
package enum HTTPBody: Sendable {
    case bytes([UInt8])
    /// Gives the next piece, nil at the end; read once.
    case stream(@Sendable () async throws -> [UInt8]?)

    /// The whole body.
    ///
    /// - Throws: `BodyTooLarge` as soon as more than `limit` bytes have come.
    package func collect(upTo limit: Int) async throws -> [UInt8] {
        switch self {
        case .bytes(let bytes):
            guard bytes.count <= limit else { throw BodyTooLarge(limit: limit) }
            return bytes
        case .stream(let next):
            var whole: [UInt8] = []
            while let piece = try await next() {
                whole.isEmpty ? whole = piece : whole.append(contentsOf: piece)
                guard whole.count <= limit else { throw BodyTooLarge(limit: limit) }
            }
            return whole
        }
    }

    /// The next piece of a stream, or the bytes once; for those who never hold the whole body.
    package func forEachPiece(_ use: ([UInt8]) async throws -> Void) async throws {
        switch self {
        case .bytes(let bytes): if !bytes.isEmpty { try await use(bytes) }
        case .stream(let next): while let piece = try await next() { try await use(piece) }
        }
    }
}

/// A request body went past its limit in bytes.
package struct BodyTooLarge: Error, Equatable {
    package let limit: Int
}

/// An answer ready for the wire.
package struct HTTPResponse: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// `length` bytes of a file from `offset` on; the server reads it in pieces.
        case file(path: String, offset: Int64, length: Int64)
        /// The first bytes of a body of `length`, and then the end of the connection: an answer that never becomes whole.
        case cut([UInt8], length: Int64)
        /// The length a body would have, with none sent: the answer to HEAD.
        case absent(length: Int64)
    }

    package var status: Int
    package var headers: HTTPHeaders
    package var body: Body

    package init(status: Int = 200, headers: HTTPHeaders = [:], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The bytes of an in-memory body; empty for the other kinds.
    package var bytes: [UInt8] {
        if case .bytes(let bytes) = body { bytes } else { [] }
    }
}
