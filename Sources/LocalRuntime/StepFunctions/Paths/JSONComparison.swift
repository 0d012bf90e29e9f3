import AWSProtocol

/// How two values lie to each other.
enum Order: Sendable, Equatable {
    case ascending, same, descending

    private init<Value: Comparable>(comparing left: Value, _ right: Value) {
        self = left < right ? .ascending : (left == right ? .same : .descending)
    }

    /// Two numbers as spelled in JSON; whole ones are compared exactly.
    init(_ left: String, _ right: String) {
        if let left = Int(left), let right = Int(right) {
            self.init(comparing: left, right)
        } else {
            self.init(comparing: Double(left) ?? 0, Double(right) ?? 0)
        }
    }

    /// Two texts, by UTF-16 code units as Java compares them.
    init(ofTexts left: String, _ right: String) {
        if left.utf16.elementsEqual(right.utf16) {
            self = .same
        } else {
            self = left.utf16.lexicographicallyPrecedes(right.utf16) ? .ascending : .descending
        }
    }

    /// Two instants, booleans, or whatever else has an order of its own.
    init<Value: Comparable>(of left: Value, _ right: Value) {
        self.init(comparing: left, right)
    }
}

extension JSONValue {
    /// Whether both mean the same: numbers by value, objects whatever the order of their members.
    func isSame(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.number(let left), .number(let right)): Order(left, right) == .same
        case (.string(let left), .string(let right)): Order(ofTexts: left, right) == .same
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
        case (.object(let left), .object(let right)):
            left.members.count == right.members.count
                && left.members.allSatisfy { member in right[member.name]?.isSame(as: member.value) ?? false }
        default: self == other
        }
    }
}
