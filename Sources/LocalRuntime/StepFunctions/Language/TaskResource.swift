import AWSProtocol

/// What a Task state calls.
/// https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
package enum TaskResource: Sendable, Equatable {
    /// A function by its ARN: the input is the payload, the payload the result.
    case function(arn: String)
    /// An API of a service, optimised for the state machine: `arn:aws:states:::sqs:sendMessage`.
    case integration(Integration, waitsForToken: Bool)

    /// The integrations that the emulator has a service for.
    package enum Integration: String, Sendable, CaseIterable {
        case lambdaInvoke = "lambda:invoke"
        case sendMessage = "sqs:sendMessage"
        case putItem = "dynamodb:putItem"
        case getItem = "dynamodb:getItem"
        case updateItem = "dynamodb:updateItem"
        case deleteItem = "dynamodb:deleteItem"
        case publish = "sns:publish"
        case startExecution = "states:startExecution"

        /// `sqs`
        var service: String { String(rawValue.prefix { $0 != ":" }) }
        /// `sendMessage`
        var action: String { String(rawValue.drop { $0 != ":" }.dropFirst()) }

        /// The API does not wait for an answer to its own, so that a token makes sense.
        var takesToken: Bool { [.lambdaInvoke, .sendMessage, .publish, .startExecution].contains(self) }

        /// The parameters that must be given.
        var requiredParameters: [String] {
            switch self {
            case .lambdaInvoke: ["FunctionName"]
            case .sendMessage: ["QueueUrl", "MessageBody"]
            case .putItem: ["TableName", "Item"]
            case .getItem, .updateItem, .deleteItem: ["TableName", "Key"]
            case .publish: ["Message"]
            case .startExecution: ["StateMachineArn"]
            }
        }
    }

    enum Refusal: Error, Equatable {
        case notAResource
        /// AWS has it, the emulator does not.
        case notImplemented(String)
    }

    /// Reads `Resource`.
    init(_ text: String) throws(Refusal) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 6, parts[0] == "arn", parts[1].hasPrefix("aws") else { throw .notAResource }
        switch parts[2] {
        case "lambda" where parts.count >= 7 && parts[5] == "function" && !parts[6].isEmpty:
            self = .function(arn: text)
        case "states" where parts.count >= 7 && parts[5] == "activity": throw .notImplemented("activities (\(text))")
        case "states" where parts.count >= 7 && parts[3].isEmpty && parts[4].isEmpty:
            self = try Self.integration(parts[5...].joined(separator: ":"))
        default: throw .notAResource
        }
    }

    private static func integration(_ text: String) throws(Refusal) -> TaskResource {
        var name = text
        let waitsForToken = name.hasSuffix(".waitForTaskToken")
        if waitsForToken { name.removeLast(".waitForTaskToken".count) }
        guard let integration = Integration(rawValue: name), !waitsForToken || integration.takesToken else {
            throw .notImplemented("the Task resource arn:aws:states:::\(text)")
        }
        return .integration(integration, waitsForToken: waitsForToken)
    }

    var waitsForToken: Bool {
        if case .integration(_, true) = self { true } else { false }
    }
}
