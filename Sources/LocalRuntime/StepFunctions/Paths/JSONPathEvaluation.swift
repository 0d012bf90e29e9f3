import AWSProtocol

extension JSONPath {
    /// What a path finds.
    enum Finding: Equatable {
        case value(JSONValue)
        case nothing
        /// The array is there, the index is past its end.
        case pastTheEnd
    }

    /// Follows the path from `root`. A definite path finds a value or none; any other finds a list, be it an empty one.
    func find(in root: JSONValue) -> Finding {
        guard isDefinite else { return .value(.array(Self.follow(steps, [root], root: root))) }
        var value = root
        for step in steps {
            let next = Self.apply(step, to: value, root: root)
            guard let only = next.first else {
                if case .index = step, value.array != nil { return .pastTheEnd }
                return .nothing
            }
            value = only
        }
        return .value(value)
    }

    fileprivate static func follow(_ steps: [Step], _ start: [JSONValue], root: JSONValue) -> [JSONValue] {
        steps.reduce(start) { values, step in values.flatMap { apply(step, to: $0, root: root) } }
    }

    private static func apply(_ step: Step, to value: JSONValue, root: JSONValue) -> [JSONValue] {
        switch step {
        case .member(let name): return value.object?[name].map { [$0] } ?? []
        case .members(let names): return names.compactMap { value.object?[$0] }
        case .index(let index): return element(index, of: value).map { [$0] } ?? []
        case .indexes(let indexes): return indexes.compactMap { element($0, of: value) }
        case .slice(let from, let to): return slice(value.array ?? [], from, to)
        case .wildcard: return children(of: value)
        case .filter(let filter):
            if let list = value.array { return list.filter { filter.holds(for: $0, root: root) } }
            return value.object != nil && filter.holds(for: value, root: root) ? [value] : []
        case .descend(let step): return descendants(of: value).flatMap { apply(step, to: $0, root: root) }
        }
    }

    private static func children(of value: JSONValue) -> [JSONValue] {
        value.array ?? value.object?.members.map(\.value) ?? []
    }

    /// The value itself, then all below it, outermost first.
    private static func descendants(of value: JSONValue) -> [JSONValue] {
        [value] + children(of: value).flatMap(descendants)
    }

    /// A negative index counts from the end.
    private static func element(_ index: Int, of value: JSONValue) -> JSONValue? {
        guard let list = value.array else { return nil }
        let place = index < 0 ? list.count + index : index
        return list.indices.contains(place) ? list[place] : nil
    }

    private static func slice(_ list: [JSONValue], _ from: Int?, _ to: Int?) -> [JSONValue] {
        func place(_ index: Int) -> Int { min(max(index < 0 ? list.count + index : index, 0), list.count) }
        let start = place(from ?? 0)
        let end = place(to ?? list.count)
        return start < end ? Array(list[start..<end]) : []
    }
}

extension PathFilter {
    /// Whether a candidate fulfils the condition.
    func holds(for candidate: JSONValue, root: JSONValue) -> Bool {
        switch self {
        case .exists(let operand): Self.value(operand, candidate, root) != nil
        case .and(let left, let right):
            left.holds(for: candidate, root: root) && right.holds(for: candidate, root: root)
        case .or(let left, let right):
            left.holds(for: candidate, root: root) || right.holds(for: candidate, root: root)
        case .not(let filter): !filter.holds(for: candidate, root: root)
        case .compare(let left, let comparison, let right):
            Self.compare(Self.value(left, candidate, root), comparison, Self.value(right, candidate, root))
        }
    }

    private static func value(_ operand: Operand, _ candidate: JSONValue, _ root: JSONValue) -> JSONValue? {
        switch operand {
        case .literal(.null): return .null
        case .literal(.bool(let value)): return .bool(value)
        case .literal(.number(let text)): return .number(text)
        case .literal(.string(let text)): return .string(text)
        case .path(let isCandidate, let steps):
            let found = JSONPath.follow(steps, [isCandidate ? candidate : root], root: root)
            let isDefinite = JSONPath(text: "", isContext: false, steps: steps).isDefinite
            return isDefinite ? found.first : (found.isEmpty ? nil : .array(found))
        }
    }

    private static func compare(_ left: JSONValue?, _ comparison: Comparison, _ right: JSONValue?) -> Bool {
        switch comparison {
        case .equal: return equal(left, right)
        case .unequal: return !equal(left, right)
        default: break
        }
        let order: Order? =
            switch (left, right) {
            case (.number(let left)?, .number(let right)?): Order(left, right)
            case (.string(let left)?, .string(let right)?): Order(ofTexts: left, right)
            default: nil
            }
        guard let order else { return false }
        switch comparison {
        case .less: return order == .ascending
        case .greater: return order == .descending
        case .atMost: return order != .descending
        default: return order != .ascending
        }
    }

    private static func equal(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
        guard let left, let right else { return false }
        return left.isSame(as: right)
    }
}
