import AWSProtocol
import Foundation

/// What a seed file asks for, checked before anything is made (docs/control.md shows one).
struct Seed: Sendable {
    struct Queue: Sendable {
        let name: String
        let attributes: JSONObject
        /// Each with `MessageBody` and what else SendMessage takes.
        let messages: [JSONObject]
    }

    struct Table: Sendable {
        let name: String
        /// The members of CreateTable.
        let definition: JSONObject
        let items: [JSONValue]
    }

    struct Bucket: Sendable {
        let name: String
        let objects: [Object]
    }

    struct Object: Sendable {
        let key: String
        let content: Content
        let contentType: String?
        let metadata: [(name: String, value: String)]
    }

    enum Content: Sendable {
        case bytes([UInt8])
        case file(String)
    }

    let account: String
    let region: String
    let queues: [Queue]
    let tables: [Table]
    let buckets: [Bucket]

    /// - Parameter folder: where relative names of files begin.
    /// - Throws: `ControlError.seed`, with the place in the document.
    init(_ document: JSONValue, folder: String) throws {
        do {
            let root = try SeedReader(document).object(["account", "region", "queues", "tables", "buckets"])
            account = try root.text("account") ?? "000000000000"
            guard account.utf8.count == 12, account.utf8.allSatisfy({ 48...57 ~= $0 }) else {
                throw SeedError.wrong("account", "is no account: twelve digits")
            }
            region = try root.text("region") ?? "us-east-1"
            queues = try root.list("queues").map(Self.queue)
            tables = try root.list("tables").map(Self.table)
            buckets = try root.list("buckets").map { try Self.bucket($0, folder) }
        } catch let error as SeedError {
            throw ControlError.seed(error)
        }
    }

    private static func queue(_ reader: SeedReader) throws(SeedError) -> Queue {
        let reader = try reader.object(["name", "attributes", "messages"])
        var messages: [JSONObject] = []
        for message in try reader.list("messages") {
            guard let members = message.value.object, members["MessageBody"]?.string != nil else {
                throw .wrong(message.path, "has no MessageBody")
            }
            messages.append(members)
        }
        return Queue(
            name: try reader.required("name"), attributes: reader.value["attributes"]?.object ?? [:], messages: messages
        )
    }

    private static func table(_ reader: SeedReader) throws(SeedError) -> Table {
        guard var definition = reader.value.object else { throw .wrong(reader.path, "is no object") }
        let items = try reader.list("Items")
        for item in items where item.value.object == nil { throw .wrong(item.path, "is no item") }
        definition["Items"] = nil
        return Table(name: try reader.required("TableName"), definition: definition, items: items.map(\.value))
    }

    private static func bucket(_ reader: SeedReader, _ folder: String) throws(SeedError) -> Bucket {
        let reader = try reader.object(["name", "objects"])
        var objects: [Object] = []
        for object in try reader.list("objects") { objects.append(try Self.object(object, folder)) }
        return Bucket(name: try reader.required("name"), objects: objects)
    }

    private static func object(_ reader: SeedReader, _ folder: String) throws(SeedError) -> Object {
        let reader = try reader.object(["key", "text", "base64", "file", "content_type", "metadata"])
        let given = try (reader.text("text"), reader.text("base64"), reader.text("file"))
        let content: Content
        switch given {
        case (let text?, nil, nil): content = .bytes(Array(text.utf8))
        case (nil, let base64?, nil):
            guard let data = Data(base64Encoded: base64) else { throw .wrong("\(reader.path).base64", "is no base64") }
            content = .bytes(Array(data))
        case (nil, nil, let file?):
            let path = URL(filePath: file, relativeTo: URL(filePath: folder, directoryHint: .isDirectory)).path
            guard FileManager.default.isReadableFile(atPath: path) else {
                throw .wrong("\(reader.path).file", "cannot be read: \(path)")
            }
            content = .file(path)
        default: throw .wrong(reader.path, "wants one of 'text', 'base64' and 'file'")
        }
        var metadata: [(String, String)] = []
        for member in reader.value["metadata"]?.object?.members ?? [] {
            guard let value = member.value.string else { throw .wrong("\(reader.path).metadata", "holds texts only") }
            metadata.append((member.name, value))
        }
        return Object(
            key: try reader.required("key"), content: content, contentType: try reader.text("content_type"),
            metadata: metadata)
    }
}

/// A part of a seed document, and where it stands.
private struct SeedReader {
    let value: JSONValue
    let path: String

    init(_ value: JSONValue, _ path: String = "the seed") {
        self.value = value
        self.path = path
    }

    /// - Throws: when this is no object, or has a member of another name: most often a slip of the pen.
    func object(_ names: Set<String>) throws(SeedError) -> SeedReader {
        guard let object = value.object else { throw .wrong(path, "is no object") }
        if let unknown = object.members.first(where: { !names.contains($0.name) }) {
            throw .wrong(
                path, "has the member '\(unknown.name)'; it may have \(names.sorted().joined(separator: ", "))")
        }
        return self
    }

    func text(_ name: String) throws(SeedError) -> String? {
        guard let member = value[name] else { return nil }
        guard let text = member.string else { throw .wrong("\(path).\(name)", "is no text") }
        return text
    }

    func required(_ name: String) throws(SeedError) -> String {
        guard let text = try text(name), !text.isEmpty else { throw .wrong(path, "has no '\(name)'") }
        return text
    }

    func list(_ name: String) throws(SeedError) -> [SeedReader] {
        guard let member = value[name] else { return [] }
        guard let values = member.array else { throw .wrong("\(path).\(name)", "is no list") }
        return values.enumerated().map { SeedReader($0.element, "\(name)[\($0.offset)]") }
    }
}

/// Why a seed was refused.
enum SeedError: Error, Equatable, CustomStringConvertible {
    case wrong(String, String)
    case taken(String)
    case refused(String, String)

    var description: String {
        switch self {
        case .wrong(let place, let what): "\(place) \(what). Nothing was made; docs/control.md shows a seed."
        case .taken(let what):
            "There is a \(what) already. Nothing was made; begin with `rivulet-local reset`, or choose another name."
        case .refused(let what, let answer):
            "\(what) was refused: \(answer). What stands before it in the seed was made; mend it, and begin with "
                + "`rivulet-local reset`."
        }
    }
}
