package import AWSProtocol
import EmulatorClock
import EmulatorDatabase

/// Simple Notification Service: topics, and what is published to them. Queues and functions are delivered to; letters to
/// people end in an outbox that one can read. https://docs.aws.amazon.com/sns/latest/api/API_Operations.html
package struct SNSService: Sendable {
    private let foundation: ControlFoundation
    private let delivery: any TopicDelivery

    package init(_ foundation: ControlFoundation, delivery: any TopicDelivery) {
        self.foundation = foundation
        self.delivery = delivery
    }

    /// The service behind the gateway.
    package var service: ControlService {
        ControlService(
            "sns", .query(namespace: "http://sns.amazonaws.com/doc/2010-03-31/"),
            SNSTopics.operations.merging(SNSSubscriptions.operations) { $1 }, effects: ["Publish": publish], foundation)
    }

    /// Publishes for another service, such as an alarm or a state machine.
    ///
    /// - Returns: the message's id.
    /// - Throws: `SNSError.noTopic` when there is no such topic.
    package func publish(topicARN: String, subject: String?, message: String) async throws -> String {
        let parts = topicARN.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6 else { throw SNSError.invalid("TopicArn") }
        let call = ControlCall(
            service: "sns", operation: "Publish", account: parts[4], region: parts[3], now: foundation.clock.now,
            requestID: RequestID.random(),
            parameters: JSONObject(
                [("TopicArn", .string(topicARN)), ("Message", .string(message))]
                    + (subject.map { [("Subject", .string($0))] } ?? [])))
        return try await publish(call)["MessageId"]?.string ?? ""
    }

    /// Letters to people of all accounts, oldest first.
    package func outbox() async throws -> [JSONValue] {
        try await foundation.database.read(SNSOutbox.letters)
    }

    private func publish(_ call: ControlCall) async throws -> JSONObject {
        try call.takesOnly("TopicArn", "TargetArn", "Message", "Subject", "MessageAttributes", "MessageStructure")
        guard call.parameters["MessageStructure"] == nil else {
            throw NotImplemented("sns Publish's parameter MessageStructure")
        }
        let notification = try SNSNotification(call)
        let subscriptions = try await foundation.database.write { db in
            let records = ControlRecords(db: db, account: call.account, region: call.region)
            guard try records.value(SNSTopics.kind, notification.topicARN) != nil else { throw SNSError.noTopic }
            let subscriptions = try records.all(SNSSubscriptions.kind, in: notification.topicARN).map {
                SNSSubscription($0.value)
            }
            for subscription in subscriptions where subscription.isToPeople {
                try SNSOutbox.add(notification, to: subscription, records)
            }
            return subscriptions
        }
        for subscription in subscriptions where !subscription.isToPeople {
            await delivery.deliver(notification.body(for: subscription), to: subscription, of: notification)
        }
        return ["MessageId": .string(notification.id)]
    }
}

/// Who takes a topic's messages to queues and functions. A delivery that fails is the deliverer's to report: the
/// publisher has its answer.
package protocol TopicDelivery: Sendable {
    func deliver(_ body: String, to subscription: SNSSubscription, of notification: SNSNotification) async
}

/// SNS's refusals.
package enum SNSError: ServiceError {
    case noTopic
    case noSubscription
    case invalid(String)
    case endpoint(protocol: String)
    case tooManyTags

    package var wire: WireError {
        switch self {
        case .noTopic: WireError("NotFound", "Topic does not exist", status: 404)
        case .noSubscription: WireError("NotFound", "Subscription does not exist", status: 404)
        case .invalid(let member): WireError("InvalidParameter", "Invalid parameter: \(member)")
        case .endpoint(let name): WireError("InvalidParameter", "Invalid parameter: \(name) endpoint")
        case .tooManyTags:
            WireError("TagLimitExceeded", "Could not complete request: tag quota of per resource exceeded")
        }
    }
}
