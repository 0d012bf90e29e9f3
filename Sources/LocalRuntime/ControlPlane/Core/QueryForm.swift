import AWSProtocol

/// A Query form as the JSON protocols would have sent it: `Tags.member.1.Key=a` is `{"Tags": [{"Key": "a"}]}`, and
/// `Attributes.entry.1.key=a&Attributes.entry.1.value=b` is `{"Attributes": {"a": "b"}}`.
struct QueryForm {
    let members: JSONObject

    init(_ pairs: [(name: String, value: String)]) {
        members = Self.members(of: FormTree(pairs))
    }

    private static func members(of node: FormTree) -> JSONObject {
        JSONObject(node.children.map { ($0.name, value(of: $0.node)) })
    }

    private static func value(of node: FormTree) -> JSONValue {
        guard let first = node.children.first else { return .string(node.text ?? "") }
        switch first.name {
        case "member": return .array(first.node.numbered.map(value))
        case "entry": return .object(JSONObject(first.node.numbered.compactMap(entry)))
        default: return .object(members(of: node))
        }
    }

    /// SNS calls the parts of an entry `key` and `value`, and those of a message attribute `Name` and `Value`.
    private static func entry(of node: FormTree) -> (String, JSONValue)? {
        let parts = members(of: node)
        return (parts["key"] ?? parts["Name"])?.string.map { ($0, parts["value"] ?? parts["Value"] ?? "") }
    }
}

/// An answer in the Query protocol's XML.
enum QueryAnswer {
    /// A list becomes `<member>` elements. The list called `entry`, which spells a map, stands for its elements itself.
    static func element(_ name: String, _ value: JSONValue) -> XMLElement {
        switch value {
        case .array(let items): XMLElement(name, items.map { element("member", $0) })
        case .object(let object):
            XMLElement(
                name,
                object.members.flatMap { member -> [XMLElement] in
                    guard member.name == "entry", let entries = member.value.array else {
                        return [element(member.name, member.value)]
                    }
                    return entries.map { element("entry", $0) }
                })
        case .string(let text), .number(let text): XMLElement(name, text)
        case .bool(let value): XMLElement(name, value ? "true" : "false")
        case .null: XMLElement(name, "")
        }
    }
}

extension JSONValue {
    /// A map in the Query protocol's spelling: `<entry><key>…</key><value>…</value></entry>`.
    static func queryMap(_ members: JSONObject) -> JSONValue {
        ["entry": .array(members.members.map { ["key": .string($0.name), "value": $0.value] })]
    }
}
