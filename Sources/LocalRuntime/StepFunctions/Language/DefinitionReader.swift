import AWSProtocol

/// Reads definitions and says all that is wrong with them.
struct DefinitionReader {
    /// AWS's longest state name, in characters.
    static let longestName = 80
    /// Branches and processors inside each other; AWS is bounded by the size of the definition.
    static let greatestDepth = 16

    struct Outcome {
        /// nil when there are errors.
        let definition: StateMachineDefinition?
        let diagnostics: [Diagnostic]
        let notImplemented: [String]
    }

    static func read(_ text: String) -> Outcome {
        let findings = Findings()
        let definition = read(text, findings)
        return Outcome(
            definition: findings.hasErrors || !findings.notImplemented.isEmpty ? nil : definition,
            diagnostics: findings.diagnostics, notImplemented: findings.notImplemented)
    }

    private static func read(_ text: String, _ findings: Findings) -> StateMachineDefinition? {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: text)
        } catch {
            let complaint = JSONComplaint(error, in: text)
            findings.report(complaint.whole, complaint.place, code: .invalidJSON)
            return nil
        }
        guard let object = value.object else {
            findings.report("Definition must be a valid JSON object", nil)
            return nil
        }
        let fields = Fields(object, at: "", findings)
        if let version = fields.text("Version"), version != "1.0" { fields.report("Value is not '1.0'", "Version") }
        checkLanguage(fields)
        let timeout = fields.integer("TimeoutSeconds", in: 1...99_999_999)
        var names: Set<String> = []
        let graph = GraphReader(findings: findings, depth: 0).graph(fields, &names)
        fields.finish()
        return graph.map { StateMachineDefinition(graph: $0, timeoutSeconds: timeout) }
    }

    /// JSONPath is the one query language here.
    static func checkLanguage(_ fields: Fields) {
        guard let language = fields.text("QueryLanguage") else { return }
        switch language {
        case "JSONPath": break
        case "JSONata": fields.findings.refuse("the query language JSONata")
        default: fields.report("Value is not one of [JSONPath, JSONata]", "QueryLanguage")
        }
    }
}

/// Reads `StartAt` and `States`.
struct GraphReader {
    let findings: Findings
    let depth: Int

    /// - Parameter names: the names of all states of the machine so far: each may stand once.
    func graph(_ fields: Fields, _ names: inout Set<String>) -> StateGraph? {
        fields.require(["States", "StartAt"])
        let startAt = fields.text("StartAt")
        guard let list = fields.object("States") else { return nil }
        guard depth <= DefinitionReader.greatestDepth else {
            findings.refuse("states nested more than \(DefinitionReader.greatestDepth) deep")
            return nil
        }
        if list.members.isEmpty { findings.report("States must not be empty", list.location) }
        var states: [String: State] = [:]
        for member in list.members {
            let place = "\(list.location)/\(member.name)"
            if member.name.isEmpty || member.name.count > DefinitionReader.longestName {
                findings.report("State names have 1 to \(DefinitionReader.longestName) characters", place)
            }
            if !names.insert(member.name).inserted {
                findings.report("Duplicate State name: \(member.name)", place, code: .duplicateName)
            }
            guard let object = member.value.object else {
                findings.report("Expected value of type Object", place)
                continue
            }
            let reader = StateReader(fields: Fields(object, at: place, findings), name: member.name, depth: depth)
            states[member.name] = reader.state(&names)
        }
        guard let startAt else { return nil }
        let graph = StateGraph(startAt: startAt, states: states)
        TransitionCheck(graph: graph, declared: list.members.map(\.name), location: fields.location, findings: findings)
            .run()
        return graph
    }
}
