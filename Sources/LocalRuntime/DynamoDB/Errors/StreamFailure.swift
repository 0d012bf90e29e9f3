/// About a request to read a stream.
package enum StreamFailure: Error, Equatable {
    case invalidARN(String)
    case invalidIterator
    case invalidSequenceNumber(String)
    case sequenceNumberMissing(String)
    case sequenceNumberNotAllowed(String)

    var message: String {
        switch self {
        case .invalidARN(let arn): "Invalid StreamArn: Invalid ResourceArn provided as input \(arn)"
        case .invalidIterator: "Invalid ShardIterator"
        case .invalidSequenceNumber(let number): "Invalid SequenceNumber: \(number)"
        case .sequenceNumberNotAllowed(let type):
            "SequenceNumber must not be provided when ShardIteratorType is \(type)"
        case .sequenceNumberMissing(let type): "SequenceNumber must be provided when ShardIteratorType is \(type)"
        }
    }
}
