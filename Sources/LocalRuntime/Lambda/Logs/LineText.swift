import AWSProtocol

/// A line put together of bytes: there are several for each invocation, and a string for each of their pieces costs more than
/// all the rest of them.
struct LineText {
    private var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(256)
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func add(_ text: String) {
        bytes.append(text: text)
    }

    /// - Parameter number: not below zero.
    mutating func add(_ number: Int64) {
        let start = bytes.count
        var rest = number
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    /// A decimal fraction with two digits.
    mutating func add(hundredths value: Int64, per unit: Int64) {
        let hundredths = (value * 100 + unit / 2) / unit
        add(hundredths / 100)
        add(hundredths % 100 < 10 ? ".0" : ".")
        add(hundredths % 100)
    }
}
