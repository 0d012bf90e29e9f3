/// One request of the Helix API, as a value.
package protocol HelixEndpoint: Sendable {
    associatedtype Item: Decodable & Sendable
    /// Below the base address, with a leading slash.
    static var path: String { get }
    /// A name may come several times; Helix takes no comma lists.
    var query: [(name: String, value: String)] { get }
}

/// A request for items by their ids, 100 at most; those that Twitch does not know are missing from the answer.
package protocol HelixLookUp: HelixEndpoint {
    /// The parameter that comes once for each id.
    static var parameter: String { get }
    var ids: [String] { get }
}

extension HelixLookUp {
    package var query: [(name: String, value: String)] {
        ids.map { (Self.parameter, $0) }
    }
}

/// One answer: the items under `data`, and where the next page begins.
package struct HelixPage<Item: Decodable & Sendable>: Sendable {
    package let items: [Item]
    /// Nil at the end: Twitch says so with no `pagination`, an empty one, or an empty cursor.
    package let cursor: String?

    package init(items: [Item], cursor: String?) {
        self.items = items
        self.cursor = cursor
    }
}

extension HelixPage: Decodable {
    private enum Key: String, CodingKey {
        case data, pagination, cursor
    }

    /// Throws when `data` is no array: an answer without it is a fault of the server, not an empty list.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        items = try fields.decode([Item].self, forKey: .data)
        let pagination = try? fields.nestedContainer(keyedBy: Key.self, forKey: .pagination)
        let cursor = try? pagination?.decode(String.self, forKey: .cursor)
        self.cursor = cursor.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// The fields of one item, each read for itself: absent, null, or of another JSON type is nil and spoils no other.
/// An item that is no object has no fields.
struct HelixFields {
    private let container: KeyedDecodingContainer<Name>?

    init(_ decoder: any Decoder) {
        container = try? decoder.container(keyedBy: Name.self)
    }

    func string(_ name: String) -> String? {
        try? container?.decode(String.self, forKey: Name(stringValue: name))
    }

    func integer(_ name: String) -> Int64? {
        try? container?.decode(Int64.self, forKey: Name(stringValue: name))
    }

    func boolean(_ name: String) -> Bool? {
        try? container?.decode(Bool.self, forKey: Name(stringValue: name))
    }

    /// The elements that are no strings stay as nil, so that the list keeps its length.
    func strings(_ name: String) -> [String?]? {
        let elements = try? container?.decode([Element].self, forKey: Name(stringValue: name))
        return elements?.map(\.text)
    }

    private struct Element: Decodable {
        let text: String?

        init(from decoder: any Decoder) {
            text = try? decoder.singleValueContainer().decode(String.self)
        }
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) {
            nil
        }
    }
}

extension [(name: String, value: String)] {
    /// `name=value` pairs joined by `&`, for a query or a form body.
    var queryString: String {
        map { "\($0.name.percentEncoded)=\($0.value.percentEncoded)" }.joined(separator: "&")
    }
}

extension String {
    /// Everything but RFC 3986's unreserved characters as `%XX` of its UTF-8 bytes.
    var percentEncoded: String {
        var text = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += byte < 16 ? "%0" : "%"
                text += String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }
}
