/// A request to the Runtime API, with what is read of its headers.
struct RuntimeRequest: Equatable {
    var method = ""
    /// As it stands in the request line.
    var target = ""
    /// Whether `Host` names the loopback, or is missing.
    var isForOwnHost = true
    /// Whether the connection is to outlive it.
    var keepsAlive = true
    /// `Lambda-Runtime-Function-Error-Type`
    var errorType: String?
    /// `Lambda-Runtime-Function-Response-Mode: streaming`
    var isStreaming = false
    var body: [UInt8] = []
    /// Whether there was more of a body than the limit; it is empty then.
    var isTooLarge = false
    /// What a function that streams its answer says at its end when it failed on the way.
    /// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
    var midstreamError: MidstreamError?
}

/// Bytes that are no request: the connection cannot go on.
struct MalformedRequest: Error, Equatable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
