import AWSProtocol
import Lambda
import SQS
import Scheduler
import StepFunctions

/// Functions, queues and state machines, as schedules see them.
struct ScheduledTargets: ScheduleTargets {
    let queues: SQSService
    let lambda: LambdaService
    let stateMachines: StepFunctionsService

    func invoke(_ target: ScheduleTarget, input: String, executionID: String) async throws {
        do {
            switch target.operation {
            case .invokeFunction:
                try await lambda.invokeAsync(target.arn, payload: Array(input.utf8))
            case .sendMessage(let groupID):
                let message = OutgoingMessage(body: input, groupID: groupID)
                try await queues.deliver(message, toQueueARN: target.arn)
            case .startExecution: try await start(target.arn, input: input, name: executionID)
            }
        } catch let error as any ServiceError {
            // A target that is not there, or refuses what it is given, refuses it again.
            let isRetryable = error.wire.status >= 500 || error.wire.status == 429
            throw TargetFailure(
                code: error.wire.queryCode ?? error.wire.code, message: error.wire.message, isRetryable: isRetryable)
        }
    }

    private func start(_ stateMachineARN: String, input: String, name: String) async throws {
        do {
            try await stateMachines.startExecution(
                stateMachineARN: stateMachineARN, input: input, name: name, traceHeader: Tracer.current?.header)
        } catch StepFunctionsError.executionAlreadyExists {
            // Another attempt of an invocation that has run: the name is the invocation's own id.
        }
    }

    func deadLetter(_ body: String, attributes: [String: String], toQueueARN arn: String) async throws {
        let message = OutgoingMessage(
            body: body, attributes: attributes.mapValues { MessageAttribute(dataType: "String", value: .string($0)) })
        try await queues.deliver(message, toQueueARN: arn)
    }
}
