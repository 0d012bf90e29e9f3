/// The way to an attribute or into one: `pictures.front[2]`.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.Attributes.html
struct DocumentPath: Hashable, Sendable, CustomStringConvertible {
    enum Element: Hashable, Sendable {
        case name(Text)
        case index(Int)
    }

    /// The attribute of the item that the path starts at.
    let head: Text
    let rest: [Element]

    init(_ head: Text, _ rest: [Element] = []) {
        self.head = head
        self.rest = rest
    }

    var elements: [Element] { [.name(head)] + rest }
    var isNested: Bool { !rest.isEmpty }

    /// The path as AWS prints it: `[pictures, front, [2]]`.
    var description: String {
        let parts = elements.map { element in
            switch element {
            case .name(let name): name.string
            case .index(let index): "[\(index)]"
            }
        }
        return "[\(parts.joined(separator: ", "))]"
    }

    /// What lies at the path in an item.
    func value(in item: Item) -> AttributeValue? {
        var value = item[head]
        for element in rest {
            guard let inside = value else { return nil }
            value = inside.child(element)
        }
        return value
    }

    enum Relation {
        case apart
        /// One leads through the other's end, or both are the same.
        case overlapping
        /// One takes for a list what the other takes for a map.
        case conflicting
    }

    func relation(to other: DocumentPath) -> Relation {
        guard head == other.head else { return .apart }
        for (left, right) in zip(rest, other.rest) {
            switch (left, right) {
            case (.name(let left), .name(let right)): if left != right { return .apart }
            case (.index(let left), .index(let right)): if left != right { return .apart }
            default: return .conflicting
            }
        }
        return .overlapping
    }
}

extension AttributeValue {
    func child(_ element: DocumentPath.Element) -> AttributeValue? {
        switch (self, element) {
        case (.map(let map), .name(let name)): map[name]
        case (.list(let values), .index(let index)): index < values.count ? values[index] : nil
        default: nil
        }
    }

    /// Lets `body` change what lies at `path` below this value; nil when there is nothing.
    mutating func modify<Result>(
        _ path: ArraySlice<DocumentPath.Element>, _ body: (inout AttributeValue) throws -> Result
    ) rethrows -> Result? {
        guard let first = path.first else { return try body(&self) }
        switch (self, first) {
        case (.map(var map), .name(let name)):
            self = .null
            defer { self = .map(map) }
            return try map.modify(name) { try $0.modify(path.dropFirst(), body) } ?? nil
        case (.list(var values), .index(let index)) where index < values.count:
            self = .null
            defer { self = .list(values) }
            return try values[index].modify(path.dropFirst(), body)
        default: return nil
        }
    }
}
