import Lambda
import SQS

/// The queues, as Lambda's destinations see them.
struct LambdaDestinations: DestinationSending {
    let queues: SQSService

    func send(_ letter: DestinationLetter, toQueueARN arn: String) async throws {
        let attributes = letter.attributes.map {
            ($0.name, MessageAttribute(dataType: $0.dataType, value: .string($0.value)))
        }
        let message = OutgoingMessage(body: letter.body, attributes: Dictionary(attributes) { $1 })
        try await queues.deliver(message, toQueueARN: arn)
    }
}
