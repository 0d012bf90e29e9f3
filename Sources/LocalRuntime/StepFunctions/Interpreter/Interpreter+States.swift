import AWSProtocol
import EmulatorClock

/// Entering states and leaving them.
extension Interpreter {
    mutating func enter(_ arrival: Arrival) {
        // The definition was checked: every transition has its target.
        guard let state = lanes[arrival.lane]?.graph.states[arrival.state] else { return }
        let entered = note(.stateEntered(state, input: arrival.input), in: arrival.lane)
        let visit = Visit(
            state: state, enteredEvent: entered, enteredAt: now, rawInput: arrival.input, input: arrival.input)
        lanes[arrival.lane]?.visit = visit
        attempt(arrival.lane) { (self) throws(StateFailure) in
            let input = try self.select(state.inputPath, from: arrival.input, in: arrival.lane)
            self.lanes[arrival.lane]?.visit?.input = input
            try self.begin(arrival.lane)
        }
    }

    /// Does the state's work from its start: at its entry, and again at each retry.
    mutating func begin(_ lane: Int) throws(StateFailure) {
        guard let visit = lanes[lane]?.visit else { return }
        switch visit.state.kind {
        case .pass(let result): try beginPass(lane, visit, result)
        case .task(let task): try beginTask(lane, visit, task)
        case .choice(let branches, let otherwise): try choose(lane, visit, branches, otherwise)
        case .wait(let length): try beginWait(lane, visit, length)
        case .succeed: try leave(lane, output: visit.input)
        case .fail(let error, let cause): try beginFail(lane, error, cause)
        case .parallel(let branches): try beginParallel(lane, branches)
        case .map(let map): try beginMap(lane, visit, map)
        }
    }

    /// Runs a part of a state's work, whose failure is the state's.
    mutating func attempt(_ lane: Int, _ body: (inout Interpreter) throws(StateFailure) -> Void) {
        do {
            try body(&self)
        } catch {
            fail(lane, error)
        }
    }

    private mutating func beginPass(_ lane: Int, _ visit: Visit, _ result: JSONValue?) throws(StateFailure) {
        let filled = try fill(visit.state.parameters, or: visit.input, in: lane)
        try finish(lane, with: result ?? filled)
    }

    private mutating func choose(
        _ lane: Int, _ visit: Visit, _ branches: [ChoiceBranch], _ otherwise: String?
    ) throws(StateFailure) {
        let scope = scope(of: lane, input: visit.input)
        var next = otherwise
        for branch in branches where try branch.rule.holds(in: scope) {
            next = branch.next
            break
        }
        guard let next else {
            throw .runtime("Failed to transition out of the state. The state does not point to a next state.")
        }
        try leave(lane, output: visit.input, to: .next(next))
    }

    private mutating func beginWait(_ lane: Int, _ visit: Visit, _ length: WaitLength) throws(StateFailure) {
        let deadline: Timestamp
        switch length {
        case .seconds(let seconds): deadline = now + .seconds(seconds)
        case .timestamp(let instant): deadline = instant
        case .secondsPath(let path):
            let value = try select(path, from: visit.input, in: lane)
            guard let seconds = value.integer, (0...99_999_999).contains(seconds) else {
                throw .runtime(
                    "The SecondsPath parameter does not reference an integer value: \(path.text) == \(value.plainText)")
            }
            deadline = now + .seconds(seconds)
        case .timestampPath(let path):
            let value = try select(path, from: visit.input, in: lane)
            guard let instant = value.string.flatMap({ Timestamp(iso8601: $0) }) else {
                throw .runtime(
                    "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format "
                        + "string: \(path.text) == \(value.plainText)")
            }
            deadline = instant
        }
        let timer = setTimer(.wait(lane: lane), at: deadline)
        lanes[lane]?.visit?.phase = .waiting(timer: timer)
    }

    private mutating func beginFail(_ lane: Int, _ error: TextSource?, _ cause: TextSource?) throws(StateFailure) {
        let failure = StateFailure(
            error: try text(error, field: "ErrorPath", in: lane), cause: try text(cause, field: "CausePath", in: lane))
        throw failure
    }

    private mutating func text(_ source: TextSource?, field: String, in lane: Int) throws(StateFailure) -> String? {
        let value: JSONValue
        let input = lanes[lane]?.visit?.input ?? .null
        switch source {
        case nil: return nil
        case .fixed(let text)?: return text
        case .path(let path)?: value = try select(path, from: input, in: lane)
        case .intrinsic(let call)?: value = try call.evaluate(in: scope(of: lane, input: input), random: &random)
        }
        guard let text = value.string else {
            throw .runtime("The \(field) parameter does not reference a string value: \(value.plainText)")
        }
        return text
    }

    /// Makes a state's output of its result and leaves the state.
    mutating func finish(_ lane: Int, with result: JSONValue) throws(StateFailure) {
        guard let visit = lanes[lane]?.visit else { return }
        let selected = try fill(visit.state.resultSelector, or: result, in: lane, from: result)
        try leave(lane, output: try visit.state.resultPath.combine(selected, into: visit.rawInput))
    }

    /// Leaves a state by its transition, or by another one.
    mutating func leave(
        _ lane: Int, output: JSONValue, to transition: State.Transition? = nil
    ) throws(StateFailure) {
        guard let state = lanes[lane]?.visit?.state else { return }
        let output = try select(state.outputPath, from: output, in: lane)
        try exit(lane, output: output, to: transition)
    }

    /// Leaves a state with what is already its output.
    mutating func exit(_ lane: Int, output: JSONValue, to transition: State.Transition? = nil) throws(StateFailure) {
        guard let state = lanes[lane]?.visit?.state else { return }
        guard output.bytes.count <= limits.dataBytes else { throw .tooLarge(state.name) }
        note(.stateExited(state, output: output), in: lane)
        lanes[lane]?.visit = nil
        switch transition ?? state.transition {
        case .next(let name): arrivals.append(Arrival(lane: lane, state: name, input: output))
        case .end: endLane(lane, output: output)
        }
    }

    private mutating func endLane(_ lane: Int, output: JSONValue) {
        guard let ended = lanes[lane] else { return }
        guard let parent = ended.parent else {
            note(.executionSucceeded(output: output), in: lane)
            return end(.succeeded(output))
        }
        branchEnded(lane, of: parent, index: ended.index, output: output)
    }

    /// - Throws: `States.Runtime` when the path finds nothing. nil stands for `null`: an empty object.
    func select(_ path: JSONPath?, from value: JSONValue, in lane: Int) throws(StateFailure) -> JSONValue {
        guard let path else { return .object([:]) }
        guard !path.steps.isEmpty || path.isContext else { return value }
        guard case .value(let found) = scope(of: lane, input: value).find(path) else { throw .invalidPath(path) }
        return found
    }

    mutating func fill(
        _ template: PayloadTemplate?, or value: JSONValue, in lane: Int, from input: JSONValue? = nil
    ) throws(StateFailure) -> JSONValue {
        guard let template else { return value }
        return try template.fill(from: scope(of: lane, input: input ?? value), random: &random)
    }
}

extension JSONValue {
    /// A text without its quotes, everything else as JSON.
    fileprivate var plainText: String { string ?? text }
}
