import AWSProtocol
import CloudWatchLogs
import Foundation
import TestSupport
import Testing

@testable import Lambda

@Suite struct `Versions of a function` {
    static let base = `Lambda's wire`.base

    @Test func `a published version keeps code and settings while $LATEST moves on`() async throws {
        try await World.run { world in
            _ = try await world.call("POST", Self.base, `Lambda's wire`.creation("version-env"))
            let one = try await world.call("POST", Self.base + "/version-env/versions", ["Description": "first"])
            #expect(one.status == 201)
            #expect(one.json["Version"] == "1")
            #expect(one.json["Description"] == "first")
            #expect(one.json["FunctionArn"] == "arn:aws:lambda:us-east-1:000000000000:function:version-env:1")
            let again = try await world.call("POST", Self.base + "/version-env/versions")
            #expect(again.json["Version"] == "1", "nothing has changed since")
            _ = try await world.call("PUT", Self.base + "/version-env/configuration", ["MemorySize": 512])
            #expect(try await world.call("POST", Self.base + "/version-env/versions").json["Version"] == "2")

            let kept = try await world.call("GET", Self.base + "/version-env/configuration", query: "Qualifier=1")
            #expect(kept.json["MemorySize"] == 128)
            #expect(kept.json["FunctionArn"]?.string?.hasSuffix(":version-env:1") == true)
            let list = try await world.call("GET", Self.base + "/version-env/versions").json["Versions"]?.array
            #expect(list?.compactMap { $0["Version"]?.string } == ["$LATEST", "1", "2"])
        }
    }

    @Test func `each version runs in environments of its own, under its own name`() async throws {
        try await World.run { world in
            try await world.make("version")
            let id = try world.lambda.resolve("version")
            _ = try await world.lambda.publishVersion(id)
            #expect(try await world.invoke("version").text == "\"$LATEST\"")
            let published = try await world.invoke("version:1")
            #expect(published.text == "\"1\"")
            #expect(published.executedVersion == "1")
            #expect(published.report.initDuration != nil, "not the environment of $LATEST")
            #expect(try await world.log("version").contains("START RequestId: \(published.requestID) Version: 1"))
            let streams = try await world.lambda.logs.tail(LogGroupID(name: "/aws/lambda/version"), limit: 100).map(
                \.stream)
            #expect(Set(streams.map { $0.drop { $0 != "[" }.prefix { $0 != "]" } }) == ["[$LATEST", "[1"])
            let arn = try await world.invoke("arn:aws:lambda:us-east-1:000000000000:function:version:$LATEST")
            #expect(arn.report.initDuration == nil)
        }
    }

    @Test func `a version survives a restart, and its number is never used again`() async throws {
        let first = try await World(keepsFolder: true)
        try await first.make("version")
        let id = try first.lambda.resolve("version")
        _ = try await first.lambda.publishVersion(id)
        try await first.lambda.updateFunctionConfiguration(id) { $0.timeout = 9 }
        _ = try await first.lambda.publishVersion(id)
        try await first.lambda.deleteVersion(id, .version(.published(2)))
        try await first.stop()

        let second = try await World(on: first.folder)
        #expect(try await second.invoke("version:1").text == "\"1\"")
        await #expect(throws: LambdaError.functionNotFound(id.arn + ":2")) { try await second.invoke("version:2") }
        try await second.lambda.updateFunctionConfiguration(id) { $0.timeout = 10 }
        #expect(try await second.lambda.publishVersion(id).version == .published(3))
        try await second.stop()
    }

    @Test func `Publish makes a version along with the function and along with its code`() async throws {
        try await World.run { world in
            let made = try await world.call(
                "POST", Self.base, `Lambda's wire`.creation("echo") { $0["Publish"] = true })
            #expect(made.json["Version"] == "1")
            var update = try #require(`Lambda's wire`.code.object)
            update.append("Publish", true)
            _ = try await world.call("PUT", Self.base + "/echo/configuration", ["Timeout": 4])
            let updated = try await world.call("PUT", Self.base + "/echo/code", .object(update))
            #expect(updated.json["Version"] == "2")
            #expect(updated.json["Timeout"] == 4)
        }
    }

