import CCurl

extension HTTPTransportError {
    /// What libcurl's code means to a caller. https://curl.se/libcurl/c/libcurl-errors.html
    init(_ code: CURLcode, _ reason: String) {
        self =
            switch code {
            case CURLE_OPERATION_TIMEDOUT: .timedOut
            // The handshake comes before the request, so that nothing was sent.
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT,
                CURLE_SSL_CONNECT_ERROR:
                .couldNotConnect(reason)
            case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR: .connectionLost(reason)
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
                CURLE_SSL_ISSUER_ERROR:
                .notTrusted(reason)
            case CURLE_URL_MALFORMAT: .invalidRequest(reason)
            default: .failed(reason)
            }
    }
}
