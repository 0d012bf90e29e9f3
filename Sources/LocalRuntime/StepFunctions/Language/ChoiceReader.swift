import AWSProtocol
import EmulatorClock

/// Reads one rule of a Choice state.
struct ChoiceReader {
    let fields: Fields

    func branch() -> ChoiceBranch? {
        let next = fields.requiredText("Next")
        if fields.value("Assign") != nil { fields.findings.refuse("variables (Assign)") }
        if fields.value("Condition") != nil { fields.findings.refuse("Condition, a field of JSONata states") }
        let rule = rule(depth: 0)
        fields.finish()
        guard let rule, let next else { return nil }
        return ChoiceBranch(rule: rule, next: next)
    }

    private func nested(_ fields: Fields, _ depth: Int) -> ChoiceRule? {
        if fields.has("Next") { fields.report("Next is only allowed in a top-level choice", "Next") }
        let rule = ChoiceReader(fields: fields).rule(depth: depth + 1)
        _ = fields.value("Next")
        fields.finish()
        return rule
    }

    private func rule(depth: Int) -> ChoiceRule? {
        guard depth < 32 else {
            fields.findings.refuse("choice rules nested more than 32 deep")
            return nil
        }
        if fields.has("And") { return several("And", depth).map { .and($0) } }
        if fields.has("Or") { return several("Or", depth).map { .or($0) } }
        if fields.has("Not") { return fields.object("Not").flatMap { nested($0, depth) }.map { .not($0) } }
        return comparison()
    }

    private func several(_ name: String, _ depth: Int) -> [ChoiceRule]? {
        let inner = fields.objects(name)
        if inner.isEmpty { fields.report("Expected a non-empty Array of rules", name) }
        let rules = inner.compactMap { nested($0, depth) }
        return rules.count == inner.count && !rules.isEmpty ? rules : nil
    }

    private func comparison() -> ChoiceRule? {
        _ = fields.required("Variable")
        let variable = fields.path("Variable")
        let operators = fields.members.map(\.name).filter {
            !["Variable", "Next", "Comment", "Assign", "Condition"].contains($0)
        }
        guard operators.count == 1, let name = operators.first else {
            fields.findings.report("Exactly one comparison operator must be given", fields.location)
            operators.forEach { _ = fields.value($0) }
            return nil
        }
        guard let variable else {
            _ = fields.value(name)
            return nil
        }
        return property(name, variable) ?? pattern(name, variable) ?? relation(name, variable)
    }

    private func property(_ name: String, _ variable: JSONPath) -> ChoiceRule? {
        guard let property = ChoiceRule.Property(rawValue: name), let value = fields.value(name) else { return nil }
        guard let expected = value.bool else {
            fields.report("Expected value of type Boolean", name)
            return nil
        }
        return .has(variable, property, expected: expected)
    }

    private func pattern(_ name: String, _ variable: JSONPath) -> ChoiceRule? {
        guard name == "StringMatches", let text = fields.text(name) else { return nil }
        return .matches(variable, StringPattern(text))
    }

    private func relation(_ name: String, _ variable: JSONPath) -> ChoiceRule? {
        let isPath = name.hasSuffix("Path")
        let plain = isPath ? String(name.dropLast("Path".count)) : name
        for domain in ChoiceRule.Domain.allCases where plain.hasPrefix(domain.rawValue) {
            guard let relation = ChoiceRule.Relation(rawValue: String(plain.dropFirst(domain.rawValue.count))),
                domain != .boolean || relation == .equals
            else { continue }
            if isPath { return fields.path(name).map { .compare(variable, domain, relation, .path($0)) } }
            return literal(name, domain).map { .compare(variable, domain, relation, .literal($0)) }
        }
        return nil
    }

    private func literal(_ name: String, _ domain: ChoiceRule.Domain) -> JSONValue? {
        guard let value = fields.value(name) else { return nil }
        switch (domain, value) {
        case (.string, .string), (.numeric, .number), (.boolean, .bool): return value
        case (.timestamp, .string(let text)) where Timestamp(iso8601: text) != nil: return value
        default:
            fields.report("Expected value of type \(domain.rawValue)", name)
            return nil
        }
    }
}
