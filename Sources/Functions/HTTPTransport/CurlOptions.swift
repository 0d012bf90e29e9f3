import CCurl

/// How one request is told to libcurl. https://curl.se/libcurl/c/curl_easy_setopt.html
struct CurlOptions {
    let easy: UnsafeMutableRawPointer

    /// Sets everything a fresh or reset handle needs; the first refusal ends it.
    func apply(_ transfer: CurlTransfer, _ settings: CurlSettings) -> CURLcode {
        let request = transfer.request
        var codes = [
            text(CURLOPT_URL, request.url),
            // The path is signed as it stands, and an object's key may hold dots and double slashes.
            number(CURLOPT_PATH_AS_IS, 1),
            text(CURLOPT_PROTOCOLS_STR, "http,https"),
            number(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1),
            number(CURLOPT_FOLLOWLOCATION, 0),
            // Time-outs without SIGALRM, which has no place in a process with threads.
            number(CURLOPT_NOSIGNAL, 1),
            number(CURLOPT_TIMEOUT_MS, request.timeout.wholeMilliseconds),
            number(CURLOPT_CONNECTTIMEOUT_MS, min(request.timeout, settings.connectTimeout).wholeMilliseconds),
            number(CURLOPT_TCP_NODELAY, 1),
            number(CURLOPT_SSL_VERIFYPEER, 1),
            number(CURLOPT_SSL_VERIFYHOST, 2),
            size(CURLOPT_MAXFILESIZE_LARGE, settings.bodyLimit),
            pointer(CURLOPT_HTTPHEADER, transfer.makeFieldList()),
            pointer(CURLOPT_ERRORBUFFER, transfer.errorBuffer),
        ]
        // A proxy of the environment serves the outside world, never this machine's own ports.
        if request.isToLoopback { codes.append(text(CURLOPT_PROXY, "")) }
        codes += trust(settings.trust) + method(request) + callbacks(Unmanaged.passUnretained(transfer).toOpaque())
        return codes.first { $0 != CURLE_OK } ?? CURLE_OK
    }

    /// Sets both places once one is known: libcurl was built with others, which it would trust too.
    private func trust(_ trust: TrustStore) -> [CURLcode] {
        guard trust.bundle != nil || trust.folder != nil else { return [] }
        return [
            trust.bundle.map { text(CURLOPT_CAINFO, $0) } ?? pointer(CURLOPT_CAINFO, nil),
            trust.folder.map { text(CURLOPT_CAPATH, $0) } ?? pointer(CURLOPT_CAPATH, nil),
        ]
    }

    private func method(_ request: HTTPRequest) -> [CURLcode] {
        if request.method == "HEAD" { return [number(CURLOPT_NOBODY, 1)] }
        let name = text(CURLOPT_CUSTOMREQUEST, request.method)
        // These three say `Content-Length: 0` when they have no body, the others nothing.
        guard !request.body.isEmpty || ["PUT", "POST", "PATCH"].contains(request.method) else { return [name] }
        return [name, number(CURLOPT_UPLOAD, 1), size(CURLOPT_INFILESIZE_LARGE, request.body.count)]
    }

    /// The handle holds the transfer's address only while it runs, and the loop keeps the transfer that long.
    private func callbacks(_ context: UnsafeMutableRawPointer) -> [CURLcode] {
        [
            pointer(CURLOPT_HEADERDATA, context),
            ccurl_easy_set_data_callback(easy, CURLOPT_HEADERFUNCTION, onHeadLine),
            pointer(CURLOPT_WRITEDATA, context), ccurl_easy_set_data_callback(easy, CURLOPT_WRITEFUNCTION, onBody),
            pointer(CURLOPT_READDATA, context), ccurl_easy_set_data_callback(easy, CURLOPT_READFUNCTION, onRead),
            pointer(CURLOPT_SEEKDATA, context), ccurl_easy_set_seek_callback(easy, onSeek),
        ]
    }

    private func text(_ option: CURLoption, _ value: String) -> CURLcode { ccurl_easy_set_text(easy, option, value) }

    private func number(_ option: CURLoption, _ value: Int) -> CURLcode { ccurl_easy_set_long(easy, option, value) }

    private func size(_ option: CURLoption, _ value: Int) -> CURLcode {
        ccurl_easy_set_size(easy, option, curl_off_t(value))
    }

    private func pointer(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) -> CURLcode {
        ccurl_easy_set_pointer(easy, option, value)
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
    context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
}

private let onHeadLine: ccurl_data_callback = { bytes, size, count, context in
    transfer(context)?.receiveHeadLine(UnsafeRawBufferPointer(start: bytes, count: size * count))
    return size * count
}

private let onBody: ccurl_data_callback = { bytes, size, count, context in
    let isTaken = transfer(context)?.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? false
    // Any other number than the given one ends the transfer.
    return isTaken ? size * count : size * count &+ 1
}

private let onRead: ccurl_data_callback = { bytes, size, count, context in
    transfer(context)?.sendBody(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count)) ?? 0
}

private let onSeek: ccurl_seek_callback = { context, offset, origin in
    guard origin == 0, transfer(context)?.rewind(to: Int(offset)) == true else { return CURL_SEEKFUNC_FAIL }
    return CURL_SEEKFUNC_OK
}

extension Duration {
    /// At least one, since libcurl reads 0 as "no limit"; at most what its `long` takes anywhere.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
