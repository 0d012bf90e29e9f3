import AWSProtocol
import EmulatorClock

/// A receipt handle names one receive, not one message: a later receive of the same message has another.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
struct ReceiptHandle: Hashable, Sendable {
    let queue: Int64
    let message: Int64
    /// The number of the receive, counted over the message's whole life.
    let receive: Int64
    let received: Timestamp

    /// AWS's handles begin so, too.
    private static let version: [UInt8] = [0x01, 0x00, 0x41]

    init(queue: Int64, message: Int64, receive: Int64, received: Timestamp) {
        self.queue = queue
        self.message = message
        self.receive = receive
        self.received = received
    }

    /// Base64 of the four numbers and a check, so that a mistyped handle is known as such.
    var wire: String {
        let bytes = Self.version + Self.bytes(of: numbers)
        return Base64.encode(bytes + Self.check(bytes))
    }

    /// Reads a handle that a client sent back; nil means that no queue here ever made it.
    init?(wire: String) {
        guard let bytes = Base64.decode(wire), bytes.count == Self.version.count + 32 + 6 else { return nil }
        guard bytes.starts(with: Self.version), Self.check(Array(bytes.dropLast(6))) == Array(bytes.suffix(6))
        else { return nil }
        let numbers = (0..<4).map { Self.number(bytes[(Self.version.count + $0 * 8)...].prefix(8)) }
        self.init(
            queue: numbers[0], message: numbers[1], receive: numbers[2],
            received: Timestamp(milliseconds: numbers[3]))
    }

    private var numbers: [Int64] { [queue, message, receive, received.milliseconds] }

    private static func bytes(of numbers: [Int64]) -> [UInt8] {
        numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) } }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64 {
        bytes.reduce(0) { $0 << 8 | Int64($1) }
    }

    /// FNV-1a, 48 bits: it tells typing errors and foreign handles, it guards no secret.
    private static func check(_ bytes: [UInt8]) -> [UInt8] {
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return (0..<6).map { UInt8(truncatingIfNeeded: hash >> (8 * $0)) }
    }
}
