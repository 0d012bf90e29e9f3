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
        var bytes = Self.version
        bytes.reserveCapacity(Self.length)
        for number in [queue, message, receive, received.milliseconds] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        let check = Self.check(bytes[...])
        for shift in stride(from: 0, to: 48, by: 8) { bytes.append(UInt8(truncatingIfNeeded: check >> shift)) }
        return Base64.encode(bytes)
    }

    /// Reads a handle that a client sent back; nil means that no queue here ever made it.
    init?(wire: String) {
        guard let bytes = Base64.decode(wire), bytes.count == Self.length, bytes.starts(with: Self.version)
        else { return nil }
        let check = bytes.suffix(6).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard Self.check(bytes.dropLast(6)) == check else { return nil }
        func number(_ index: Int) -> Int64 {
            bytes[(Self.version.count + index * 8)...].prefix(8).reduce(0) { $0 << 8 | Int64($1) }
        }
        self.init(
            queue: number(0), message: number(1), receive: number(2), received: Timestamp(milliseconds: number(3)))
    }

    private static let length = version.count + 4 * 8 + 6

    /// FNV-1a, 48 bits: it tells typing errors and foreign handles, it guards no secret.
    private static func check(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } & 0xFFFF_FFFF_FFFF
    }
}
