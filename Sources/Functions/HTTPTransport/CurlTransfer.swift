import CCurl
import Synchronization

/// One request on its way, and as much of the answer as has come.
///
/// `@unchecked Sendable` is safe because all but the mark of cancellation is touched only by the loop's thread once
/// `CurlLoop.start` has handed the transfer over; libcurl's callbacks run on that thread too.
final class CurlTransfer: @unchecked Sendable {
    let request: HTTPRequest
    let bodyLimit: Int
    private let cancelled = Atomic(false)
    var continuation: CheckedContinuation<HTTPResponse, any Error>?
    private var sentCount = 0
    private var response = HTTPResponse(status: 0)
    private var isTooLarge = false
    private var fieldList: UnsafeMutablePointer<curl_slist>?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(_ request: HTTPRequest, bodyLimit: Int) {
        self.request = request
        self.bodyLimit = bodyLimit
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        if let fieldList { ccurl_list_free(fieldList) }
        errorText.deallocate()
    }

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func markCancelled() {
        cancelled.store(true, ordering: .releasing)
    }

    /// The request's fields as libcurl takes them, owned by the transfer for as long as it runs.
    func makeFieldList() -> UnsafeMutablePointer<curl_slist>? {
        for line in request.fieldLines {
            fieldList = ccurl_list_append(fieldList, line) ?? fieldList
        }
        return fieldList
    }

    var errorBuffer: UnsafeMutablePointer<CChar> { errorText }

    func result(_ code: CURLcode) -> Result<HTTPResponse, any Error> {
        if isTooLarge || code == CURLE_FILESIZE_EXCEEDED {
            return .failure(HTTPTransportError.bodyTooLarge(limit: bodyLimit))
        }
        guard code == CURLE_OK else {
            let detail = String(cString: errorText)
            let reason = detail.isEmpty ? String(cString: ccurl_easy_error_text(code)) : detail
            return .failure(HTTPTransportError(code, reason))
        }
        return .success(response)
    }
}

extension CurlTransfer {
    /// Takes one line of the answer's head. An interim answer (1xx) is forgotten when the next one's status line comes.
    func receiveHeadLine(_ bytes: UnsafeRawBufferPointer) {
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            let status = line.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0.prefix(3)) }
            response = HTTPResponse(status: status ?? 0)
        } else if let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) {
            let value = line[line.index(after: colon)...].trimmingASCIISpace()
            response.headers.add(name: String(line[..<colon]), value: String(value))
            reserveBody()
        }
    }

    /// One allocation for a body whose length the server has told, and that the limit allows.
    private func reserveBody() {
        guard let last = response.headers.pairs.last, last.name.equalsIgnoringASCIICase("Content-Length"),
            let count = Int(last.value), 0...bodyLimit ~= count, request.method != "HEAD"
        else { return }
        response.body.reserveCapacity(count)
    }

    /// Takes a piece of the body; false when it would pass the limit.
    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard response.body.count + bytes.count <= bodyLimit else {
            isTooLarge = true
            return false
        }
        response.body.append(contentsOf: bytes)
        return true
    }

    /// Copies the next piece of the request's body; 0 at its end.
    func sendBody(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let piece = request.body[sentCount...].prefix(buffer.count)
        buffer.copyBytes(from: piece)
        sentCount += piece.count
        return piece.count
    }

    /// libcurl starts the body again when a kept connection turns out to be dead.
    func rewind(to offset: Int) -> Bool {
        guard 0...request.body.count ~= offset else { return false }
        sentCount = offset
        return true
    }
}

extension Substring {
    func trimmingASCIISpace() -> Substring {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }
        guard let first = utf8.firstIndex(where: { !isSpace($0) }), let last = utf8.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return self[first...last]
    }
}
