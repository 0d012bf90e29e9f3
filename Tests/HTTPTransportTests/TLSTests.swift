import Foundation
import Glibc
import HTTPTransport
import Testing

@Suite(.enabled(if: TLSServer.isPossible)) struct `Whom TLS trusts` {
    @Test func `a certificate that no authority vouches for is refused`() async throws {
        let server = try await TLSServer()
        defer { server.stop() }
        let error = await #expect(throws: HTTPTransportError.self) {
            try await CurlClient().send(HTTPRequest(url: "https://localhost:\(server.port)/"))
        }
        guard case .notTrusted = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `one in the caller's bundle is trusted, for its own name only`() async throws {
        let server = try await TLSServer()
        defer { server.stop() }
        let client = CurlClient(trust: TrustStore(environment: ["AWS_CA_BUNDLE": server.certificate]))
        for _ in 0..<2 {
            #expect(try await client.send(HTTPRequest(url: "https://localhost:\(server.port)/")).status == 200)
        }
        await #expect(throws: HTTPTransportError.self) {
            try await client.send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
        }
    }

    @Test func `a bundle that is not there is no trust`() async throws {
        let server = try await TLSServer()
        defer { server.stop() }
        let client = CurlClient(trust: TrustStore(environment: ["SSL_CERT_FILE": server.certificate + ".absent"]))
        await #expect(throws: HTTPTransportError.self) {
            try await client.send(HTTPRequest(url: "https://localhost:\(server.port)/"))
        }
    }
}

/// OpenSSL's own test server, with a fresh certificate for `localhost` that it signed itself.
final class TLSServer: Sendable {
    let port: Int
    let certificate: String
    private let folder: URL
    private let process: Process

    private static let openssl = "/usr/bin/openssl"
    static var isPossible: Bool { FileManager.default.isExecutableFile(atPath: openssl) }

    init() async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "rivulet-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appending(path: "certificate.pem").path
        let key = folder.appending(path: "key.pem").path
        let request = try Self.start([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
            "-out", certificate, "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
        ])
        request.process.waitUntilExit()
        let server = try Self.start([
            "s_server", "-accept", "127.0.0.1:0", "-key", key, "-cert", certificate, "-www",
        ])
        process = server.process
        port = try await Self.port(server.output)
    }

    func stop() {
        // Not SIGTERM: a child of one of Dispatch's threads is born with that signal blocked.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func start(_ arguments: [String]) throws -> (process: Process, output: FileHandle) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: openssl)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        return (process, output.fileHandleForReading)
    }

    /// Waits for the line in which the server tells its port.
    private static func port(_ output: FileHandle) async throws -> Int {
        var text = ""
        while let piece = try output.read(upToCount: 1), !piece.isEmpty {
            text += String(decoding: piece, as: UTF8.self)
            guard text.last == "\n" else { continue }
            if text.hasPrefix("ACCEPT"), let port = text.split(separator: ":").last.flatMap({ Int($0.dropLast()) }) {
                return port
            }
            text = ""
        }
        throw POSIXError(.EPIPE)
    }
}
