extension String {
    /// The URI encoding that Signature Version 4 asks for: all but `A-Z a-z 0-9 - . _ ~` becomes `%XX` by UTF-8 byte.
    ///
    /// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
    package func uriEncoded(keepingSlashes: Bool = false) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(utf8.count)
        for byte in utf8 {
            if byte.isUnreserved || (keepingSlashes && byte == UInt8(ascii: "/")) {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), Self.upperDigits[Int(byte >> 4)], Self.upperDigits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Undoes S3's `encoding-type=url`, which writes a space as `+`. A `%` without two digits stands for itself.
    var uriDecoded: String {
        var decoded: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(hexadecimal: rest.prefix(2)) {
                decoded.append(value)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static let upperDigits = Array("0123456789ABCDEF".utf8)
}

extension UInt8 {
    /// https://www.rfc-editor.org/rfc/rfc3986#section-2.3
    fileprivate var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~".utf8.contains(self)
        }
    }

    fileprivate init?(hexadecimal digits: Substring.UTF8View) {
        guard digits.count == 2, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else { return nil }
        self.init(String(Substring(digits)), radix: 16)
    }
}

/// The query of a URL from names and values as they are meant, encoded in the order given.
func encodedQuery(_ items: [(name: String, value: String)]) -> String {
    items.map { "\($0.name.uriEncoded())=\($0.value.uriEncoded())" }.joined(separator: "&")
}
