import AWSProtocol
import Foundation
import Lambda
import Testing

@Suite struct `A function's code` {
    private func zip() async throws -> [UInt8] {
        try await Zip.byPython([("bootstrap", CBootstrap.path)])
    }

    @Test func `a zip is unpacked and run, and its digest is AWS's`() async throws {
        try await World.run { world in
            let zip = try await zip()
            var members: JSONObject = [
                "FunctionName": "pid", "Runtime": "provided.al2023", "Handler": "pid",
                "Role": "arn:aws:iam::000000000000:role/lambda",
            ]
            members.append("Code", ["ZipFile": .string(Data(zip).base64EncodedString())])
            let made = try await world.call("POST", "/2015-03-31/functions", .object(members))
            #expect(made.json["CodeSha256"]?.string == Data(Digest.of(zip, .sha256)).base64EncodedString())
            #expect(made.json["CodeSize"]?.integer == zip.count)
            #expect(Int(try await world.invoke("pid").text) != nil)
            let read = try await world.call("GET", "/2015-03-31/functions/pid")
            let location = try #require(read.json["Code"]?["Location"]?.string.flatMap { URL(string: $0) })
            let route = CodeRoute(world.lambda)
            #expect(await route.respond(to: HTTPRequest(method: "GET", path: location.path)).bytes == zip)
            for path in ["\(CodeRoute.prefix)\(String(repeating: "0", count: 64)).zip", "\(CodeRoute.prefix)../x.zip"] {
                #expect(await route.respond(to: HTTPRequest(method: "GET", path: path)).status == 404)
            }
            #expect(await route.respond(to: HTTPRequest(method: "PUT", path: location.path)).status == 404)
        }
    }

    @Test func `code in S3 is fetched by bucket, key and version`() async throws {
        let zip = try await zip()
        let world = try await World(fetchObject: { bucket, key, version in
            guard (bucket, key, version) == ("code", "a/b.zip", "v1") else {
                throw NotImplemented("another object")
            }
            return zip
        })
        try await world.lambda.createFunction("pid", code: .object(bucket: "code", key: "a/b.zip", version: "v1"))
        #expect(Int(try await world.invoke("pid").text) != nil)
        await #expect(
            throws: LambdaError.codeNotFetched(
                "S3 Error Code: NotImplemented. S3 Error Message: rivulet-local does not implement another object.")
        ) {
            try await world.lambda.createFunction("other", code: .object(bucket: "x", key: "y", version: nil))
        }
        try await world.stop()
    }

    @Test func `new code takes over from the next event on`() async throws {
        try await World.run { world in
            let echo = try await world.make("echo")
            _ = try await world.invoke(echo)
            let script = world.folder.appending(path: "failing")
            try "#!/bin/sh\nexit 5\n".write(to: script, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
            try await world.lambda.updateFunctionCode(try world.lambda.resolve(echo), .local(path: script.path))
            #expect(try await world.invoke(echo).text.contains("exit status 5"))
        }
    }

    @Test func `functions are there after a restart, and what none refers to is cleaned away`() async throws {
        let first = try await World(keepsFolder: true)
        try await first.lambda.createFunction("pid", code: .zip(try await zip()))
        try await first.lambda.createFunction("gone", code: .zip(Zip.bytes([.init("bootstrap", mode: 0o100755)])))
        try await first.lambda.updateFunctionConfiguration(try first.lambda.resolve("pid")) { $0.timeout = 42 }
        try await first.lambda.deleteFunction(try first.lambda.resolve("gone"))
        let before = first.lambda.functions()
        try await first.stop()

        let second = try await World(on: first.folder)
        #expect(second.lambda.functions() == before)
        #expect(
            try second.lambda.functionTimeout(arn: "arn:aws:lambda:us-east-1:000000000000:function:pid") == .seconds(42)
        )
        #expect(Int(try await second.invoke("pid").text) != nil)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: first.folder.appending(path: "functions").path).count
                == 1)
        try await second.stop()
    }

    @Test func `local code must be absolute and executable`() async throws {
        try await World.run { world in
            for path in ["relative/bootstrap", "/nonexistent", "/etc/passwd"] {
                await #expect(throws: LambdaError.self) {
                    try await world.lambda.createFunction("x", code: .local(path: path))
                }
            }
        }
    }
}
