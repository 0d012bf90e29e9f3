/// One entry of a bucket's notification configuration: which events go where.
struct EventRoute: Sendable {
    let id: String
    /// Of a queue or a function.
    let arn: String
    let isQueue: Bool
    private let events: [String]
    private let prefix: [UInt8]
    private let suffix: [UInt8]

    /// Reads the routes of a document that was checked when it was put.
    static func routes(in document: ConfigurationDocument) throws -> [EventRoute] {
        try XMLReader.read(Array(document.text.utf8)).children.compactMap(EventRoute.init)
    }

    init?(_ node: XMLNode) {
        guard let arn = node.text(of: "Queue") ?? node.text(of: "CloudFunction"), let id = node.text(of: "Id") else {
            return nil
        }
        self.id = id
        self.arn = arn
        isQueue = node.name == "QueueConfiguration"
        events = node.all("Event").map(\.text)
        let rules = node["Filter"]?["S3Key"]?.all("FilterRule") ?? []
        func value(_ name: String) -> [UInt8] {
            Array((rules.first { $0.text(of: "Name")?.lowercased() == name }?.text(of: "Value") ?? "").utf8)
        }
        prefix = value("prefix")
        suffix = value("suffix")
    }

    var isFiltered: Bool { !prefix.isEmpty || !suffix.isEmpty }

    /// Whether there can be an event that both take; S3 lets no two entries of a bucket do so.
    func overlaps(_ other: EventRoute) -> Bool {
        let sharesEvent = events.contains { event in
            other.events.contains { Self.covers(event, $0) || Self.covers($0, event) }
        }
        let sharesPrefix = prefix.starts(with: other.prefix) || other.prefix.starts(with: prefix)
        let (end, otherEnd) = (suffix.reversed(), other.suffix.reversed())
        return sharesEvent && sharesPrefix && (end.starts(with: otherEnd) || otherEnd.starts(with: end))
    }

    /// Whether a name, perhaps with a star at its end, means another.
    private static func covers(_ pattern: String, _ name: String) -> Bool {
        pattern == name || (pattern.hasSuffix("*") && name.hasPrefix(pattern.dropLast()))
    }

    func takes(_ event: ObjectEvent) -> Bool {
        let name = "s3:\(event.kind.rawValue)"
        let isNamed = events.contains { Self.covers($0, name) }
        return isNamed && event.key.hasPrefix(prefix) && event.key.bytes.suffix(suffix.count) == suffix[...]
    }
}
