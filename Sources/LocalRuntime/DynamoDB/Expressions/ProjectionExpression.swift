/// Which attributes, or parts of them, an answer shows.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
struct ProjectionExpression: Sendable {
    var paths: [DocumentPath]

    static func parse(
        _ source: String, _ attributes: inout ExpressionAttributes, limits: DynamoDBLimits
    ) throws(ExpressionFailure) -> ProjectionExpression {
        var stream = try TokenStream(source, keywords: [], limits: limits)
        var context = ExpressionContext(attributes)
        var paths: [DocumentPath] = []
        repeat {
            let syntax = try stream.path()
            let path = context.path(syntax)
            for earlier in paths {
                switch earlier.relation(to: path) {
                case .apart: break
                case .overlapping: context.note(.pathOverlap, .overlappingPaths(earlier, path))
                case .conflicting: context.note(.pathConflict, .conflictingPaths(earlier, path))
                }
            }
            paths.append(path)
        } while stream.take(symbol: ",")
        try stream.expectEnd()
        if let failure = context.failure { throw failure }
        attributes = context.attributes
        return ProjectionExpression(paths: paths)
    }

    /// The part of an item that the paths lead to. Elements of one list come in their order, without the gaps.
    func project(_ item: Item) -> Item {
        if paths.allSatisfy({ !$0.isNested }) {
            let names = Set(paths.map(\.head))
            return AttributeMap(sorted: item.entries.filter { names.contains($0.name) })
        }
        var wanted = Selection()
        for path in paths where path.value(in: item) != nil { wanted.add(path.elements[...]) }
        if wanted.isWhole { return Item() }
        guard case .map(let projected) = wanted.pick(from: .map(item)) else { return Item() }
        return projected
    }
}

/// A tree of what is wanted of a value; one without branches wants all of it.
private struct Selection {
    private var branches: [DocumentPath.Element: Selection] = [:]

    var isWhole: Bool { branches.isEmpty }

    mutating func add(_ path: ArraySlice<DocumentPath.Element>) {
        guard let first = path.first else { return }
        branches[first, default: Selection()].add(path.dropFirst())
    }

    func pick(from value: AttributeValue) -> AttributeValue {
        switch value {
        case .map(let map):
            if isWhole { return value }
            return .map(
                AttributeMap(
                    sorted: map.entries.compactMap { entry in
                        branches[.name(entry.name)].map {
                            AttributeMap.Entry(name: entry.name, value: $0.pick(from: entry.value))
                        }
                    }))
        case .list(let values):
            if isWhole { return value }
            return .list(
                values.enumerated().compactMap { index, element in branches[.index(index)]?.pick(from: element) })
        default: return value
        }
    }
}
