import Foundation
import HTTPTransport
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite(.enabled(if: TLSServer.isPossible)) struct `Whom TLS trusts` {
    @Test func `a certificate that no authority vouches for is refused`() async throws {
        try await TLSServer.run { server in
            let error = await #expect(throws: HTTPTransportError.self) {
                try await CurlClient().send(HTTPRequest(url: "https://localhost:\(server.port)/"))
            }
            guard case .notTrusted = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func `one in the caller's bundle is trusted, for its own name only`() async throws {
        try await TLSServer.run { server in
            let client = CurlClient(trust: TrustStore(environment: ["AWS_CA_BUNDLE": server.certificate]))
            for _ in 0..<2 {
                let response = try await client.send(HTTPRequest(url: "https://localhost:\(server.port)/"))
                #expect(response.status == 200)
            }
            await #expect(throws: HTTPTransportError.self) {
                try await client.send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
            }
        }
    }

    @Test func `a bundle that is not there is no trust`() async throws {
        try await TLSServer.run { server in
            let client = CurlClient(trust: TrustStore(environment: ["SSL_CERT_FILE": server.certificate + ".absent"]))
            await #expect(throws: HTTPTransportError.self) {
                try await client.send(HTTPRequest(url: "https://localhost:\(server.port)/"))
            }
        }
    }
}

/// OpenSSL's own test server, with a fresh certificate for `localhost` that it signed itself.
struct TLSServer {
    let port: Int
    let certificate: String

    private static let openssl = "/usr/bin/openssl"
    static var isPossible: Bool { FileManager.default.isExecutableFile(atPath: openssl) }

    /// Serves while `body` runs.
    static func run(_ body: (TLSServer) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rivulet-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let certificate = folder.appending(path: "certificate.pem").path
        let key = folder.appending(path: "key.pem").path
        try await Program.run(
            openssl,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
                "-out", certificate, "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost",
            ])
        _ = try await Subprocess.run(
            .path(FilePath(openssl)),
            arguments: ["s_server", "-accept", "127.0.0.1:0", "-key", key, "-cert", certificate, "-www"],
            input: .none, output: .sequence, error: .discarded
        ) { server in
            let outcome: Result<Void, any Error>
            do {
                for try await line in server.standardOutput.strings() {
                    // The line in which the server tells its port.
                    guard line.hasPrefix("ACCEPT"), let word = line.split(separator: ":").last,
                        let port = Int(word.filter(\.isNumber))
                    else { continue }
                    try await body(TLSServer(port: port, certificate: certificate))
                    break
                }
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            try server.send(signal: .kill)
            try outcome.get()
        }
    }
}