    /// The versions' rules against a list of what was frozen when.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `publishing agrees with a plain model`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let id = FunctionID(account: "000000000000", region: "us-east-1", name: "f")
        var function = Function(id: id, latest: .sample)
        var model: [Int: Int] = [:]
        var (last, changedSince) = (0, true)
        for step in 0..<200 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let timeout = Int.random(in: 1...5, using: &random)
                function.latest.configuration.timeout = timeout
                changedSince = model[last] != timeout
            case 1:
                let doomed = Int.random(in: 0...(last + 1), using: &random)
                function.published[doomed] = nil
                model[doomed] = nil
                if doomed == last { changedSince = true }
            default:
                let version = function.publish(description: nil, revision: "\(step)", at: World.noon)
                if changedSince || model[last] == nil {
                    last += 1
                    model[last] = function.latest.configuration.timeout
                    changedSince = false
                }
                #expect(version.version == .published(last))
            }
            #expect(function.published.mapValues(\.configuration.timeout) == model)
            #expect(function.versions.map(\.version) == [.latest] + model.keys.sorted().map { .published($0) })
        }
    }
}

@Suite struct `Aliases of a function` {
    static let base = `Lambda's wire`.base

    /// Three versions of one function.
    private func prepare(_ world: World) async throws {
        _ = try await world.call("POST", Self.base, `Lambda's wire`.creation("version"))
        for timeout in 1...3 {
            _ = try await world.call("PUT", Self.base + "/version/configuration", ["Timeout": .integer(timeout)])
            _ = try await world.call("POST", Self.base + "/version/versions")
        }
    }

    @Test func `an alias is made, moved, listed and deleted`() async throws {
        try await World.run { world in
            try await prepare(world)
            let made = try await world.call(
                "POST", Self.base + "/version/aliases", ["Name": "live", "FunctionVersion": "1"])
            #expect(made.status == 201)
            #expect(made.json["AliasArn"] == "arn:aws:lambda:us-east-1:000000000000:function:version:live")
            #expect(made.json["Description"] == "")
            #expect(try await world.invoke("version:live").text == "\"1\"")
            let moved = try await world.call(
                "PUT", Self.base + "/version/aliases/live",
                ["FunctionVersion": "2", "RevisionId": made.json["RevisionId"] ?? .null])
            #expect(moved.json["RevisionId"] != made.json["RevisionId"])
            #expect(try await world.invoke("version:live").text == "\"2\"")
            #expect(try await world.call("GET", Self.base + "/version/aliases/live").json == moved.json)
            let stale = try await world.call(
                "PUT", Self.base + "/version/aliases/live", ["RevisionId": made.json["RevisionId"] ?? .null])
            #expect(stale.status == 412)
            let list = try await world.call("GET", Self.base + "/version/aliases", query: "FunctionVersion=2")
            #expect(list.json["Aliases"]?.array?.count == 1)
            let inUse = try await world.call("DELETE", Self.base + "/version", query: "Qualifier=2")
            #expect(inUse.status == 409)
            #expect(try await world.call("DELETE", Self.base + "/version/aliases/live").status == 204)
            #expect(try await world.call("DELETE", Self.base + "/version/aliases/live").status == 204)
            #expect(try await world.call("DELETE", Self.base + "/version", query: "Qualifier=2").status == 204)
        }
    }

    @Test func `the function learns by which alias it was called`() async throws {
        try await World.run { world in
            try await world.make("headers")
            let id = try world.lambda.resolve("headers")
            _ = try await world.lambda.publishVersion(id)
            _ = try await world.lambda.createAlias(id, Alias(name: "live", functionVersion: "1", revision: "r"))
            let result = try await world.invoke("headers:live")
            #expect(
                result.text.contains("function-Arn: arn:aws:lambda:us-east-1:000000000000:function:headers:live")
                    || result.text.contains("Function-Arn: arn:aws:lambda:us-east-1:000000000000:function:headers:live")
            )
            #expect(result.executedVersion == "1")
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var body: JSONValue
        var status: Int
        var message: String
        var testDescription: String { message }
    }

