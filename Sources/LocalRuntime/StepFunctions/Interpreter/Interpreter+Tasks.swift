import AWSProtocol
import EmulatorClock

/// Task states: the call, its end, its timeouts, and its token.
extension Interpreter {
    mutating func beginTask(_ lane: Int, _ visit: Visit, _ task: TaskState) throws(StateFailure) {
        let token = task.resource.waitsForToken ? makeToken() : nil
        let scope = scope(of: lane, input: visit.input, token: token)
        let input = try visit.state.parameters?.fill(from: scope, random: &random) ?? visit.input
        guard input.bytes.count <= limits.dataBytes else { throw .tooLarge(visit.state.name) }
        let timeout = try seconds(task.timeout, field: "TimeoutSecondsPath", scope)
        let heartbeat = try seconds(task.heartbeat, field: "HeartbeatSecondsPath", scope)
        note(
            .task(
                task.resource,
                .scheduled(input: input, timeout: timeout, heartbeat: heartbeat, region: identity.region)), in: lane)
        note(.task(task.resource, .started), in: lane)
        let call = TaskCall(
            resource: task.resource, input: input, account: identity.account, region: identity.region, token: token,
            traceHeader: identity.traceHeader, executionARN: identity.arn)
        var running = Running(task: addTask(call, lane: lane), heartbeatSeconds: heartbeat)
        running.timeoutTimer = timeout.map { setTimer(.taskTimeout(lane: lane), at: now + .seconds($0)) }
        running.heartbeatTimer = heartbeat.map { setTimer(.heartbeat(lane: lane), at: now + .seconds($0)) }
        lanes[lane]?.visit?.phase = .running(running)
    }

    /// The call has come back. With a token that is only the beginning.
    mutating func taskEnded(_ id: Int, _ outcome: TaskOutcome) {
        guard let task = tasks[id] else { return }
        if task.call.token != nil, case .succeeded(let output) = outcome {
            tasks[id]?.isSubmitted = true
            note(.task(task.call.resource, .submitted(output)), in: task.lane)
        } else {
            conclude(id, outcome)
        }
    }

    /// Somebody has answered for the token, maybe before the call came back.
    mutating func taskReported(_ id: Int, _ outcome: TaskOutcome) {
        conclude(id, outcome)
    }

    mutating func heartbeat(_ id: Int) {
        guard let lane = tasks[id]?.lane, case .running(var running)? = lanes[lane]?.visit?.phase,
            let seconds = running.heartbeatSeconds
        else { return }
        dropTimer(running.heartbeatTimer)
        running.heartbeatTimer = setTimer(.heartbeat(lane: lane), at: now + .seconds(seconds))
        lanes[lane]?.visit?.phase = .running(running)
    }

    private mutating func conclude(_ id: Int, _ outcome: TaskOutcome) {
        guard let task = tasks[id] else { return }
        dropWork(of: task.lane)
        let resource = task.call.resource
        switch outcome {
        case .succeeded(let output) where output.bytes.count > limits.dataBytes:
            failTask(task.lane, resource, .tooLarge(resource.name))
        case .succeeded(let output):
            note(.task(resource, .succeeded(output)), in: task.lane)
            attempt(task.lane) { (self) throws(StateFailure) in try self.finish(task.lane, with: output) }
        case .failed(let error, let cause):
            failTask(task.lane, resource, StateFailure(error: error, cause: cause))
        }
    }

    private mutating func failTask(_ lane: Int, _ resource: TaskResource, _ failure: StateFailure) {
        note(.task(resource, .failed(failure)), in: lane)
        fail(lane, failure)
    }

    /// A timer has come due.
    mutating func fire(_ id: Int) {
        guard let purpose = timers.removeValue(forKey: id)?.purpose else { return }
        switch purpose {
        case .executionTimeout:
            note(.executionTimedOut, after: lanes.min { $0.key < $1.key }?.value.lastEvent ?? 0)
            end(.timedOut)
        case .wait(let lane):
            attempt(lane) { (self) throws(StateFailure) in
                try self.leave(lane, output: self.lanes[lane]?.visit?.input ?? .null)
            }
        case .retry(let lane): attempt(lane) { (self) throws(StateFailure) in try self.begin(lane) }
        case .taskTimeout(let lane): timeOut(lane, StateFailure(error: StateFailure.timeout))
        case .heartbeat(let lane): timeOut(lane, StateFailure(error: "States.HeartbeatTimeout"))
        }
    }

    private mutating func timeOut(_ lane: Int, _ failure: StateFailure) {
        guard case .task(let task)? = lanes[lane]?.visit?.state.kind else { return }
        dropWork(of: lane)
        note(.task(task.resource, .timedOut(failure)), in: lane)
        fail(lane, failure)
    }

    private func seconds(
        _ source: NumberSource?, field: String, _ scope: PathScope
    ) throws(StateFailure) -> Int? {
        switch source {
        case nil: return nil
        case .fixed(let seconds)?: return seconds
        case .path(let path)?:
            guard case .value(let value) = scope.find(path) else { throw .invalidPath(path) }
            guard let seconds = value.integer, (1...99_999_999).contains(seconds) else {
                throw .runtime(
                    "The \(field) parameter does not reference a positive integer value: \(path.text) == \(value.text)")
            }
            return seconds
        }
    }

    private mutating func makeToken() -> String {
        TaskToken(executionARN: identity.arn, secret: random.uuid()).text
    }

    /// The task that a token was given to, while it is under way.
    func task(withToken token: String) -> Int? {
        tasks.first { $0.value.call.token == token }?.key
    }
}

extension TaskResource {
    /// As an error's cause names it.
    var name: String {
        switch self {
        case .function(let arn): arn
        case .integration(let integration, _): integration.service
        }
    }
}
