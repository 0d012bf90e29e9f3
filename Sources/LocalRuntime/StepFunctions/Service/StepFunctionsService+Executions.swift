import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import Foundation

/// Executions: asking about them, ending them, answering for their tasks.
extension StepFunctionsService {
    /// - Throws: `executionDoesNotExist`
    func execution(_ arn: String) async throws -> Execution {
        try ARNs.checkExecution(arn)
        let horizon = horizon
        let found = try await database.read { try ExecutionStore(db: $0).execution(arn, endedSince: horizon) }
        guard let found else { throw StepFunctionsError.executionDoesNotExist(arn) }
        return found
    }

    /// What ended before this is forgotten.
    var horizon: Timestamp { clock.now - limits.retention }

    /// Ends an execution; one that has ended is left as it is.
    ///
    /// - Returns: when it ended.
    func stopExecution(_ arn: String, error: String?, cause: String?) async throws -> Timestamp {
        let before = try await execution(arn)
        if let stoppedAt = before.stoppedAt { return stoppedAt }
        _ = try await report(.stopped(error: error, cause: cause), to: before.id)
        guard let stoppedAt = try await execution(arn).stoppedAt else { throw StuckExecution(arn: arn) }
        return stoppedAt
    }

    /// An execution whose journal could not be written, and which goes on at the next start only.
    private struct StuckExecution: Error {
        let arn: String
    }

    /// Answers for the task that a token belongs to.
    ///
    /// - Throws: `invalidToken`, `taskTimedOut` when the task is not there any more.
    func answer(
        token: String, _ occurrence: @Sendable (_ task: Int) -> Interpreter.Occurrence
    ) async throws {
        guard let address = TaskToken(token) else { throw StepFunctionsError.invalidToken }
        let running = try await database.read { try ExecutionStore(db: $0).runningID(address.executionARN) }
        guard let id = running, let task = await task(of: id, token: token),
            try await report(occurrence(task), to: id)
        else { throw StepFunctionsError.taskTimedOut }
    }
}

/// A task token: leads to its execution and cannot be guessed.
struct TaskToken {
    let executionARN: String
    let text: String

    init(executionARN: String, secret: String) {
        self.executionARN = executionARN
        text = Data("\(secret) \(executionARN)".utf8).base64EncodedString()
    }

    init?(_ text: String) {
        guard let data = Data(base64Encoded: text), let inner = String(validating: data, as: UTF8.self),
            let blank = inner.firstIndex(of: " ")
        else { return nil }
        executionARN = String(inner[inner.index(after: blank)...])
        self.text = text
    }
}
