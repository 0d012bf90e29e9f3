/// The queues that records of asynchronous invocations and dead letters go to, as far as Lambda needs them. Functions as
/// destinations are its own affair.
package protocol DestinationSending: Sendable {
    /// Sends one message.
    ///
    /// - Throws: when there is no such queue, or it takes no such message.
    func send(_ letter: DestinationLetter, toQueueARN arn: String) async throws
}

/// A message for a queue.
package struct DestinationLetter: Sendable, Equatable {
    package var body: String
    package var attributes: [Attribute]

    package init(body: String, attributes: [Attribute] = []) {
        self.body = body
        self.attributes = attributes
    }

    package struct Attribute: Sendable, Equatable {
        package var name: String
        /// `String` or `Number`.
        package var dataType: String
        package var value: String

        package init(name: String, dataType: String, value: String) {
            self.name = name
            self.dataType = dataType
            self.value = value
        }
    }
}

/// What a destination's ARN names.
enum DestinationARN: Equatable {
    case queue(String)
    case function(FunctionName)
    /// A service that AWS delivers to and this emulator does not: `sns`, `events`, `s3`.
    case other(service: String)

    /// As AWS prints it in refusals.
    static let pattern =
        #"^$|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*)"#

    /// nil for what is no ARN.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[1].hasPrefix("aws"), !parts[2].isEmpty, !parts[5].isEmpty
        else { return nil }
        switch parts[2] {
        case "sqs": self = .queue(text)
        case "lambda":
            guard let name = FunctionName(text) else { return nil }
            self = .function(name)
        case let service: self = .other(service: String(service))
        }
    }
}
