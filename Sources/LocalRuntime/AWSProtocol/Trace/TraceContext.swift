package import EmulatorClock

/// Which trace a call belongs to, and what in it made the call: X-Ray's tracing header.
/// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
package struct TraceContext: Sendable, Hashable {
    /// `1-<seconds>-<96 bits>`, in hex.
    package var root: String
    /// The id of the span that made the call: 64 bits in hex.
    package var parent: String?
    /// Whether the trace is recorded: `Sampled=0` asks for none.
    package var isSampled = true

    package init(root: String, parent: String? = nil) {
        self.root = root
        self.parent = parent
    }

    /// Reads `Root=1-…;Parent=…;Sampled=1`; fields of other names are passed over. nil without a root, or with one that is
    /// no row of letters, digits and hyphens.
    package init?(_ header: String) {
        var root: Substring?
        for field in header.utf8.split(separator: UInt8(ascii: ";")) {
            guard let equals = field.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = Substring(field[..<equals].drop { $0 == UInt8(ascii: " ") })
            let value = Substring(field[field.index(after: equals)...])
            switch name {
            case "Root": root = value
            case "Parent": parent = Self.isPlain(value) ? String(value) : nil
            case "Sampled": isSampled = value != "0"
            default: break
            }
        }
        guard let root, Self.isPlain(root) else { return nil }
        self.root = String(root)
    }

    /// A new trace of that instant.
    package static func begun(at instant: Timestamp) -> TraceContext {
        let (first, second) = RandomWords.pair()
        return begun(at: instant, hex(first, 16) + hex(second >> 32, 8))
    }

    /// The one trace that begins at that instant with something that bears an id of its own: the same at every attempt.
    package static func begun(at instant: Timestamp, with id: String) -> TraceContext {
        begun(at: instant, String(Hex.encode(Digest.of(id, .sha256)).prefix(24)))
    }

    /// As it goes over the wire.
    package var header: String {
        let parent = parent.map { ";Parent=\($0)" } ?? ""
        return "Root=\(root)\(parent);Sampled=\(isSampled ? 1 : 0)"
    }

    /// The same trace, as whatever a span of it calls is told.
    package func under(_ span: SpanID) -> TraceContext {
        var context = self
        context.parent = span.text
        return context
    }

    private static func begun(at instant: Timestamp, _ bits: String) -> TraceContext {
        TraceContext(root: "1-\(hex(UInt64(UInt32(truncatingIfNeeded: instant.seconds)), 8))-\(bits)")
    }

    private static func hex(_ number: UInt64, _ digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: digits - text.utf8.count) + text
    }

    private static func isPlain(_ text: Substring) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
    }
}

/// The id of a span: 64 bits in hex, as X-Ray's segments have it.
/// https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
package struct SpanID: Sendable, Hashable {
    package let text: String

    package init(text: String) {
        self.text = text
    }

    package static func random() -> SpanID {
        let digits = String(RandomWords.pair().0, radix: 16)
        return SpanID(text: String(repeating: "0", count: 16 - digits.utf8.count) + digits)
    }

    /// The id of whatever bears that name; for a span whose id must be known before it is over.
    package static func of(_ name: String) -> SpanID {
        SpanID(text: String(Hex.encode(Digest.of(name, .sha256)).prefix(16)))
    }
}
