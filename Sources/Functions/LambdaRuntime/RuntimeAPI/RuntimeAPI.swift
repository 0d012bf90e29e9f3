/// A client of Lambda's Runtime API, version 2018-06-01, on one kept-alive connection.
///
/// It blocks its thread; one loop owns it. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
final class RuntimeAPI {
    private let endpoint: Endpoint
    private let commonFields: [UInt8]
    private var connection: Connection?
    private var parser = ResponseParser()
    private var request: [UInt8] = []

    init(_ endpoint: Endpoint) {
        self.endpoint = endpoint
        commonFields = Array(" HTTP/1.1\r\nHost: \(endpoint.authority)\r\nUser-Agent: rivulet\r\n".utf8)
    }

    /// Waits for the next event, without a time-out.
    ///
    /// - Parameter stop: ends the wait.
    /// - Returns: nil when stopped.
    func next(unless stop: StopSignal) throws(RuntimeAPIError) -> Invocation? {
        begin("GET", "/2018-06-01/runtime/invocation/next")
        endHead()
        guard try exchange([], unless: stop) else { return nil }
        try checkStatus()
        return try Invocation(parser.head, payload: parser.takeBody())
    }

    /// Posts the answer to an invocation.
    func respond(to requestID: String, _ body: [UInt8]) throws(RuntimeAPIError) {
        begin("POST", "/2018-06-01/runtime/invocation/", requestID, "/response")
        try post(body)
    }

    /// Posts that an invocation failed.
    func fail(_ requestID: String, _ report: ErrorReport) throws(RuntimeAPIError) {
        begin("POST", "/2018-06-01/runtime/invocation/", requestID, "/error")
        add("Lambda-Runtime-Function-Error-Type", report.headerType)
        try post(report.json)
    }

    /// Posts that the function could not be made ready.
    func failInit(_ report: ErrorReport) throws(RuntimeAPIError) {
        begin("POST", "/2018-06-01/runtime/init/error")
        add("Lambda-Runtime-Function-Error-Type", report.headerType)
        try post(report.json)
    }

    private func post(_ body: [UInt8]) throws(RuntimeAPIError) {
        add("Content-Type", "application/json")
        add("Content-Length", String(body.count))
        endHead()
        _ = try exchange(body, unless: nil)
        try checkStatus()
    }

    private func checkStatus() throws(RuntimeAPIError) {
        guard !(200..<300).contains(parser.head.status) else { return }
        let words = parser.body.prefix(1024).split { $0 <= 0x20 }.joined(separator: [0x20])
        throw .refused(status: parser.head.status, body: String(decoding: Array(words), as: UTF8.self))
    }

    /// Sends the request and receives its answer into `parser`.
    ///
    /// A server may close a kept connection at any time between two requests; then the request goes once more, over
    /// a new one. Should the first have arrived after all, Lambda refuses the second: nothing happens twice.
    ///
    /// - Returns: false when stopped.
    private func exchange(_ body: [UInt8], unless stop: StopSignal?) throws(RuntimeAPIError) -> Bool {
        let isReused = connection != nil
        do {
            return try attempt(body, unless: stop)
        } catch {
            guard case .lost = error, isReused, !parser.hasBegun else { throw error }
            return try attempt(body, unless: stop)
        }
    }

    private func attempt(_ body: [UInt8], unless stop: StopSignal?) throws(RuntimeAPIError) -> Bool {
        parser.reset()
        let connection: Connection
        if let kept = self.connection {
            connection = kept
        } else {
            connection = try Connection(to: endpoint)
        }
        self.connection = nil
        let isSent = connection.send(request, body)
        if !isSent { connection.abandon() }
        guard let surplus = try connection.receive(into: &parser, unless: stop) else { return false }
        if isSent, !surplus, parser.head.keepsAlive { self.connection = connection }
        return true
    }

    private func begin(
        _ method: StaticString, _ path: StaticString, _ requestID: String = "", _ rest: StaticString = ""
    ) {
        request.removeAll(keepingCapacity: true)
        add(method)
        add(" ")
        add(path)
        request.append(contentsOf: requestID.utf8)
        add(rest)
        request.append(contentsOf: commonFields)
    }

    private func add(_ name: StaticString, _ value: String) {
        add(name)
        add(": ")
        request.append(contentsOf: value.utf8)
        add("\r\n")
    }

    private func endHead() {
        add("\r\n")
    }

    private func add(_ text: StaticString) {
        text.withUTF8Buffer { request.append(contentsOf: $0) }
    }
}
