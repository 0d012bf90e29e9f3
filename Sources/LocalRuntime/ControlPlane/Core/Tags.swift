import AWSProtocol

/// Tags as a map in order, under `tags` of a record; they stand apart from what the service answers with.
struct Tags: Sendable {
    private(set) var values: JSONObject

    static let member = "tags"

    /// AWS's bound on a resource. https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
    private static let limit = 50

    init(of record: JSONObject) {
        values = record[Self.member]?.object ?? [:]
    }

    /// Reads `[{"Key": …, "Value": …}]`.
    init(list: JSONValue?) {
        values = [:]
        for tag in list?.array ?? [] {
            if let key = tag["Key"]?.string { values[key] = tag["Value"] ?? "" }
        }
    }

    /// Reads `{"key": "value"}`.
    init(map: JSONValue?) {
        values = map?.object ?? [:]
    }

    var list: JSONValue {
        .array(values.members.map { ["Key": .string($0.name), "Value": $0.value] })
    }

    var map: JSONValue { .object(values) }

    /// The record with these tags added to its own.
    func added(to record: JSONObject, tooMany: any ServiceError) throws -> JSONObject {
        var tags = Tags(of: record)
        values.members.forEach { tags.values[$0.name] = $0.value }
        guard tags.values.members.count <= Self.limit else { throw tooMany }
        var record = record
        record[Self.member] = tags.map
        return record
    }

    static func removed(_ keys: [String], from record: JSONObject) -> JSONObject {
        var tags = Tags(of: record)
        keys.forEach { tags.values[$0] = nil }
        var record = record
        record[Self.member] = tags.map
        return record
    }
}

extension JSONObject {
    /// The record as the service answers with it, without what is ours.
    func without(_ names: String...) -> JSONObject {
        var object = self
        names.forEach { object[$0] = nil }
        return object
    }

    /// This object with the other's members in place of its own.
    func merging(_ other: JSONObject) -> JSONObject {
        var object = self
        other.members.forEach { object[$0.name] = $0.value }
        return object
    }
}
