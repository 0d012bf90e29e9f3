/// What an UpdateExpression does to an item.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
struct UpdateExpression: Sendable {
    enum Action: Sendable {
        case set(DocumentPath, Operand)
        case remove(DocumentPath)
        case add(DocumentPath, AttributeValue)
        case delete(DocumentPath, AttributeValue)

        var path: DocumentPath {
            switch self {
            case .set(let path, _), .remove(let path), .add(let path, _), .delete(let path, _): path
            }
        }
    }

    indirect enum Operand: Sendable {
        case path(DocumentPath)
        case value(AttributeValue)
        case ifNotExists(DocumentPath, Operand)
        case listAppend(Operand, Operand)
        case plus(Operand, Operand)
        case minus(Operand, Operand)
    }

    var actions: [Action]
}

/// Why an update cannot be done on the item as it is.
package enum UpdateFailure: Error, Equatable {
    case attributeDoesNotExist
    case wrongOperandType
    case invalidPath
    case number(NumberFailure)
}

extension UpdateExpression {
    /// The item after the update. Every action sees the item as it was before.
    ///
    /// - Parameter exists: whether the item was there; in one that was not, there is nothing that a REMOVE could miss.
    func apply(to item: Item, exists: Bool) throws(UpdateFailure) -> Item {
        var edit = ItemEdit(original: item, exists: exists)
        for action in actions {
            switch action {
            case .set(let path, let operand): try edit.set(path, try operand.value(in: item))
            case .remove(let path): try edit.remove(path)
            case .add(let path, let value): try edit.add(path, value)
            case .delete(let path, let value): try edit.delete(path, value)
            }
        }
        return edit.finish()
    }
}

extension UpdateExpression {
    /// What UpdateItem alone holds to the limit of an item beside the finished item: the expression itself, so that an
    /// item of 400 KB with a short key can be put, but not updated. AWS documents none of it; the numbers were measured.
    var charge_bytes: Int { actions.reduce(3) { $0 + $1.charge_bytes } }
}

extension UpdateExpression.Action {
    fileprivate var charge_bytes: Int {
        switch self {
        case .set(let path, let operand): 19 + path.targetCharge_bytes + operand.charge_bytes
        case .add(let path, let value): 19 + path.targetCharge_bytes + value.sizeInBytes
        case .remove(let path), .delete(let path, _): 1 + path.targetCharge_bytes
        }
    }
}

extension UpdateExpression.Operand {
    /// What it leads to or comes to is free.
    fileprivate var charge_bytes: Int {
        switch self {
        case .value(let value): value.sizeInBytes
        case .path(let path): path.operandCharge_bytes
        case .plus(let left, let right): 34 + left.charge_bytes + right.charge_bytes
        case .minus(let left, let right): 37 + left.charge_bytes + right.charge_bytes
        case .listAppend(let first, let second): 37 + first.charge_bytes + second.charge_bytes
        case .ifNotExists(let path, let other): 39 + path.operandCharge_bytes + other.charge_bytes
        }
    }
}

extension DocumentPath {
    fileprivate var targetCharge_bytes: Int { rest.reduce(head.byteCount) { $0 + 4 + $1.text_bytes } }
    fileprivate var operandCharge_bytes: Int { elements.reduce(1) { $0 + 14 + $1.text_bytes } }
}

extension DocumentPath.Element {
    fileprivate var text_bytes: Int {
        switch self {
        case .name(let name): name.byteCount
        case .index(let index): "\(index)".utf8.count
        }
    }
}

extension UpdateExpression.Operand {
    fileprivate func value(in item: Item) throws(UpdateFailure) -> AttributeValue {
        switch self {
        case .value(let value): return value
        case .path(let path):
            guard let value = path.value(in: item) else { throw .attributeDoesNotExist }
            return value
        case .ifNotExists(let path, let other):
            if let value = path.value(in: item) { return value }
            return try other.value(in: item)
        case .listAppend(let first, let second):
            guard case .list(let front) = try first.value(in: item) else { throw .wrongOperandType }
            guard case .list(let back) = try second.value(in: item) else { throw .wrongOperandType }
            return .list(front + back)
        case .plus(let left, let right):
            return .number(try calculate(left, right, item) { (a, b) throws(NumberFailure) in try a + b })
        case .minus(let left, let right):
            return .number(try calculate(left, right, item) { (a, b) throws(NumberFailure) in try a - b })
        }
    }

    private func calculate(
        _ left: Self, _ right: Self, _ item: Item,
        _ operation: (DecimalNumber, DecimalNumber) throws(NumberFailure) -> DecimalNumber
    ) throws(UpdateFailure) -> DecimalNumber {
        guard case .number(let left) = try left.value(in: item) else { throw .wrongOperandType }
        guard case .number(let right) = try right.value(in: item) else { throw .wrongOperandType }
        do { return try operation(left, right) } catch { throw .number(error) }
    }
}

