package import AWSProtocol

/// SQS's refusals in AWS's words. Codes differ by protocol: the JSON one sends the shape's name and carries the older
/// Query code in a header, by which SDKs go.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
package enum SQSError: ServiceError, Equatable {
    case queueDoesNotExist
    case queueNameExists(differing: String)
    case queueDeletedRecently
    case purgeQueueInProgress(String)
    case receiptHandleIsInvalid(String)
    case receiptHandleOfAnotherQueue(String)
    case invalidMessageContents
    case invalidAttributeName(String)
    case invalidAttributeValue(String, reason: String? = nil)
    /// The whole text: many of AWS's have a shape of their own.
    case invalidParameterValue(String)
    case missingParameter(String)
    case emptyBatchRequest(entry: String)
    case tooManyEntriesInBatchRequest(Int, limit: Int)
    case batchEntryIdsNotDistinct(String)
    case invalidBatchEntryId
    case batchRequestTooLong(Int, limit: Int)
    case overLimit(String)
    case resourceNotFound(String)
    case unsupportedOperation(String)
    case invalidAddress(String)
    case invalidAction(String)
    case unknownOperation
    case serialization(String)

    package var wire: WireError {
        switch self {
        case .queueDoesNotExist:
            Self.modelled("QueueDoesNotExist", "The specified queue does not exist.", "\(Self.prefix)NonExistentQueue")
        case .queueNameExists(let attribute):
            Self.modelled(
                "QueueNameExists",
                "A queue already exists with the same name and a different value for attribute \(attribute)",
                "QueueAlreadyExists")
        case .queueDeletedRecently:
            Self.modelled(
                "QueueDeletedRecently",
                "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
                "\(Self.prefix)QueueDeletedRecently")
        case .purgeQueueInProgress(let queue):
            Self.modelled(
                "PurgeQueueInProgress", "Only one PurgeQueue operation on \(queue) is allowed every 60 seconds.",
                "\(Self.prefix)PurgeQueueInProgress", status: 403)
        case .receiptHandleIsInvalid(let handle):
            Self.modelled(
                "ReceiptHandleIsInvalid", "The input receipt handle \"\(handle)\" is not a valid receipt handle.",
                status: 404)
        case .receiptHandleOfAnotherQueue(let handle):
            Self.modelled(
                "ReceiptHandleIsInvalid", "The receipt handle \"\(handle)\" is not valid for this queue.", status: 404)
        case .invalidMessageContents:
            Self.modelled("InvalidMessageContents", Self.invalidCharacters)
        case .invalidAttributeName(let text):
            Self.modelled("InvalidAttributeName", text)
        case .invalidAttributeValue(let name, let reason):
            Self.modelled(
                "InvalidAttributeValue",
                "Invalid value for the parameter \(name)." + (reason.map { " Reason: \($0)" } ?? ""))
        case .invalidParameterValue(let text):
            Self.modelled("InvalidParameterValueException", text, "InvalidParameterValue")
        case .missingParameter(let name):
            Self.modelled(
                "MissingRequiredParameterException", "The request must contain the parameter \(name).",
                "MissingParameter")
        case .emptyBatchRequest(let entry):
            Self.modelled(
                "EmptyBatchRequest", "There should be at least one \(entry) in the request.",
                "\(Self.prefix)EmptyBatchRequest")
        case .tooManyEntriesInBatchRequest(let count, let limit):
            Self.modelled(
                "TooManyEntriesInBatchRequest",
                "Maximum number of entries per request are \(limit). You have sent \(count).",
                "\(Self.prefix)TooManyEntriesInBatchRequest")
        case .batchEntryIdsNotDistinct(let id):
            Self.modelled("BatchEntryIdsNotDistinct", "Id \(id) repeated.", "\(Self.prefix)BatchEntryIdsNotDistinct")
        case .invalidBatchEntryId:
            Self.modelled(
                "InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
                    + "It can be at most 80 letters long.",
                "\(Self.prefix)InvalidBatchEntryId")
        case .batchRequestTooLong(let bytes, let limit):
            Self.modelled(
                "BatchRequestTooLong",
                "Batch requests cannot be longer than \(limit) bytes. You have sent \(bytes) bytes.",
                "\(Self.prefix)BatchRequestTooLong")
        case .overLimit(let text):
            Self.modelled("OverLimit", text, status: 403)
        case .resourceNotFound(let text):
            Self.modelled("ResourceNotFoundException", text, status: 404)
        case .unsupportedOperation(let text):
            Self.modelled("UnsupportedOperation", text, "\(Self.prefix)UnsupportedOperation")
        case .invalidAddress(let address):
            Self.modelled("InvalidAddress", "The address \(address) is not valid for this endpoint.")
        case .invalidAction(let action):
            Self.modelled("InvalidAction", "The action \(action) is not valid for this endpoint.")
        case .unknownOperation:
            WireError("UnknownOperationException", "")
        case .serialization(let text):
            Self.modelled("SerializationException", text)
        }
    }

    static let invalidCharacters =
        "Invalid characters found. Valid unicode characters are "
        + "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"

    private static let prefix = "AWS.SimpleQueueService."

    private static func modelled(
        _ code: String, _ message: String, _ queryCode: String? = nil, status: Int = 400
    ) -> WireError {
        WireError(code, message, status: status, queryCode: queryCode ?? code)
    }
}

extension SQSError {
    /// `Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`
    static func value(_ value: some CustomStringConvertible, of parameter: String, reason: String) -> SQSError {
        .invalidParameterValue("Value \(value) for parameter \(parameter) is invalid. Reason: \(reason)")
    }
}
