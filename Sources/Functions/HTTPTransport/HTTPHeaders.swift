/// Header fields in the order they were given; names compare without regard to case.
///
/// https://www.rfc-editor.org/rfc/rfc9110#section-5
package struct HTTPHeaders: Sendable, Equatable {
    /// Every field as a name and its value, repeated names included.
    package private(set) var pairs: [(name: String, value: String)]

    package init(_ pairs: [(name: String, value: String)] = []) {
        self.pairs = pairs
    }

    /// The first value of the field. Setting replaces every field of that name, setting nil removes them.
    package subscript(name: String) -> String? {
        get { pairs.first { $0.name.equalsIgnoringASCIICase(name) }?.value }
        set {
            pairs.removeAll { $0.name.equalsIgnoringASCIICase(name) }
            if let newValue { pairs.append((name, newValue)) }
        }
    }

    /// Appends a field and keeps those of the same name.
    package mutating func add(name: String, value: String) {
        pairs.append((name, value))
    }

    /// Equal when the same fields stand in the same order.
    package static func == (left: HTTPHeaders, right: HTTPHeaders) -> Bool {
        left.pairs.elementsEqual(right.pairs) { $0.name.equalsIgnoringASCIICase($1.name) && $0.value == $1.value }
    }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { (name: $0.0, value: $0.1) })
    }
}

extension String {
    /// Field names are ASCII, so no Unicode folding is needed.
    func equalsIgnoringASCIICase(_ other: String) -> Bool {
        utf8.elementsEqual(other.utf8) { $0.asciiLowercased == $1.asciiLowercased }
    }
}

extension UInt8 {
    var asciiLowercased: UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self
    }
}
