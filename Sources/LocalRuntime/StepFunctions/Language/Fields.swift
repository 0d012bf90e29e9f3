import AWSProtocol

/// The members of one object of a definition, read one by one; each complaint bears the member's place.
final class Fields {
    let findings: Findings
    let location: String
    private let object: JSONObject
    private var known: Set<String> = ["Comment"]

    init(_ object: JSONObject, at location: String, _ findings: Findings) {
        self.object = object
        self.location = location
        self.findings = findings
    }

    func has(_ name: String) -> Bool {
        object[name] != nil
    }

    /// The member as it stands, an explicit null included.
    func value(_ name: String) -> JSONValue? {
        known.insert(name)
        return object[name]
    }

    func place(_ name: String) -> String {
        "\(location)/\(name)"
    }

    func report(_ message: String, _ name: String, code: Diagnostic.Code = .schema) {
        findings.report(message, place(name), code: code)
    }

    func text(_ name: String) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string else {
            report("Expected value of type String", name)
            return nil
        }
        return text
    }

    /// Complains once of all that are not there.
    func require(_ names: [String]) {
        let missing = names.filter { !has($0) }
        guard !missing.isEmpty else { return }
        findings.report("These fields are required: [\(missing.joined(separator: ", "))]", location)
    }

    func required(_ name: String) -> JSONValue? {
        if let value = value(name) { return value }
        findings.report("These fields are required: [\(name)]", location)
        return nil
    }

    func requiredText(_ name: String) -> String? {
        required(name) == nil ? nil : text(name)
    }

    func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.integer, range.contains(number) else {
            report("Expected value of type Integer between \(range.lowerBound) and \(range.upperBound)", name)
            return nil
        }
        return number
    }

    func number(_ name: String, atLeast least: Double) -> Double? {
        guard let value = value(name) else { return nil }
        guard case .number(let text) = value, let number = Double(text), number >= least, number.isFinite else {
            report("Expected value of type Number, at least \(least)", name)
            return nil
        }
        return number
    }

    func path(_ name: String, mustBeReference: Bool = true) -> JSONPath? {
        guard let text = text(name) else { return nil }
        do {
            let path = try JSONPath(text)
            guard !mustBeReference || path.isReference else {
                report("Value is not a Reference Path: it must name exactly one node", name)
                return nil
            }
            return path
        } catch {
            report("Value is not a \(mustBeReference ? "Reference Path" : "valid JSONPath"): \(error.reason)", name)
            return nil
        }
    }

    func template(_ name: String) -> PayloadTemplate? {
        guard let value = value(name) else { return nil }
        return PayloadTemplate(value, at: place(name)) { findings.report($1, $0) }
    }

    /// The objects of a list, each with its own place.
    func objects(_ name: String) -> [Fields] {
        guard let value = value(name) else { return [] }
        guard let list = value.array else {
            report("Expected value of type Array", name)
            return []
        }
        return list.enumerated().compactMap { index, item in
            let location = "\(place(name))[\(index)]"
            guard let object = item.object else {
                findings.report("Expected value of type Object", location)
                return nil
            }
            return Fields(object, at: location, findings)
        }
    }

    func object(_ name: String) -> Fields? {
        guard let value = value(name) else { return nil }
        guard let object = value.object else {
            report("Expected value of type Object", name)
            return nil
        }
        return Fields(object, at: place(name), findings)
    }

    var members: [JSONObject.Member] { object.members }

    /// At most one of several members may be there.
    func atMostOne(of names: [String]) {
        let given = names.filter(has)
        if given.count > 1 { findings.report("Only one of [\(given.joined(separator: ", "))] may be given", location) }
    }

    /// Complains of every member that nothing has asked for.
    func finish() {
        for member in object.members where !known.contains(member.name) {
            report("Field is not supported", member.name)
        }
    }
}
