import AWSProtocol

/// Occurrences as the journal keeps them.
extension Interpreter.Occurrence {
    private enum Word: String {
        case started, timerFired, taskEnded, taskReported, heartbeat, stopped
    }

    /// A step in the state folder that this version cannot read.
    struct Unreadable: Error {
        let json: String
    }

    var json: JSONValue {
        switch self {
        case .started: Self.json(.started, [:])
        case .timerFired(let id): Self.json(.timerFired, ["id": .integer(id)])
        case .heartbeat(let id): Self.json(.heartbeat, ["id": .integer(id)])
        case .taskEnded(let id, let outcome): Self.json(.taskEnded, Self.members(id, outcome))
        case .taskReported(let id, let outcome): Self.json(.taskReported, Self.members(id, outcome))
        case .stopped(let error, let cause): Self.json(.stopped, Self.members(error, cause))
        }
    }

    init(json: JSONValue) throws {
        guard let word = json["what"]?.string.flatMap(Word.init) else { throw Unreadable(json: json.text) }
        let id = json["id"]?.integer ?? 0
        switch word {
        case .started: self = .started
        case .timerFired: self = .timerFired(id)
        case .heartbeat: self = .heartbeat(id)
        case .taskEnded: self = .taskEnded(id, Self.outcome(json))
        case .taskReported: self = .taskReported(id, Self.outcome(json))
        case .stopped: self = .stopped(error: json["error"]?.string, cause: json["cause"]?.string)
        }
    }

    private static func json(_ word: Word, _ members: JSONObject) -> JSONValue {
        .object(members.members.reduce(into: ["what": .string(word.rawValue)]) { $0.append($1.name, $1.value) })
    }

    private static func members(_ error: String?, _ cause: String?) -> JSONObject {
        var members = JSONObject()
        if let error { members.append("error", .string(error)) }
        if let cause { members.append("cause", .string(cause)) }
        return members
    }

    private static func members(_ id: Int, _ outcome: TaskOutcome) -> JSONObject {
        var members: JSONObject
        switch outcome {
        case .succeeded(let output): members = ["output": output]
        case .failed(let error, let cause): members = Self.members(error, cause)
        }
        members.append("id", .integer(id))
        return members
    }

    private static func outcome(_ json: JSONValue) -> TaskOutcome {
        if let output = json.object?["output"] { return .succeeded(output) }
        return .failed(error: json["error"]?.string ?? "", cause: json["cause"]?.string)
    }
}
