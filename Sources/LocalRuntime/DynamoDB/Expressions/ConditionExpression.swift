/// A condition ready to be tried on items: of ConditionExpression, FilterExpression and KeyConditionExpression.
indirect enum ConditionExpression: Sendable {
    case comparison(Comparator, Operand, Operand)
    case between(Operand, Operand, Operand)
    case isIn(Operand, [Operand])
    case attributeExists(DocumentPath)
    case attributeNotExists(DocumentPath)
    case attributeType(Operand, AttributeType)
    case beginsWith(Operand, Operand)
    case contains(Operand, Operand)
    case and([ConditionExpression])
    case or([ConditionExpression])
    case not(ConditionExpression)

    indirect enum Operand: Sendable {
        case path(DocumentPath)
        case value(AttributeValue)
        case size(Operand)
    }
}

extension ConditionExpression {
    /// Whether the condition holds for an item; an absent item has no attributes.
    func holds(for item: Item) -> Bool {
        switch self {
        case .comparison(let comparator, let left, let right):
            Self.compare(left.value(in: item), comparator, right.value(in: item))
        case .between(let operand, let lower, let upper):
            Self.compare(operand.value(in: item), .greaterOrEqual, lower.value(in: item))
                && Self.compare(operand.value(in: item), .lessOrEqual, upper.value(in: item))
        case .isIn(let operand, let others):
            others.contains { Self.compare(operand.value(in: item), .equal, $0.value(in: item)) }
        case .attributeExists(let path): path.value(in: item) != nil
        case .attributeNotExists(let path): path.value(in: item) == nil
        case .attributeType(let operand, let type): operand.value(in: item)?.type == type
        case .beginsWith(let operand, let prefix): Self.begins(operand.value(in: item), with: prefix.value(in: item))
        case .contains(let operand, let part): Self.contains(operand.value(in: item), part.value(in: item))
        case .and(let conditions): conditions.allSatisfy { $0.holds(for: item) }
        case .or(let conditions): conditions.contains { $0.holds(for: item) }
        case .not(let condition): !condition.holds(for: item)
        }
    }

    /// What is absent equals nothing, not even what is absent too, and has no order.
    private static func compare(_ left: AttributeValue?, _ comparator: Comparator, _ right: AttributeValue?) -> Bool {
        guard let left, let right else { return comparator == .notEqual }
        switch comparator {
        case .equal: return left == right
        case .notEqual: return left != right
        case .less: return left.order(to: right).map { $0 < 0 } ?? false
        case .lessOrEqual: return left.order(to: right).map { $0 <= 0 } ?? false
        case .greater: return left.order(to: right).map { $0 > 0 } ?? false
        case .greaterOrEqual: return left.order(to: right).map { $0 >= 0 } ?? false
        }
    }

    private static func begins(_ value: AttributeValue?, with prefix: AttributeValue?) -> Bool {
        switch (value, prefix) {
        case (.string(let text)?, .string(let prefix)?): text.string.utf8.starts(with: prefix.string.utf8)
        case (.binary(let bytes)?, .binary(let prefix)?): bytes.starts(with: prefix)
        default: false
        }
    }

    private static func contains(_ value: AttributeValue?, _ part: AttributeValue?) -> Bool {
        switch (value, part) {
        case (.string(let text)?, .string(let part)?): hasRun(part.bytes, in: text.bytes)
        case (.binary(let bytes)?, .binary(let part)?): hasRun(part, in: bytes)
        case (.stringSet(let texts)?, .string(let text)?): texts.contains(text)
        case (.numberSet(let numbers)?, .number(let number)?): numbers.contains(number)
        case (.binarySet(let binaries)?, .binary(let bytes)?): binaries.contains(bytes)
        case (.list(let values)?, let value?): values.contains(value)
        default: false
        }
    }

    private static func hasRun(_ run: [UInt8], in bytes: [UInt8]) -> Bool {
        run.isEmpty || bytes.firstRange(of: run) != nil
    }
}

extension ConditionExpression.Operand {
    func value(in item: Item) -> AttributeValue? {
        switch self {
        case .path(let path): path.value(in: item)
        case .value(let value): value
        case .size(let operand): operand.value(in: item)?.functionSize.map { .number($0) }
        }
    }
}

extension AttributeValue {
    /// What `size` says: bytes of strings and binaries, elements of the rest; numbers, booleans and null have none.
    var functionSize: Int? {
        switch self {
        case .string(let text): text.byteCount
        case .binary(let bytes): bytes.count
        case .list(let values): values.count
        case .map(let map): map.count
        case .stringSet(let texts): texts.count
        case .numberSet(let numbers): numbers.count
        case .binarySet(let binaries): binaries.count
        case .number, .bool, .null: nil
        }
    }
}

extension ConditionExpression {
    /// The paths that the condition looks at, in the order of the text.
    var paths: [DocumentPath] {
        switch self {
        case .comparison(_, let left, let right), .beginsWith(let left, let right), .contains(let left, let right):
            left.paths + right.paths
        case .between(let operand, let lower, let upper): operand.paths + lower.paths + upper.paths
        case .isIn(let operand, let others): operand.paths + others.flatMap(\.paths)
        case .attributeExists(let path), .attributeNotExists(let path): [path]
        case .attributeType(let operand, _): operand.paths
        case .and(let conditions), .or(let conditions): conditions.flatMap(\.paths)
        case .not(let condition): condition.paths
        }
    }
}

extension ConditionExpression.Operand {
    var paths: [DocumentPath] {
        switch self {
        case .path(let path): [path]
        case .value: []
        case .size(let operand): operand.paths
        }
    }
}
