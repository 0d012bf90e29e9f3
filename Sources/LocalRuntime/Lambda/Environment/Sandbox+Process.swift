import Glibc
import NIOPosix

/// The child process: its start, its end, and a second start when its first init failed.
extension Sandbox {
    func launch() {
        state.launched = .now
        arm(means.limits.initialization)
        do {
            let listener = try RuntimeListener { [weak self] in
                guard let self else { return }
                monitor.enter { acceptConnections() }
            }
            state.listener = listener
            spawn(listener.address)
        } catch {
            couldNotStart(.cannotRun(path: "127.0.0.1", reason: "\(error)"))
        }
    }

    private func spawn(_ runtimeAPI: String) {
        let variables = EnvironmentVariables.list(plan, runtimeAPI: runtimeAPI, logStream: logStreamName)
        means.threads.submit { [self] _ in
            let start = Result {
                try ChildProcess(
                    executable: plan.executable, environment: variables, directory: plan.taskRoot,
                    output: log.writingEnd,
                    tmpSize: plan.hasOwnTmp && ChildProcess.canHaveOwnTmp ? plan.ephemeralStorage << 20 : 0)
            }
            monitor.enter {
                switch start {
                case .success(let process): started(process)
                case .failure(let error): couldNotStart(entrypointFailure(error))
                }
            }
        }
    }

    private func started(_ process: ChildProcess) {
        state.process = process
        means.memory.processStarted(process.id, of: self)
        process.whenExited(on: Self.exits) { remains in
            self.monitor.enter { self.exited(remains) }
        }
        // It was shut down, or its time was up, before it had begun.
        switch state.environment?.phase {
        case .ended, .restarting: process.signalGroup(SIGKILL)
        case .ready: freeze()
        default: break
        }
    }

    /// Lets nothing of it run until the next event, as in AWS, where that is wanted: what a function still does after its
    /// answer then shows here, too.
    func freeze() {
        if means.freezesIdle { state.process?.signalGroup(SIGSTOP) }
    }

    func thaw() {
        if means.freezesIdle { state.process?.signalGroup(SIGCONT) }
    }

    private func entrypointFailure(_ error: any Error) -> InvocationFailure {
        guard access(plan.executable, F_OK) == 0 else { return .noBootstrap(path: plan.executable) }
        let reason = (error as? ChildProcess.StartFailure)?.reason ?? "\(error)"
        return .cannotRun(path: plan.executable, reason: reason)
    }

    private func couldNotStart(_ failure: InvocationFailure) {
        if case .fail = state.environment?.couldNotStart() {
            report(self, .spent)
            complete(.failure(failure))
        }
        finish()
    }

    /// What the process sent before it exited may still lie in its connections; they end first.
    private func exited(_ remains: ChildProcess.Remains) {
        if let process = state.process { means.memory.processEnded(process.id) }
        state.process = nil
        state.exit = remains.status
        if state.connections.isEmpty { return processGone() }
        _ = means.timers.after(means.limits.connectionDrain) { [weak self] in
            guard let self else { return }
            monitor.enter {
                if state.exit != nil { state.connections.values.forEach { $0.close() } }
            }
        }
    }

    func processGone() {
        guard let status = state.exit else { return }
        state.exit = nil
        let initError = state.reportedInitError
        reportInit(.error(initError.map { $0.type ?? "Runtime.Unknown" } ?? "Runtime.ExitError"))
        switch state.environment?.exited() {
        case .restart: restart()
        case .fail:
            report(self, .spent)
            complete(initError.map { .error($0.body, type: $0.type) } ?? .failure(.exited(status)))
            finish()
        case .kill:
            report(self, .spent)
            finish()
        case nil, .nothing, .killToRestart: finish()
        }
    }

    /// AWS's second try: the init runs again as part of the invocation, within the function's timeout.
    private func restart() {
        state.reportedInitError = nil
        state.launched = .now
        beginTimeout()
        if let address = state.listener?.address { spawn(address) }
    }

    func terminate() {
        state.process?.signalGroup(SIGTERM)
        // One that stands still hears it when it goes on.
        thaw()
        disarm()
        _ = means.timers.after(means.limits.shutdownGrace) { [weak self] in
            guard let self else { return }
            monitor.enter { state.process?.signalGroup(SIGKILL) }
        }
    }

    /// Closes what is left; afterwards the sandbox is gone.
    func finish() {
        guard !state.isFinished else { return }
        state.isFinished = true
        disarm()
        state.listener?.close()
        state.connections.values.forEach { $0.close() }
        log.finish()
        report(self, .gone)
    }
}
