import AWSProtocol

/// Checks a request against the constraints of its shape, and words the failures: `2 validation errors detected: …`.
struct ConstraintCheck {
    private var failures: [String] = []
    /// From the request to what is being checked.
    private var path: [Step] = []

    private enum Step {
        case member(String)
        case element(Int)
        /// The inside of a list or map.
        case inside
    }

    /// AWS tells no more than ten.
    private static let mostFailures = 10

    /// - Parameter stopsAfter: members that AWS checks before the rest: a failure in one of them is told alone.
    static func check(
        _ request: JSONObject, _ members: [RequestShape.Member], stopsAfter: [String] = []
    ) throws(ValidationFailure) {
        for name in stopsAfter {
            guard let member = members.first(where: { $0.name == name }) else { continue }
            try report(request, [member])
        }
        try report(request, members)
    }

    private static func report(
        _ request: JSONObject, _ members: [RequestShape.Member]
    ) throws(ValidationFailure) {
        var check = ConstraintCheck()
        check.check(request, members)
        guard check.failures.isEmpty else { throw .constraints(check.failures) }
    }

    private mutating func check(_ object: JSONObject, _ members: [RequestShape.Member]) {
        for member in members {
            let value = object[member.name].flatMap { $0.isNull ? nil : $0 }
            path.append(.member(member.name))
            for constraint in member.constraints where !constraint.isMet(by: value) {
                fail(constraint, value, member.shape)
            }
            if let value { checkInside(value, member.shape) }
            path.removeLast()
        }
    }

    private mutating func checkInside(_ value: JSONValue, _ shape: RequestShape) {
        switch (shape, value) {
        case (.structure(_, let members), .object(let object)): check(object, members)
        case (.list(let element), .array(let values)):
            for (index, value) in values.enumerated() { check(value, element, behind: .element(index + 1)) }
        case (.map(.attributeValue, _), _): break
        case (.map(let element, _), .object(let object)):
            for member in object.members { check(member.value, element, behind: .member(member.name)) }
        default: break
        }
    }

    private mutating func check(_ value: JSONValue, _ shape: RequestShape, behind step: Step) {
        path.append(step)
        path.append(.inside)
        checkInside(value, shape)
        path.removeLast(2)
    }

    private mutating func fail(_ constraint: Constraint, _ value: JSONValue?, _ shape: RequestShape) {
        guard failures.count < Self.mostFailures else { return }
        let names = path.map { step in
            switch step {
            case .member(let name): name
            case .element(let number): "\(number)"
            case .inside: "member"
            }
        }
        if constraint.isTerse {
            let place = names.joined(separator: ".")
            return failures.append("Value at '\(place)' failed to satisfy constraint: \(constraint.text)")
        }
        let place = names.map { $0.prefix(1).lowercased() + $0.dropFirst() }.joined(separator: ".")
        let shown = value.map { "'\(Self.describe($0, shape))'" } ?? "null"
        failures.append("Value \(shown) at '\(place)' failed to satisfy constraint: \(constraint.text)")
    }

    /// A value as Java would print AWS's object for it.
    private static func describe(_ value: JSONValue, _ shape: RequestShape) -> String {
        switch (shape, value) {
        case (_, .null): return "null"
        case (_, .string(let text)): return text
        case (_, .number(let text)): return text
        case (_, .bool(let flag)): return "\(flag)"
        case (.list(let element), .array(let values)):
            return "[\(values.map { describe($0, element) }.joined(separator: ", "))]"
        case (.map(.structure, _), _): return value.text
        case (.map(let element, _), .object(let object)):
            let members = object.members.map { "\($0.name)=\(describe($0.value, element))" }
            return "{\(members.joined(separator: ", "))}"
        case (.structure(let name, let members), .object(let object)):
            let fields = members.map { member in
                let field = member.name.prefix(1).lowercased() + member.name.dropFirst()
                return "\(field)=\(describe(object[member.name] ?? .null, member.shape))"
            }
            return "\(name)(\(fields.joined(separator: ", ")))"
        case (.attributeValue, .object(let object)):
            let names = ["S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"]
            let fields = names.map { name in
                "\(name.prefix(1).lowercased() + name.dropFirst())=\(object[name].map(\.text) ?? "null")"
            }
            return "AttributeValue(\(fields.joined(separator: ", ")))"
        default: return value.text
        }
    }
}
