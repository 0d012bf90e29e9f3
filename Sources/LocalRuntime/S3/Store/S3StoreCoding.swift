import AWSProtocol
import EmulatorClock
import Foundation
import GRDB

/// Values in columns and back.
extension ObjectKey: DatabaseValueConvertible {
    var databaseValue: DatabaseValue { Data(bytes).databaseValue }

    static func fromDatabaseValue(_ value: DatabaseValue) -> ObjectKey? {
        Data.fromDatabaseValue(value).map { ObjectKey(bytes: $0) }
    }
}

extension Timestamp {
    init(column value: Int64) {
        self.init(milliseconds: value)
    }
}

extension ObjectAttributes {
    var column: String {
        var object: JSONObject = ["class": .string(storageClass)]
        if !headers.isEmpty { object.append("headers", Self.json(headers)) }
        if !metadata.isEmpty { object.append("metadata", Self.json(metadata)) }
        return JSONValue.object(object).text
    }

    init(column text: String) throws {
        let value = try JSONValue(parsing: text)
        headers = Self.dictionary(value["headers"])
        metadata = Self.dictionary(value["metadata"])
        storageClass = value["class"]?.string ?? "STANDARD"
    }

    private static func json(_ fields: [String: String]) -> JSONValue {
        .object(JSONObject(fields.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }

    private static func dictionary(_ value: JSONValue?) -> [String: String] {
        let members = value?.object?.members ?? []
        return Dictionary(members.map { ($0.name, $0.value.string ?? "") }) { _, last in last }
    }
}

extension [Tag] {
    var column: String {
        JSONValue.array(map { .array([.string($0.key), .string($0.value)]) }).text
    }

    init(column text: String) throws {
        self = try Self.rows(text).map { Tag(key: $0[0].string ?? "", value: $0[1].string ?? "") }
    }

    fileprivate static func rows(_ text: String) throws -> [[JSONValue]] {
        text == "[]" ? [] : (try JSONValue(parsing: text).array ?? []).compactMap(\.array)
    }
}

extension [PartSummary] {
    var column: String {
        let rows = map { part in
            [.integer(part.number), .integer(part.size_bytes)] + (part.checksum.map { [JSONValue.string($0)] } ?? [])
        }
        return JSONValue.array(rows.map(JSONValue.array)).text
    }

    init(column text: String) throws {
        self = try [Tag].rows(text).map { row in
            PartSummary(
                number: row[0].integer ?? 0, size_bytes: Int64(row[1].integer ?? 0),
                checksum: row.count > 2 ? row[2].string : nil)
        }
    }
}

extension StoredBody {
    /// The two columns of a body, of which one is NULL.
    var columns: (file: String?, bytes: Data?) {
        switch self {
        case .inline(let bytes): (nil, Data(bytes))
        case .file(let file): (file.name, nil)
        }
    }

    init(_ row: Row) {
        if let name: String = row["body_file"] {
            self = .file(BodyFile(name: name))
        } else {
            self = .inline(Array((row["body"] as Data?) ?? Data()))
        }
    }
}

extension ObjectChecksum {
    init?(_ row: Row) {
        guard let algorithm = (row["checksum_algorithm"] as String?).flatMap(ChecksumAlgorithm.init),
            let type = (row["checksum_type"] as String?).flatMap(ChecksumType.init),
            let value: String = row["checksum"]
        else { return nil }
        self.init(algorithm: algorithm, type: type, value: value)
    }
}
