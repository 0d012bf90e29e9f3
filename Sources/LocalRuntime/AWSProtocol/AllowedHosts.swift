/// The names under which the emulator may be addressed (DESIGN D8).
///
/// A page in a browser can reach a loopback port under a name of its own (DNS rebinding) or from a foreign origin; both
/// are told by headers that the page cannot forge, and refused.
package struct AllowedHosts: Sendable {
    private let names: [String]

    /// - Parameter further: names beside the loopback's own, e.g. of a container.
    package init(further: [String] = []) {
        names = ["localhost", "127.0.0.1", "[::1]"] + further
    }

    func refusal(of request: HTTPRequest) -> WireError? {
        if let host = request.headers["host"], !isAllowed(host: host) {
            return WireError("AccessDenied", "The host '\(host)' is not this emulator; see --allow-host.", status: 403)
        }
        if let origin = request.headers["origin"], !isAllowed(origin: origin) {
            return WireError("AccessDenied", "The origin '\(origin)' may not call this emulator.", status: 403)
        }
        if request.headers["sec-fetch-site"] == "cross-site" {
            return WireError("AccessDenied", "A page of another site may not call this emulator.", status: 403)
        }
        return nil
    }

    /// The name itself, or a bucket in front of it: `lake.localhost`.
    private func isAllowed(host: String) -> Bool {
        let name = Self.withoutPort(host)
        if names.contains(where: { name.equalsIgnoringASCIICase($0) }) { return true }
        let lowercased = name.lowercased()
        return names.contains { lowercased.hasSuffix("." + $0) }
    }

    private func isAllowed(origin: String) -> Bool {
        guard let scheme = origin.firstRange(of: "://") else { return false }
        return isAllowed(host: String(origin[scheme.upperBound...]))
    }

    private static func withoutPort(_ host: String) -> String {
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") { return String(host[...end]) }
        return host.utf8.firstIndex(of: UInt8(ascii: ":")).map { String(host[..<$0]) } ?? host
    }
}
