import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import Foundation
import Testing

@testable import S3

/// An S3 in a temporary folder, asked as the gateway asks it, at an hour that stands still.
final class World: Sendable {
    static let noon = Timestamp(milliseconds: 1_772_366_400_000)

    let folder: URL
    let clock = VirtualClock(frozenAt: noon)
    let service: S3Service
    private let database: EmulatorDatabase

    init(
        limits: S3Limits = .aws, in folder: URL? = nil, eventTargets: (any ObjectEventTargets)? = nil
    ) throws {
        self.folder = folder ?? FileManager.default.temporaryDirectory.appending(path: "s3-\(UUID().uuidString)")
        let objects = self.folder.appending(path: "objects")
        try FileManager.default.createDirectory(at: objects, withIntermediateDirectories: true)
        database = try EmulatorDatabase(
            at: self.folder.appending(path: "rivulet.sqlite"), durability: .fast, schema: S3Service.schema)
        service = S3Service(
            database: database, bodies: objects, clock: clock, durability: .fast, limits: limits, bodyGrace: .zero,
            eventTargets: eventTargets,
            reportFault: { Issue.record("a fault of ours: \($0)") })
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// The names of the body files, without those of a write under way.
    var bodyFiles: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "objects").path).sorted()
        }
    }

    /// Asks as a signed client would; the length of the body is said unless the test says something else.
    @discardableResult
    func send(
        _ method: String, _ target: String, headers: HTTPHeaders = [:], body: HTTPBody, host: String = "127.0.0.1:4566",
        account: String = "test"
    ) async -> HTTPResponse {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let http = HTTPRequest(
            method: method, path: parts[0], query: parts.count > 1 ? parts[1] : "", headers: headers, body: body)
        let scope = CredentialScope(accessKeyID: account, service: "s3")
        return await service.respond(to: AWSRequest(http: http, scope: scope, requestID: "request-1", host: host))
    }

    @discardableResult
    func send(
        _ method: String, _ target: String, headers: HTTPHeaders = [:], _ text: String = "",
        host: String = "127.0.0.1:4566", account: String = "test"
    ) async -> HTTPResponse {
        var headers = headers
        let bytes = Array(text.utf8)
        if headers["content-length"] == nil { headers.add("Content-Length", String(bytes.count)) }
        return await send(method, target, headers: headers, body: .bytes(bytes), host: host, account: account)
    }

    /// The bytes that an answer carries, in memory or in a file.
    func bytes(of response: HTTPResponse) throws -> [UInt8] {
        switch response.body {
        case .bytes(let bytes): return bytes
        case .absent, .cut: return []
        case .file(let path, let offset, let length):
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            try file.seek(toOffset: UInt64(offset))
            return Array(try file.read(upToCount: Int(length)) ?? Data())
        }
    }
}

extension HTTPResponse {
    /// The answer's XML document.
    var document: XMLNode {
        get throws { try XMLReader.read(bytes) }
    }

    /// The code of a refusal, with its status: `404 NoSuchKey`.
    var refusal: String {
        "\(status) \((try? document.text(of: "Code")) ?? "-")"
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
}
