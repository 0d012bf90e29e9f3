/// One question about whether a deploy can work, and its answer.
struct Check: Sendable, Equatable, Encodable {
    enum State: String, Sendable, Encodable {
        case passed
        /// A deploy works, yet something is worth knowing.
        case noted
        case failed
    }

    let name: String
    let state: State
    /// What was found.
    let found: String
    /// What to do; nil when nothing is.
    let remedy: String?

    init(_ name: String, passed found: String) {
        self.init(name, .passed, found, nil)
    }

    init(_ name: String, noted found: String, _ remedy: String) {
        self.init(name, .noted, found, remedy)
    }

    init(_ name: String, failed found: String, _ remedy: String) {
        self.init(name, .failed, found, remedy)
    }

    private init(_ name: String, _ state: State, _ found: String, _ remedy: String?) {
        self.name = name
        self.state = state
        self.found = found
        self.remedy = remedy
    }

    /// One line, and below it what to do.
    var text: String {
        let mark =
            switch state {
            case .passed: "✓"
            case .noted: "!"
            case .failed: "✗"
            }
        return "\(mark) \(name): \(found)" + (remedy.map { "\n  → \($0)" } ?? "")
    }
}

extension [Check] {
    var failures: [Check] { filter { $0.state == .failed } }
}
