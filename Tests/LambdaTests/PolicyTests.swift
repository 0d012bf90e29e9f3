import AWSProtocol
import Testing

@testable import Lambda

@Suite struct `Resource policies` {
    static let path = "/2015-03-31/functions/echo/policy"

    @Test func `a statement is kept, shown and removed`() async throws {
        try await World.run { world in
            try await world.make("echo")
            let revision = try world.lambda.entry(try world.lambda.resolve("echo")).function.latest.revision
            let added = try await world.call(
                "POST", Self.path,
                [
                    "StatementId": "s3", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com",
                    "SourceArn": "arn:aws:s3:::raw", "SourceAccount": "000000000000",
                ])
            #expect(added.status == 201)
            let statement: JSONValue = [
                "Sid": "s3", "Effect": "Allow", "Principal": ["Service": "s3.amazonaws.com"],
                "Action": "lambda:InvokeFunction",
                "Resource": "arn:aws:lambda:us-east-1:000000000000:function:echo",
                "Condition": [
                    "StringEquals": ["AWS:SourceAccount": "000000000000"],
                    "ArnLike": ["AWS:SourceArn": "arn:aws:s3:::raw"],
                ],
            ]
            #expect(added.json["Statement"]?.string == statement.text)
            let policy = try await world.call("GET", Self.path)
            #expect(
                policy.json["Policy"]?.string
                    == JSONValue.object(["Version": "2012-10-17", "Id": "default", "Statement": [statement]]).text)
            #expect(policy.json["RevisionId"]?.string != revision, "a policy is part of what it is about")
            let twice = try await world.call(
                "POST", Self.path, ["StatementId": "s3", "Action": "lambda:*", "Principal": "*"])
            #expect(twice.status == 409)
            #expect(
                twice.json["message"]
                    == "The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement."
            )
            #expect(try await world.call("DELETE", Self.path + "/other").status == 404)
            #expect(try await world.call("DELETE", Self.path + "/s3").status == 204)
            let none = try await world.call("GET", Self.path)
            #expect(none.status == 404)
            #expect(none.json["Message"] == "The resource you requested does not exist.")
        }
    }

    @Test func `an alias has a policy of its own, and $LATEST by name has none`() async throws {
        try await World.run { world in
            try await world.make("echo")
            let id = try world.lambda.resolve("echo")
            _ = try await world.lambda.publishVersion(id)
            _ = try await world.lambda.createAlias(id, Alias(name: "live", functionVersion: "1", revision: "r"))
            let body: JSONValue = ["StatementId": "a", "Action": "lambda:InvokeFunction", "Principal": "000000000000"]
            #expect(try await world.call("POST", Self.path, body, query: "Qualifier=live").status == 201)
            #expect(try await world.call("GET", Self.path).status == 404)
            #expect(try await world.call("GET", Self.path, query: "Qualifier=live").status == 200)
            let latest = try await world.call("POST", Self.path, body, query: "Qualifier=$LATEST")
            #expect(latest.json["message"] == "We currently do not support adding policies for $LATEST.")
            let absent = try await world.call("POST", Self.path, body, query: "Qualifier=nobody")
            #expect(absent.json["Message"]?.string?.hasPrefix("Cannot find alias arn: ") == true)
        }
    }
}