    static let refusals = [
        Case(
            body: ["Name": "live", "FunctionVersion": "9"], status: 404,
            message: "Function not found: arn:aws:lambda:us-east-1:000000000000:function:version:9"),
        Case(
            body: ["Name": "taken", "FunctionVersion": "1"], status: 409,
            message: "Alias already exists: arn:aws:lambda:us-east-1:000000000000:function:version:taken"),
        Case(
            body: ["Name": "12", "FunctionVersion": "1"], status: 400,
            message:
                "1 validation error detected: Value '12' at 'name' failed to satisfy constraint: Member must satisfy "
                + "regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)"),
        Case(
            body: [
                "Name": "live", "FunctionVersion": "$LATEST",
                "RoutingConfig": ["AdditionalVersionWeights": ["1": .double(0.5)]],
            ], status: 400, message: "$LATEST is not supported for an alias pointing to more than 1 version"),
        Case(
            body: [
                "Name": "live", "FunctionVersion": "1",
                "RoutingConfig": ["AdditionalVersionWeights": ["1": .double(0.5)]],
            ], status: 400,
            message: "Invalid function version 1. Function version 1 is already included in routing configuration."),
        Case(
            body: [
                "Name": "live", "FunctionVersion": "1",
                "RoutingConfig": ["AdditionalVersionWeights": ["2": .double(0.5), "3": .double(0.1)]],
            ], status: 400, message: "Number of items in AdditionalVersionWeights cannot be greater than 1"),
        Case(
            body: [
                "Name": "live", "FunctionVersion": "1",
                "RoutingConfig": ["AdditionalVersionWeights": ["2": .double(1.5)]],
            ], status: 400,
            message:
                "1 validation error detected: Value '{2=1.5}' at 'routingConfig.additionalVersionWeights' failed to "
                + "satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to "
                + "1.0, Member must have value greater than or equal to 0.0, Member must not be null]"),
    ]

    @Test(arguments: refusals)
    func `what AWS refuses is refused in its words`(refusal: Case) async throws {
        try await World.run { world in
            try await prepare(world)
            _ = try await world.call(
                "POST", Self.base + "/version/aliases", ["Name": "taken", "FunctionVersion": "1"])
            let answer = try await world.call("POST", Self.base + "/version/aliases", refusal.body)
            #expect(answer.status == refusal.status)
            #expect((answer.json["message"] ?? answer.json["Message"])?.string == refusal.message)
        }
    }

    /// Shares converge, every draw falls on one of the two, and the extremes are exact.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `draws share out as the weight says`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let weight: Double = [0.0, 0.05, 0.5, 0.95, 1.0].randomElement(using: &random) ?? 0
        let alias = Alias(
            name: "live", functionVersion: "1", route: Alias.Route(version: 2, weight: weight), revision: "")
        let draws: [Version] = (0..<4000).map { _ in alias.version(for: Double.random(in: 0..<1, using: &random)) }
        let second = draws.filter { $0 == .published(2) }.count
        #expect(Set(draws).isSubset(of: alias.versions))
        let share = Double(second) / 4000
        #expect(abs(share - weight) < 0.04)
        if weight == 0 { #expect(second == 0) }
        if weight == 1 { #expect(second == 4000) }
    }

    @Test func `the name and the parameter must not name two versions`() async throws {
        try await World.run { world in
            try await prepare(world)
            let answer = try await world.call("GET", Self.base + "/version:1", query: "Qualifier=2")
            #expect(answer.status == 400)
            #expect(
                answer.json["message"]
                    == "The derived qualifier from the function name does not match the specified qualifier.")
            #expect(try await world.call("GET", Self.base + "/version:1", query: "Qualifier=1").status == 200)
            #expect(try await world.call("GET", Self.base + "/version", query: "Qualifier=nobody").status == 404)
        }
    }
}

extension FunctionVersion {
    static let sample = FunctionVersion(
        version: .latest, configuration: FunctionConfiguration(handler: "h", logGroup: "/aws/lambda/f"),
        code: FunctionCode(place: .local(path: "/f"), sha256: "", size: 0), revision: "r", lastModified: World.noon)
}
