/// Whether every transition of a graph leads somewhere, every state can be reached, and the graph can end.
struct TransitionCheck {
    let graph: StateGraph
    /// The states' names in the order of the definition, those that could not be read included.
    let declared: [String]
    /// Of the graph, not of its `States`.
    let location: String
    let findings: Findings

    func run() {
        check(graph.startAt, "StartAt", "\(location)/StartAt")
        for name in declared {
            guard let state = graph.states[name] else { continue }
            for target in Self.targets(of: state) {
                check(target.name, target.field, "\(location)/States/\(name)/\(target.place)")
            }
        }
        // What a broken state leads to is not known.
        guard graph.states.count == declared.count else { return }
        let reached = reachable()
        for name in declared where !reached.contains(name) {
            findings.report("State \"\(name)\" is not reachable.", "\(location)/States/\(name)", code: .missingTarget)
        }
        if !reached.contains(where: { graph.states[$0].map(Self.canEnd) ?? false }) {
            findings.warn("No terminal state can be reached", "\(location)/States", code: .noEnd)
        }
    }

    private func check(_ target: String, _ field: String, _ place: String) {
        guard !declared.contains(target) else { return }
        findings.report("Missing '\(field)' target: \(target)", place, code: .missingTarget)
    }

    private func reachable() -> Set<String> {
        var reached: Set<String> = []
        var open = [graph.startAt]
        while let name = open.popLast() {
            guard let state = graph.states[name], reached.insert(name).inserted else { continue }
            open += Self.targets(of: state).map(\.name)
        }
        return reached
    }

    private static func canEnd(_ state: State) -> Bool {
        switch state.kind {
        case .succeed, .fail: true
        case .choice: false
        default: state.transition == .end
        }
    }

    private static func targets(of state: State) -> [(name: String, field: String, place: String)] {
        var targets: [(String, String, String)] = []
        if case .choice(let branches, let otherwise) = state.kind {
            targets += branches.enumerated().map { ($0.element.next, "Next", "Choices[\($0.offset)]/Next") }
            if let otherwise { targets.append((otherwise, "Default", "Default")) }
        } else if case .next(let next) = state.transition {
            targets.append((next, "Next", "Next"))
        }
        targets += state.catchers.enumerated().map { ($0.element.next, "Next", "Catch[\($0.offset)]/Next") }
        return targets
    }
}