/// The changes of one update, kept so that list indexes mean the elements before any of them.
private struct ItemEdit {
    private let original: Item
    private let exists: Bool
    private var root: AttributeValue
    /// Elements for behind the end of a list, by the index that was asked for.
    private var appended: [(list: DocumentPath, index: Int, value: AttributeValue)] = []
    private var removed: [DocumentPath] = []

    init(original: Item, exists: Bool) {
        self.original = original
        self.exists = exists
        root = .map(original)
    }

    mutating func set(_ path: DocumentPath, _ value: AttributeValue) throws(UpdateFailure) {
        guard case .index(let index)? = path.rest.last else {
            try requireParent(of: path)
            let parent = path.elements.dropLast()
            guard case .name(let name)? = path.elements.last else { throw .invalidPath }
            _ = root.modify(parent[...]) { container in
                guard case .map(var map) = container else { return }
                container = .null
                map[name] = value
                container = .map(map)
            }
            return
        }
        try requireParent(of: path)
        if path.value(in: original) != nil {
            _ = root.modify(path.elements[...]) { $0 = value }
        } else {
            appended.append((DocumentPath(path.head, Array(path.rest.dropLast())), index, value))
        }
    }

    mutating func remove(_ path: DocumentPath) throws(UpdateFailure) {
        guard exists || !path.isNested else { return }
        try requireParent(of: path)
        if path.value(in: original) != nil { removed.append(path) }
    }

    mutating func add(_ path: DocumentPath, _ value: AttributeValue) throws(UpdateFailure) {
        try requireParent(of: path)
        guard let old = path.value(in: original) else { return try set(path, value) }
        switch (old, value) {
        case (.number(let left), .number(let right)):
            let sum: DecimalNumber
            do { sum = try left + right } catch { throw .number(error) }
            try set(path, .number(sum))
        case (.stringSet(let left), .stringSet(let right)): try set(path, .stringSet(union(left, right)))
        case (.numberSet(let left), .numberSet(let right)): try set(path, .numberSet(union(left, right)))
        case (.binarySet(let left), .binarySet(let right)):
            try set(path, .binarySet((left + right.filter { !left.contains($0) }).sorted { compareBytes($0, $1) < 0 }))
        default: throw .wrongOperandType
        }
    }

    mutating func delete(_ path: DocumentPath, _ value: AttributeValue) throws(UpdateFailure) {
        guard exists || !path.isNested else { return }
        try requireParent(of: path)
        guard let old = path.value(in: original) else { return }
        let rest: AttributeValue?
        switch (old, value) {
        case (.stringSet(let left), .stringSet(let right)):
            rest = difference(left, right).map { .stringSet($0) }
        case (.numberSet(let left), .numberSet(let right)):
            rest = difference(left, right).map { .numberSet($0) }
        case (.binarySet(let left), .binarySet(let right)):
            rest = difference(left, right).map { .binarySet($0) }
        default: throw .wrongOperandType
        }
        // There are no empty sets.
        guard let rest else { return removed.append(path) }
        try set(path, rest)
    }

    mutating func finish() -> Item {
        for addition in appended.sorted(by: { $0.index < $1.index }) {
            _ = root.modify(addition.list.elements[...]) { list in
                guard case .list(var values) = list else { return }
                list = .null
                values.append(addition.value)
                list = .list(values)
            }
        }
        // From the back, so that no removal moves what another one means.
        for path in removed.sorted(by: { Self.isBehind($0, $1) }) { delete(path) }
        guard case .map(let item) = root else { return original }
        return item
    }

    private mutating func delete(_ path: DocumentPath) {
        _ = root.modify(path.elements.dropLast()) { container in
            switch (container, path.elements.last) {
            case (.map(var map), .name(let name)?):
                container = .null
                map[name] = nil
                container = .map(map)
            case (.list(var values), .index(let index)?):
                container = .null
                values.remove(at: index)
                container = .list(values)
            default: break
            }
        }
    }

    /// What the path goes into must be there, as a map for a name and as a list for an index.
    private func requireParent(of path: DocumentPath) throws(UpdateFailure) {
        guard let last = path.rest.last else { return }
        let parent = DocumentPath(path.head, Array(path.rest.dropLast())).value(in: original)
        switch (parent, last) {
        case (.map?, .name), (.list?, .index): return
        default: throw .invalidPath
        }
    }

    private static func isBehind(_ left: DocumentPath, _ right: DocumentPath) -> Bool {
        guard left.head == right.head else { return left.head > right.head }
        for (left, right) in zip(left.rest, right.rest) {
            switch (left, right) {
            case (.index(let left), .index(let right)) where left != right: return left > right
            case (.name(let left), .name(let right)) where left != right: return left > right
            default: continue
            }
        }
        return left.rest.count > right.rest.count
    }

    private func union<Element: Comparable & Hashable>(_ left: [Element], _ right: [Element]) -> [Element] {
        Set(left).union(right).sorted()
    }

    private func difference<Element: Hashable>(_ left: [Element], _ right: [Element]) -> [Element]? {
        let gone = Set(right)
        let rest = left.filter { !gone.contains($0) }
        return rest.isEmpty ? nil : rest
    }
}
