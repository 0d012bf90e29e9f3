import AWSProtocol
import CZlib
import Foundation

/// The frames in which InvokeWithResponseStream answers.
/// https://smithy.io/2.0/aws/amazon-eventstream.html
enum EventStream {
    private static let largestChunk = 65_536

    static func bytes(of result: InvocationResult) -> [UInt8] {
        var frames: [UInt8] = []
        var rest = result.payload[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(largestChunk)
            frames += frame("PayloadChunk", "application/octet-stream", chunk)
            rest = rest.dropFirst(chunk.count)
        }
        return frames + frame("InvokeComplete", "application/json", completion(of: result).bytes[...])
    }

    private static func completion(of result: InvocationResult) -> JSONValue {
        var members: JSONObject = [:]
        if let error = result.functionError {
            let details = result.midstreamError?.body ?? result.payload
            members.append("ErrorCode", .string(result.midstreamError?.type ?? error))
            members.append("ErrorDetails", .string(String(decoding: details, as: UTF8.self)))
        }
        if let tail = result.logTail { members.append("LogResult", .string(Data(tail).base64EncodedString())) }
        return .object(members)
    }

    /// Total length, length of the headers, checksum of both; headers; payload; checksum of all.
    private static func frame(_ event: String, _ contentType: String, _ payload: ArraySlice<UInt8>) -> [UInt8] {
        let headers =
            header(":event-type", event) + header(":content-type", contentType) + header(":message-type", "event")
        var bytes = bigEndian(16 + headers.count + payload.count) + bigEndian(headers.count)
        bytes += checksum(bytes)
        bytes += headers
        bytes += payload
        return bytes + checksum(bytes)
    }

    /// A name and a value of type 7, a string.
    private static func header(_ name: String, _ value: String) -> [UInt8] {
        let length = [UInt8(truncatingIfNeeded: value.utf8.count >> 8), UInt8(truncatingIfNeeded: value.utf8.count)]
        return [UInt8(name.utf8.count)] + Array(name.utf8) + [7] + length + Array(value.utf8)
    }

    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        bigEndian(Int(crc32(crc32(0, nil, 0), bytes, UInt32(bytes.count))))
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
