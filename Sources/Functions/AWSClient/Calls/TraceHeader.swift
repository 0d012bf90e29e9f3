#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The header by which a call from within a function belongs to the trace of its invocation. Every AWS SDK sends it, and
/// Lambda tells by it when functions call each other in a ring.
///
/// https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
struct TraceHeader: Sendable {
    static let name = "X-Amzn-Trace-Id"

    /// Read at each call: the runtime gives it a new value with each invocation.
    private let variable: @Sendable () -> String?

    /// - Parameter environment: outside a function, whose name it would hold, there is no header.
    init(
        _ environment: [String: String],
        variable: @escaping @Sendable () -> String? = { getenv("_X_AMZN_TRACE_ID").map { String(cString: $0) } }
    ) {
        let isFunction = environment["AWS_LAMBDA_FUNCTION_NAME"] != nil
        self.variable = { isFunction ? variable() : nil }
    }

    /// What is to be sent now; nil when the invocation is not traced.
    var value: String? {
        guard let text = variable(), !text.isEmpty else { return nil }
        let isPlain = text.utf8.allSatisfy(Self.isKept)
        return isPlain ? text : Self.encoded(text)
    }

    /// What may stand in the header as it is; the rest is percent-encoded.
    private static func isKept(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "-=;:+&[]{}\"',._~".utf8.contains(byte)
        }
    }

    private static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isKept(byte) {
                bytes.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
