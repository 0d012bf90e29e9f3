import EmulatorClock
import Glibc

/// What the bootstrap asks and answers, always inside its monitor.
extension Sandbox {
    /// The answer to an event as it came over the wire.
    enum Answer {
        case response([UInt8], midstreamError: MidstreamError?)
        case error([UInt8], type: String?)
        case tooLarge(limit: Int)
    }

    /// Lets in whoever has connected.
    func acceptConnections() {
        guard !state.isFinished, let listener = state.listener else { return }
        for socket in listener.accept() {
            do {
                let connection = try RuntimeConnection(socket, of: self, limits: means.limits) { [weak self] in
                    guard let self else { return }
                    monitor.enter { self.state.connections[socket]?.attend() }
                }
                state.connections[socket] = connection
                connection.attend()
            } catch {
                close(socket)
            }
        }
        guard listener.isExhausted else { return listener.resume() }
        // To ask again at once would only keep a processor busy.
        _ = means.timers.after(Self.exhaustedPause) { [weak self] in
            guard let self else { return }
            monitor.enter { state.listener?.resume() }
        }
    }

    private static let exhaustedPause: Duration = .milliseconds(100)

    func connectionClosed(_ connection: RuntimeConnection) {
        state.connections[connection.socket] = nil
        if state.parked === connection {
            state.parked = nil
            state.environment?.parkedConnectionLost()
            thaw()
            report(self, .unready)
        }
        if state.exit != nil, state.connections.isEmpty { processGone() }
    }

    func next(_ connection: RuntimeConnection) {
        // What it has printed so far belongs to what lies behind it.
        log.drain()
        switch state.environment?.next() {
        case .park:
            disarm()
            let former = state.parked
            state.parked = connection
            if former !== connection { former?.close() }
            freeze()
            report(self, .ready)
        case .deliver(let endsInit): deliver(on: connection, endsInit: endsInit)
        case .deliverAgain:
            if let work = state.work { connection.deliver(work.invocation, deadline: work.deadline) }
        case .refuse(let refusal): connection.refuse(refusal)
        case nil: connection.close()
        }
    }

    func deliver(on connection: RuntimeConnection, endsInit: Bool) {
        if state.peakMemoryRead == nil { readMemory(force: true) }
        guard let work = state.work else { return }
        if endsInit { work.initDuration = .now - state.launched }
        if work.begun == nil { beginTimeout() }
        announce()
        connection.deliver(work.invocation, deadline: work.deadline)
    }

    /// From here on the function's own timeout counts.
    func beginTimeout() {
        state.work?.begun = .now
        state.work?.deadline = (means.wallClock() + plan.timeout).milliseconds
        arm(plan.timeout)
    }

    func answer(_ requestID: String, _ answer: Answer, on connection: RuntimeConnection) {
        let kind: ExecutionEnvironment.AnswerKind = if case .error = answer { .error } else { .response }
        switch state.environment?.answer(requestID, kind) {
        case .accept: break
        case .refuse(let refusal): return connection.refuse(refusal)
        case nil: return connection.close()
        }
        readMemory()
        guard state.peakMemory <= plan.memorySize * 1024 else {
            connection.close()
            report(self, .spent)
            state.process?.signalGroup(SIGKILL)
            return complete(.failure(.outOfMemory))
        }
        report(self, .answered)
        switch answer {
        case .response(let body, let midstreamError):
            connection.accept()
            complete(.response(body, midstreamError: midstreamError))
        case .error(let body, let type):
            connection.accept()
            complete(.error(body, type: type))
        case .tooLarge(let limit):
            connection.refuse(.requestEntityTooLarge(limit: limit))
            complete(.failure(.responseTooLarge(limit: limit)))
        }
    }

    func initError(_ body: [UInt8], type: String?, on connection: RuntimeConnection) {
        switch state.environment?.initError() {
        case .accept:
            state.reportedInitError = (body, type)
            connection.accept()
        case .refuse(let refusal): connection.refuse(refusal)
        case nil: connection.close()
        }
    }

    /// What the platform says at this moment.
    var platform: PlatformLog { PlatformLog(logging: plan.logging, now: means.clock.now) }

    /// The START line, once an invocation.
    func announce() {
        guard let work = state.work, !work.isAnnounced else { return }
        work.isAnnounced = true
        log.add(later: { [platform, plan, requestID = work.invocation.requestID] in
            platform.start(requestID, plan.version)
        })
    }

    /// The same of an invocation whose event has not been asked for.
    func announceLate() {
        guard state.work?.isAnnounced == false else { return }
        log.drain()
        announce()
    }

    /// Writes the last lines of an invocation and answers whoever waits for it.
    func complete(_ outcome: Completion.Outcome) {
        guard let work = state.work else { return }
        announceLate()
        state.work = nil
        means.memory.end()
        if state.peakMemory == 0 { readMemory(force: true) }
        let requestID = work.invocation.requestID
        let report = InvocationReport(
            status: outcome.status, duration: work.begun.map { .now - $0 } ?? .zero, initDuration: work.initDuration,
            memorySize: plan.memorySize, maxMemoryUsed: (state.peakMemory + 1023) / 1024)
        log.say(later: { [platform, trace = work.invocation.trace, failure = outcome.loggedFailure] in
            platform.end(report, requestID: requestID, traceID: trace.header, failure: failure)
        })
        let tail = work.invocation.wantsLogTail ? log.endTail(limit: means.limits.logTail) : nil
        means.watch.note(plan.function, report, outcome)
        state.isQuick = Self.isQuick(report.duration)
        work.end(.completed(Completion(outcome: outcome, report: report, logTail: tail)))
    }

    func readMemory(force: Bool = false) {
        // A quick bootstrap asks for its event before we have heard that it was started.
        guard let process = state.process else { return }
        let now = ContinuousClock.now
        if !force, let last = state.peakMemoryRead, now - last < Self.memoryReadInterval { return }
        state.peakMemoryRead = now
        state.peakMemory = max(state.peakMemory, process.peakMemory ?? 0)
    }
}

extension Completion.Outcome {
    /// The failure of which the log tells beside the report.
    var loggedFailure: InvocationFailure? {
        if case .failure(let failure) = self, failure.isLogged { failure } else { nil }
    }

    var status: InvocationReport.Status {
        switch self {
        // An error that the function reports itself is, to the platform, an answer like any other.
        case .response, .error: .success
        case .failure(.timedOut): .timeout
        case .failure(let failure): .error(failure.errorType)
        }
    }
}

extension InvocationFailure {
    /// A timeout has a line of its own.
    fileprivate var isLogged: Bool {
        if case .timedOut = self { false } else { true }
    }
}
