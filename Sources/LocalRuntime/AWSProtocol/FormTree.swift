/// A Query form as the tree that its names spell: `Tags.member.1.Key=a` is a path of four branches. What a numbered branch
/// stands for differs from service to service.
/// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#x-www-form-urlencoded-serialization
package final class FormTree {
    /// Deeper than any form of AWS's.
    private static let depth = 12

    /// The value that was given to this very name.
    package private(set) var text: String?
    /// In the order in which the form first names them.
    package private(set) var children: [(name: String, node: FormTree)] = []

    private init() {}

    package init(_ pairs: [(name: String, value: String)]) {
        for pair in pairs {
            pair.name.split(separator: ".", maxSplits: Self.depth, omittingEmptySubsequences: false)
                .reduce(self) { $0.branch($1) }.text = pair.value
        }
    }

    /// The branch of that name.
    package subscript(name: String) -> FormTree? {
        children.first { $0.name == name }?.node
    }

    /// The branches `1`, `2`, … by their numbers.
    package var numbered: [FormTree] {
        children.compactMap { child in Int(child.name).map { ($0, child.node) } }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    private func branch(_ name: Substring) -> FormTree {
        if let known = children.first(where: { $0.name == name }) { return known.node }
        let node = FormTree()
        children.append((String(name), node))
        return node
    }
}
