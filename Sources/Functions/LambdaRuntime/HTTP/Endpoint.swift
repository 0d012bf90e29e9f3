#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where the Runtime API listens, as `AWS_LAMBDA_RUNTIME_API` says it: `127.0.0.1:9001`, `host:port`, `[::1]:port`.
struct Endpoint: Equatable {
    let host: String
    let port: UInt16
    /// As given; also the `Host` field of each request.
    let authority: String

    /// Reads `host:port`; without a port it is HTTP's, 80.
    init(_ authority: String) throws(RuntimeAPIError) {
        var host = authority[...]
        var port: UInt16? = 80
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            host = authority[..<colon]
            port = UInt16(authority[authority.index(after: colon)...])
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard let port, !host.isEmpty, !host.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: "/") }) else {
            throw .notAnAddress(authority)
        }
        self.host = String(host)
        self.port = port
        self.authority = authority
    }

    /// Opens a TCP connection to the first address that answers.
    ///
    /// - Returns: the socket, which the caller owns.
    func connect() throws(RuntimeAPIError) -> CInt {
        if let address = numericIPv4 { return try connect(to: [address]) }
        return try connect(to: resolve())
    }

    /// Lambda gives a numeric address: it needs no resolver, which costs time at start and, linked statically, glibc's
    /// shared libraries at run time.
    private var numericIPv4: SocketAddress? {
        var address = sockaddr_in()
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return nil }
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        return withUnsafeBytes(of: address) { SocketAddress(family: AF_INET, bytes: Array($0)) }
    }

    private func resolve() throws(RuntimeAPIError) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = POSIX.streamSocket
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(host, String(port), &hints, &list)
        guard failure == 0 else { throw .unresolved(host: host, String(cString: gai_strerror(failure))) }
        defer { freeaddrinfo(list) }
        return sequence(first: list) { $0?.pointee.ai_next }.prefix { $0 != nil }.compactMap { entry in
            guard let entry = entry?.pointee, let address = entry.ai_addr else { return nil }
            let bytes = UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))
            return SocketAddress(family: entry.ai_family, bytes: Array(bytes))
        }
    }

    private func connect(to addresses: [SocketAddress]) throws(RuntimeAPIError) -> CInt {
        var failure = ENOENT
        for address in addresses {
            let descriptor = socket(address.family, POSIX.streamSocket, 0)
            guard descriptor >= 0 else {
                failure = errno
                continue
            }
            POSIX.closeOnExec(descriptor)
            configure(descriptor)
            if address.connect(descriptor) { return descriptor }
            failure = errno
            close(descriptor)
        }
        throw .unreachable(authority: authority, code: failure)
    }

    /// An answer to a POST is awaited at once, so Nagle's delay would only cost; a silent host fails within seconds.
    private func configure(_ descriptor: CInt) {
        var on: CInt = 1
        _ = setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        _ = setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        #if canImport(Darwin)
        _ = setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<CInt>.size))
        #endif
    }
}

/// A socket address of any family.
private struct SocketAddress {
    let family: CInt
    let bytes: [UInt8]

    /// False leaves the reason in `errno`.
    func connect(_ descriptor: CInt) -> Bool {
        bytes.withUnsafeBytes { bytes in
            guard let address = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress else { return false }
            #if canImport(Glibc)
            return Glibc.connect(descriptor, address, socklen_t(bytes.count)) == 0
            #elseif canImport(Musl)
            return Musl.connect(descriptor, address, socklen_t(bytes.count)) == 0
            #else
            return Darwin.connect(descriptor, address, socklen_t(bytes.count)) == 0
            #endif
        }
    }
}
