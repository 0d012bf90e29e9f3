import AWSProtocol
import EmulatorClock

/// What a destination is told of an asynchronous invocation that is done with.
/// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
struct InvocationRecord: Sendable {
    var event: AsyncEvent
    var condition: AsyncRetries.Condition
    /// The last try's; nil when it was never run.
    var result: InvocationResult?
    var instant: Timestamp

    var json: JSONValue {
        var members: JSONObject = [
            "version": "1.0", "timestamp": .string(instant.rfc3339),
            "requestContext": [
                "requestId": .string(event.requestID), "functionArn": .string(event.target.keyARN),
                "condition": .string(condition.rawValue),
                // Tries that did not come to run the function are not counted.
                "approximateInvokeCount": .integer(event.failures + (result == nil ? 0 : 1)),
            ],
            "requestPayload": Self.value(event.payload),
        ]
        if let result {
            var context: JSONObject = ["statusCode": 200, "executedVersion": .string(result.executedVersion)]
            if let error = result.functionError { context.append("functionError", .string(error)) }
            members.append("responseContext", .object(context))
            members.append("responsePayload", Self.value(result.payload))
        }
        return .object(members)
    }

    /// The event itself for a dead-letter queue, with what went wrong beside it.
    /// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
    var deadLetter: DestinationLetter {
        let message = (try? JSONValue(parsing: result?.payload ?? []))?["errorMessage"]?.string ?? ""
        return DestinationLetter(
            body: String(decoding: event.payload, as: UTF8.self),
            attributes: [
                .init(name: "RequestID", dataType: "String", value: event.requestID),
                .init(name: "ErrorCode", dataType: "Number", value: result == nil ? "429" : "200"),
                // A message attribute must not be empty, and AWS sends the first KiB of the error.
                .init(
                    name: "ErrorMessage", dataType: "String",
                    value: message.isEmpty ? "Unknown" : Self.first(1024, of: message)),
            ])
    }

    /// JSON as it came; what is none, as a string.
    private static func value(_ bytes: [UInt8]) -> JSONValue {
        (try? JSONValue(parsing: bytes)) ?? .string(String(decoding: bytes, as: UTF8.self))
    }

    private static func first(_ limit: Int, of text: String) -> String {
        String(decoding: text.utf8.prefix(limit), as: UTF8.self)
    }
}
