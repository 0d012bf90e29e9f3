import AWSProtocol

/// A Query form read into the members that the JSON protocol would have sent.
///
/// `MessageAttribute.1.Value.StringValue=x` is a path into a tree. Its numbered branches are flat lists or maps, which
/// bear in the form the name of one member and in JSON the name of all.
struct SQSForm {
    /// How a map is spelled: `Attribute.1.Name=…&Attribute.1.Value=…` is the member `Attributes`.
    static let maps: [String: (member: String, key: String, value: String)] = [
        "Attribute": ("Attributes", "Name", "Value"),
        "MessageAttribute": ("MessageAttributes", "Name", "Value"),
        "MessageSystemAttribute": ("MessageSystemAttributes", "Name", "Value"),
        "Tag": ("Tags", "Key", "Value"),
    ]

    /// How a list is spelled: `AttributeName.1=All` is the member `AttributeNames`.
    private static let lists: [String: String] = [
        "AttributeName": "AttributeNames",
        "MessageAttributeName": "MessageAttributeNames",
        "MessageSystemAttributeName": "MessageSystemAttributeNames",
        "TagKey": "TagKeys",
        "AWSAccountId": "AWSAccountIds",
        "ActionName": "Actions",
        "SendMessageBatchRequestEntry": "Entries",
        "DeleteMessageBatchRequestEntry": "Entries",
        "ChangeMessageVisibilityBatchRequestEntry": "Entries",
    ]

    private final class Node {
        var text: String?
        var children: [(name: String, node: Node)] = []

        func child(_ name: Substring) -> Node {
            if let known = children.first(where: { $0.name == name }) { return known.node }
            let node = Node()
            children.append((String(name), node))
            return node
        }

        /// The branches `1`, `2`, …; a list of one may leave its number out.
        var numbered: [Node] {
            let numbered = children.compactMap { child in Int(child.name).map { ($0, child.node) } }
            return numbered.isEmpty ? [self] : numbered.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    let members: JSONObject

    init(_ pairs: [(name: String, value: String)]) {
        let root = Node()
        for pair in pairs {
            pair.name.split(separator: ".").prefix(8).reduce(root) { $0.child($1) }.text = pair.value
        }
        members = Self.members(of: root)
    }

    private static func members(of node: Node) -> JSONObject {
        var members = JSONObject()
        for child in node.children {
            if let list = lists[child.name] {
                members.append(list, .array(child.node.numbered.map(value)))
            } else if let map = maps[child.name] {
                members.append(map.member, .object(JSONObject(child.node.numbered.compactMap { entry(of: $0, map) })))
            } else {
                members.append(child.name, value(of: child.node))
            }
        }
        return members
    }

    private static func entry(
        of node: Node, _ map: (member: String, key: String, value: String)
    ) -> (String, JSONValue)? {
        guard let key = node.children.first(where: { $0.name == map.key })?.node.text else { return nil }
        let value = node.children.first { $0.name == map.value }?.node
        return (key, value.map { Self.value(of: $0) } ?? .string(""))
    }

    private static func value(of node: Node) -> JSONValue {
        node.children.isEmpty ? .string(node.text ?? "") : .object(members(of: node))
    }
}
