package import AWSProtocol

/// The spans of a trace as they hang together.
package struct TraceTree: Sendable {
    package struct Node: Sendable {
        package let span: Span
        package let children: [Node]
    }

    /// What was called from outside, in the order in which it began: also a span whose parent was not recorded, or is not
    /// over yet.
    package let roots: [Node]

    /// What hangs deeper hangs side by side: functions that call each other in a ring make chains of thousands.
    private static let deepest = 64

    /// - Parameter spans: of one trace.
    package init(_ spans: [Span]) {
        let sorted = spans.sorted { ($0.began, $0.order) < ($1.began, $1.order) }
        let known = Set(sorted.map(\.id))
        var children: [String: [Span]] = [:]
        var roots: [Span] = []
        for span in sorted {
            if let parent = span.parent, parent != span.id, known.contains(parent) {
                children[parent, default: []].append(span)
            } else {
                roots.append(span)
            }
        }
        var left = children
        var nodes = roots.map { Self.node($0, &left, depth: 0) }
        // A ring of parents hangs nowhere; headers are whatever a client sends.
        while let lost = sorted.first(where: { span in left.values.contains { $0.contains(span) } }) {
            left = left.mapValues { $0.filter { $0 != lost } }.filter { !$0.value.isEmpty }
            nodes.append(Self.node(lost, &left, depth: 0))
        }
        self.roots = nodes
    }

    /// Every span after its parent, with its depth.
    package var rows: [(depth: Int, span: Span)] {
        func rows(_ node: Node, _ depth: Int) -> [(depth: Int, span: Span)] {
            [(depth, node.span)] + node.children.flatMap { rows($0, depth + 1) }
        }
        return roots.flatMap { rows($0, 0) }
    }

    private static func node(_ span: Span, _ left: inout [String: [Span]], depth: Int) -> Node {
        var children = left.removeValue(forKey: span.id) ?? []
        guard depth == deepest - 1 else {
            return Node(span: span, children: children.map { node($0, &left, depth: depth + 1) })
        }
        var index = 0
        while index < children.count {
            children += left.removeValue(forKey: children[index].id) ?? []
            index += 1
        }
        return Node(span: span, children: children.map { Node(span: $0, children: []) })
    }
}
