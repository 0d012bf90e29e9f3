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

    /// An empty list bears the name of all: `Entries=`.
    private static let emptyLists = Set(lists.values)

    let members: JSONObject

    init(_ pairs: [(name: String, value: String)]) {
        members = Self.members(of: FormTree(pairs))
    }

    private static func members(of node: FormTree) -> JSONObject {
        var members = JSONObject()
        for child in node.children {
            if let list = lists[child.name] {
                members.append(list, .array(branches(of: child.node).map(value)))
            } else if let map = maps[child.name] {
                members.append(
                    map.member, .object(JSONObject(branches(of: child.node).compactMap { entry(of: $0, map) })))
            } else if child.node.children.isEmpty, child.node.text == "", emptyLists.contains(child.name) {
                members.append(child.name, .array([]))
            } else {
                members.append(child.name, value(of: child.node))
            }
        }
        return members
    }

    /// A list of one may leave its number out.
    private static func branches(of node: FormTree) -> [FormTree] {
        let numbered = node.numbered
        return numbered.isEmpty ? [node] : numbered
    }

    private static func entry(
        of node: FormTree, _ map: (member: String, key: String, value: String)
    ) -> (String, JSONValue)? {
        guard let key = node[map.key]?.text else { return nil }
        return (key, node[map.value].map(value) ?? .string(""))
    }

    private static func value(of node: FormTree) -> JSONValue {
        node.children.isEmpty ? .string(node.text ?? "") : .object(members(of: node))
    }
}
