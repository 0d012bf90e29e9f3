import Foundation
import HTTPTransport
import Synchronization
import TestSupport
import Testing

@testable import RivuletDeploy

/// A Lambda of two functions whose aliases can be moved.
private final class Account: HTTPClient {
    struct Function {
        var live: String
        var weights: [String: Double] = [:]
        var versions: [Int]
    }

    let functions: Mutex<[String: Function]>

    init(_ functions: [String: Function]) {
        self.functions = Mutex(functions)
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let path = (URL(string: request.url)?.path ?? "").split(separator: "/").map(String.init)
        return functions.withLock { functions in
            guard path.count > 3, var function = functions[path[2]] else { return HTTPResponse(status: 404) }
            switch (request.method, path[3]) {
            case ("GET", "versions"):
                let versions = ["$LATEST"] + function.versions.map(String.init)
                return Self.ok(["Versions": versions.map { ["Version": $0, "CodeSha256": "c"] }])
            case ("PUT", "aliases"):
                let body = (try? JSONSerialization.jsonObject(with: Data(request.body))) as? [String: Any]
                function.live = body?["FunctionVersion"] as? String ?? ""
                let routing = body?["RoutingConfig"] as? [String: [String: Double]]
                function.weights = routing?["AdditionalVersionWeights"] ?? function.weights
                functions[path[2]] = function
            default: break
            }
            return Self.ok([
                "FunctionVersion": function.live, "RoutingConfig": ["AdditionalVersionWeights": function.weights],
            ])
        }
    }

    private static func ok(_ body: [String: Any]) -> HTTPResponse {
        HTTPResponse(status: 200, body: [UInt8]((try? JSONSerialization.data(withJSONObject: body)) ?? Data()))
    }
}

@Suite struct `Rolling back` {
    private let folder: TemporaryFolder
    private let outputs: StackOutputs

    init() throws {
        folder = try TemporaryFolder()
        outputs = try #require(
            try StackOutputs(
                json: """
                    {"bucket":{"value":"b"},"mapping":{"value":"m"},"functions":{"value":{
                     "extract":{"name":"r-extract","alias_arn":"a","version":"3","code_sha256":"c"},
                     "enrich":{"name":"r-enrich","alias_arn":"a","version":"1","code_sha256":"c"}}}}
                    """))
    }

    private func rollback(_ account: Account) throws -> Rollback {
        let keys = ["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "us-east-1"]
        return Rollback(
            access: try AWSAccess(environment: keys, http: account), hold: AliasHold(folder: folder.url.path))
    }

    @Test func `goes to the version before the live one, and Terraform is told`() async throws {
        let account = Account([
            "r-extract": .init(live: "3", versions: [1, 2, 3]), "r-enrich": .init(live: "1", versions: [1]),
        ])
        let rollback = try rollback(account)
        let moves = try await rollback.moves(outputs, named: [])
        #expect(moves == [.init(function: "extract", from: "3", to: "2")], "enrich has nothing before")
        #expect(rollback.hold.file == nil)
        try await rollback.perform(moves, outputs, live: ["extract": "3", "enrich": "1"])
        #expect(account.functions.withLock { $0["r-extract"]?.live } == "2")
        let file = try #require(rollback.hold.file)
        let told = try JSONDecoder().decode(
            AliasHold.Variables.self, from: Data(contentsOf: URL(filePath: file)))
        #expect(told == .init(previous_version: ["extract": "2", "enrich": "1"], canary_weight: 0))
        try rollback.hold.release()
        #expect(rollback.hold.file == nil)
    }

    @Test func `goes to what was live before the last apply, when that is known`() async throws {
        let account = Account([
            "r-extract": .init(live: "3", versions: [1, 2, 3]), "r-enrich": .init(live: "2", versions: [1, 2]),
        ])
        let rollback = try rollback(account)
        try rollback.hold.note(["extract": "1", "enrich": "2"])
        let moves = try await rollback.moves(outputs, named: [])
        #expect(moves == [.init(function: "extract", from: "3", to: "1")], "the last apply left enrich alone")
    }

    @Test func `takes a canary's share away first`() async throws {
        let account = Account([
            "r-extract": .init(live: "2", weights: ["3": 0.1], versions: [1, 2, 3]),
            "r-enrich": .init(live: "1", versions: [1]),
        ])
        let rollback = try rollback(account)
        let moves = try await rollback.moves(outputs, named: ["extract"])
        #expect(moves == [.init(function: "extract", from: "2 + 3 (10 %)", to: "2")])
        try await rollback.perform(moves, outputs, live: [:])
        #expect(account.functions.withLock { $0["r-extract"]?.weights } == [:])
    }

    @Test func `says when there is no way back, or no such function`() async throws {
        let account = Account([
            "r-extract": .init(live: "1", versions: [1]), "r-enrich": .init(live: "1", versions: [1]),
        ])
        let rollback = try rollback(account)
        await #expect(throws: DeployError.nothingBefore("extract")) {
            try await rollback.moves(outputs, named: ["extract"])
        }
        await #expect(throws: DeployError.nothingBefore("No function")) { try await rollback.moves(outputs, named: []) }
        await #expect(throws: DeployError.unknownFunction("chat", known: ["enrich", "extract"])) {
            try await rollback.moves(outputs, named: ["chat"])
        }
    }
}

@Suite struct `Refusals of AWS` {
    @Test func `are read from JSON and from XML`() {
        let json = AWSRefusal(
            service: "logs",
            HTTPResponse(status: 400, body: Array(#"{"__type":"a#ResourceNotFoundException","message":"none"}"#.utf8)))
        #expect(json.code == "ResourceNotFoundException" && json.message == "none" && !json.isAboutCredentials)
        let xml = AWSRefusal(
            service: "sts",
            HTTPResponse(
                status: 403, body: Array("<E><Code>InvalidClientTokenId</Code><Message>no</Message></E>".utf8)))
        #expect(xml.code == "InvalidClientTokenId" && xml.isAboutCredentials)
        let header = AWSRefusal(
            service: "lambda",
            HTTPResponse(status: 404, headers: ["X-Amzn-ErrorType": "ResourceNotFoundException:http://x"]))
        #expect(header.code == "ResourceNotFoundException")
    }
}
