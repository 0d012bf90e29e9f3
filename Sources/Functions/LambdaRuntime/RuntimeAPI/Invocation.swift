/// One event as `next` hands it over: the payload and the headers that describe it.
///
/// Fields: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-next
struct Invocation: Equatable {
    let requestID: String
    /// Milliseconds since 1970; nil when the header is absent or no number, which is not fatal.
    let deadlineMilliseconds: Int?
    let functionARN: String
    let traceID: String?
    /// JSON, as received.
    let clientContext: String?
    /// JSON, as received.
    let cognitoIdentity: String?
    let payload: [UInt8]

    init(_ head: ResponseHead, payload: [UInt8]) throws(RuntimeAPIError) {
        guard let requestID = head.first("lambda-runtime-aws-request-id"), Self.isPathSegment(requestID) else {
            throw .noRequestID
        }
        self.requestID = String(decoding: requestID, as: UTF8.self)
        deadlineMilliseconds = head.first("lambda-runtime-deadline-ms")?.decimal(notAbove: .max / 16)
        functionARN = head.text("lambda-runtime-invoked-function-arn") ?? ""
        traceID = head.text("lambda-runtime-trace-id")
        clientContext = head.text("lambda-runtime-client-context")
        cognitoIdentity = head.text("lambda-runtime-cognito-identity")
        self.payload = payload
    }

    /// The id goes into the path of the answer's request line, which must stay one line of three words.
    private static func isPathSegment(_ id: ArraySlice<UInt8>) -> Bool {
        !id.isEmpty && id.count <= 256
            && id.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "%"): false
                default: byte > 0x20 && byte < 0x7f
                }
            }
    }
}
