import AWSProtocol
import EmulatorClock

/// What becomes of a state that fails: Retry, then Catch, then the end of its lane.
extension Interpreter {
    mutating func fail(_ lane: Int, _ failure: StateFailure) {
        guard let visit = lanes[lane]?.visit, outcome == nil else { return }
        let failure = named(failure, visit)
        // Neither Retry nor Catch takes it, wherever it happens.
        if failure.error == StateFailure.runtime {
            return endFailed(failure, after: lanes[lane]?.lastEvent ?? 0)
        }
        abortBranches(of: lane, after: lanes[lane]?.lastEvent ?? 0)
        dropWork(of: lane)
        if retry(lane, visit, failure) { return }
        if let catcher = visit.state.catchers.first(where: { $0.errors.contains(where: failure.matches) }) {
            noteFailedBranches(lane, visit)
            attempt(lane) { (self) throws(StateFailure) in
                let output = try catcher.resultPath.combine(failure.output, into: visit.rawInput)
                // A Catch that fails is not caught by its own state again.
                self.lanes[lane]?.visit = visit.withoutErrorHandling
                try self.exit(lane, output: output, to: .next(catcher.next))
            }
            return
        }
        noteFailedBranches(lane, visit)
        endLane(lane, visit, failure)
    }

    private func named(_ failure: StateFailure, _ visit: Visit) -> StateFailure {
        guard failure.namesItsState else { return failure }
        var named = failure
        named.namesItsState = false
        named.cause =
            "An error occurred while executing the state '\(visit.state.name)' (entered at the event id "
            + "#\(visit.enteredEvent)). \(failure.cause ?? "")"
        return named
    }

    /// Whether the state is tried again.
    private mutating func retry(_ lane: Int, _ visit: Visit, _ failure: StateFailure) -> Bool {
        guard
            let index = visit.state.retriers.firstIndex(where: { $0.errors.contains(where: failure.matches) })
        else { return false }
        let retrier = visit.state.retriers[index]
        let attempt = (visit.attempts[index] ?? 0) + 1
        guard attempt <= retrier.maxAttempts else { return false }
        lanes[lane]?.visit?.attempts[index] = attempt
        let delay = retrier.delay(beforeAttempt: attempt, random: &random)
        let timer = setTimer(.retry(lane: lane), at: now + delay)
        lanes[lane]?.visit?.phase = .backingOff(timer: timer)
        return true
    }

    private mutating func noteFailedBranches(_ lane: Int, _ visit: Visit) {
        switch visit.state.kind {
        case .parallel: note(.branchesFailed, in: lane)
        case .map: note(.mapFailed, in: lane)
        default: break
        }
    }

    private mutating func endLane(_ lane: Int, _ visit: Visit, _ failure: StateFailure) {
        guard let ended = lanes[lane] else { return }
        guard let parent = ended.parent else { return endFailed(failure, after: ended.lastEvent) }
        // These stand beside the chain: what follows names the last event before them.
        if let state = lanes[parent]?.visit?.state, case .map = state.kind {
            note(.iteration(.failed, state: state.name, index: ended.index), after: ended.lastEvent)
        }
        if case .task = visit.state.kind { note(.stateAborted(visit.state), after: ended.lastEvent) }
        if case .branched(var fan)? = lanes[parent]?.visit?.phase {
            fan.lanes.remove(lane)
            lanes[parent]?.visit?.phase = .branched(fan)
        }
        lanes[lane] = nil
        lanes[parent]?.lastEvent = ended.lastEvent
        fail(parent, failure)
    }

    /// Ends what a lane's state has under way: its task and its timers.
    mutating func dropWork(of lane: Int) {
        switch lanes[lane]?.visit?.phase {
        case .waiting(let timer)?, .backingOff(let timer)?: dropTimer(timer)
        case .running(let running)?:
            dropTask(running.task)
            dropTimer(running.timeoutTimer)
            dropTimer(running.heartbeatTimer)
        default: break
        }
        lanes[lane]?.visit?.phase = .entering
    }
}

extension Visit {
    fileprivate var withoutErrorHandling: Visit {
        var state = self.state
        state.retriers = []
        state.catchers = []
        return Visit(
            state: state, enteredEvent: enteredEvent, enteredAt: enteredAt, rawInput: rawInput, input: input,
            attempts: attempts)
    }
}
