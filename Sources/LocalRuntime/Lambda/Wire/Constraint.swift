/// Smithy's constraints, each as a finding in AWS's words; none when it is satisfied.
/// https://smithy.io/2.0/spec/constraint-traits.html
enum Constraint {
    /// `Value 'x' at 'y' failed to satisfy constraint: …`
    static func finding(_ member: String, _ value: String, _ constraint: String) -> String {
        "Value '\(value)' at '\(member)' failed to satisfy constraint: \(constraint)"
    }

    static func range(_ member: String, _ value: Int, _ range: ClosedRange<Int>) -> [String] {
        if value < range.lowerBound {
            return [finding(member, "\(value)", "Member must have value greater than or equal to \(range.lowerBound)")]
        }
        guard value > range.upperBound else { return [] }
        return [finding(member, "\(value)", "Member must have value less than or equal to \(range.upperBound)")]
    }

    static func length(_ member: String, _ value: String, _ most: Int) -> [String] {
        guard value.unicodeScalars.count > most else { return [] }
        return [finding(member, value, "Member must have length less than or equal to \(most)")]
    }

    static func oneOf(_ member: String, _ value: String, _ values: [String]) -> [String] {
        guard !values.contains(value) else { return [] }
        return [finding(member, value, "Member must satisfy enum value set: [\(values.joined(separator: ", "))]")]
    }

    static func pattern(_ member: String, _ value: String, _ pattern: String) -> String {
        finding(member, value, "Member must satisfy regular expression pattern: \(pattern)")
    }

    /// - Parameter pattern: the expression as AWS writes it.
    static func match(_ member: String, _ value: String?, _ expression: Regex<some Any>, _ pattern: String) -> [String]
    {
        guard let value, value.wholeMatch(of: expression) == nil else { return [] }
        return [Self.pattern(member, value, pattern)]
    }

    static func missing(_ member: String) -> String {
        "Value null at '\(member)' failed to satisfy constraint: Member must not be null"
    }
}
