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
        var header = header
        let fields = header.withUTF8(Fields.init)
        guard let root = fields.root else { return nil }
        self.root = root
        parent = fields.parent
        isSampled = fields.isSampled
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
        var header = "Root="
        header.reserveCapacity(96)
        header += root
        if let parent {
            header += ";Parent="
            header += parent
        }
        header += isSampled ? ";Sampled=1" : ";Sampled=0"
        return header
    }

    /// The same trace, as whatever a span of it calls is told.
    package func under(_ span: SpanID) -> TraceContext {
        var context = self
        context.parent = span.text
        return context
    }

    private static func begun(at instant: Timestamp, _ bits: String) -> TraceContext {
        var root = "1-"
        root.reserveCapacity(35)
        root += hex(UInt64(UInt32(truncatingIfNeeded: instant.seconds)), 8)
        root += "-"
        root += bits
        return TraceContext(root: root)
    }

    /// The lowest bits of a number, four a digit.
    fileprivate static func hex(_ number: UInt64, _ digits: Int) -> String {
        String(unsafeUninitializedCapacity: digits) { text in
            var rest = number
            for place in stride(from: digits - 1, through: 0, by: -1) {
                let digit = UInt8(rest & 15)
                text[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                rest >>= 4
            }
            return digits
        }
    }
}

/// The fields of a tracing header. Every request that names a trace is read so, and every invocation: hence by bytes.
private struct Fields {
    private typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

    var root: String?
    var parent: String?
    var isSampled = true

    init(_ header: UnsafeBufferPointer<UInt8>) {
        var start = 0
        while start < header.count {
            let end = header[start...].firstIndex(of: UInt8(ascii: ";")) ?? header.count
            take(header[start..<end])
            start = end + 1
        }
    }

    private mutating func take(_ field: Bytes) {
        guard let equals = field.firstIndex(of: UInt8(ascii: "=")) else { return }
        let name = field[..<equals].drop { $0 == UInt8(ascii: " ") }
        let value = field[(equals + 1)...]
        if Self.isEqual(name, "Root") {
            root = Self.plain(value)
        } else if Self.isEqual(name, "Parent") {
            parent = Self.plain(value)
        } else if Self.isEqual(name, "Sampled") {
            isSampled = !Self.isEqual(value, "0")
        }
    }

    private static func isEqual(_ bytes: Bytes, _ text: StaticString) -> Bool {
        bytes.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// nil for what is no row of letters, digits and hyphens.
    private static func plain(_ bytes: Bytes) -> String? {
        let isPlain = bytes.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || byte == UInt8(ascii: "-")
        }
        return isPlain && (1...64).contains(bytes.count) ? String(decoding: bytes, as: UTF8.self) : nil
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
        SpanID(text: TraceContext.hex(RandomWords.pair().0, 16))
    }

    /// The id of whatever bears that name; for a span whose id must be known before it is over.
    package static func of(_ name: String) -> SpanID {
        SpanID(text: String(Hex.encode(Digest.of(name, .sha256)).prefix(16)))
    }
}
