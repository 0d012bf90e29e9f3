import AWSProtocol
import EmulatorClock
import Foundation
import Testing

@testable import Lambda

@Suite struct `Destinations of asynchronous invocations` {
    static let queueARN = "arn:aws:sqs:us-east-1:000000000000:"

    private func configure(_ world: World, _ name: String, _ body: JSONValue, method: String = "PUT") async throws
        -> HTTPResponse
    {
        try await world.call(method, "/2019-09-25/functions/\(name)/event-invoke-config", body)
    }

    @Test func `a success is told with request, answer and version`() async throws {
        try await World.run { world in
            try await world.make("echo")
            let set = try await configure(
                world, "echo", ["DestinationConfig": ["OnSuccess": ["Destination": .string(Self.queueARN + "won")]]])
            #expect(set.json["FunctionArn"] == "arn:aws:lambda:us-east-1:000000000000:function:echo:$LATEST")
            let requestID = try await world.lambda.invokeAsync("echo", payload: Array(#"{"a":1}"#.utf8))
            try await world.lambda.queueIsEmpty()
            let record = try JSONValue(parsing: Array(try #require(world.queues.letters(in: "won").first).body.utf8))
            #expect(
                record == [
                    "version": "1.0", "timestamp": "2026-03-01T18:00:00.000Z",
                    "requestContext": [
                        "requestId": .string(requestID),
                        "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:echo:$LATEST",
                        "condition": "Success", "approximateInvokeCount": 1,
                    ],
                    "requestPayload": ["a": 1],
                    "responseContext": ["statusCode": 200, "executedVersion": "$LATEST"],
                    "responsePayload": ["a": 1],
                ])
        }
    }

    @Test func `a failure is told once its retries are spent, to the destination and the dead-letter queue`()
        async throws
    {
        try await World.run { world in
            try await world.make("error") { $0.deadLetterTarget = Self.queueARN + "dead" }
            _ = try await configure(
                world, "error",
                [
                    "MaximumRetryAttempts": 0,
                    "DestinationConfig": ["OnFailure": ["Destination": .string(Self.queueARN + "lost")]],
                ])
            let requestID = try await world.lambda.invokeAsync("error", payload: Array(#"{"a":1}"#.utf8))
            try await world.lambda.queueIsEmpty()
            let record = try JSONValue(parsing: Array(try #require(world.queues.letters(in: "lost").first).body.utf8))
            #expect(record["requestContext"]?["condition"] == "RetriesExhausted")
            #expect(record["responseContext"]?["functionError"] == "Unhandled")
            #expect(record["responsePayload"]?["errorType"] == "Bad.Thing")
            let letter = try #require(world.queues.letters(in: "dead").first)
            #expect(letter.body == #"{"a":1}"#)
            #expect(
                letter.attributes == [
                    .init(name: "RequestID", dataType: "String", value: requestID),
                    .init(name: "ErrorCode", dataType: "Number", value: "200"),
                    .init(name: "ErrorMessage", dataType: "String", value: "no \"good\""),
                ])
        }
    }

    @Test func `an event too old for its next try is told as such`() async throws {
        try await World.run { world in
            try await world.make("error")
            _ = try await configure(
                world, "error",
                [
                    "MaximumEventAgeInSeconds": 60,
                    "DestinationConfig": ["OnFailure": ["Destination": .string(Self.queueARN + "lost")]],
                ])
            try await world.lambda.invokeAsync("error", payload: [])
            try await world.lines(of: "error", count: 1) { $0.hasPrefix("END") }
            try await world.sleeps(until: world.clock.now + .seconds(60))
            world.clock.advance(by: .seconds(60))
            try await world.lambda.queueIsEmpty()
            let record = try JSONValue(parsing: Array(try #require(world.queues.letters(in: "lost").first).body.utf8))
            #expect(record["requestContext"]?["condition"] == "EventAgeExceeded")
            #expect(record["requestContext"]?["approximateInvokeCount"] == 2)
        }
    }

    @Test func `an event that was throttled until it was too old is told without an answer`() async throws {
        try await World.run { world in
            try await world.make("echo") { $0.deadLetterTarget = Self.queueARN + "dead" }
            try await world.lambda.reserveConcurrency(try world.lambda.resolve("echo"), 0)
            _ = try await configure(
                world, "echo",
                [
                    "MaximumEventAgeInSeconds": 60,
                    "DestinationConfig": ["OnFailure": ["Destination": .string(Self.queueARN + "lost")]],
                ])
            try await world.lambda.invokeAsync("echo", payload: [])
            try await world.sleeps(until: world.clock.now + .seconds(1))
            world.clock.advance(by: .seconds(61))
            try await world.lambda.queueIsEmpty()
            let record = try JSONValue(parsing: Array(try #require(world.queues.letters(in: "lost").first).body.utf8))
            #expect(record["requestContext"]?["condition"] == "EventAgeExceeded")
            #expect(record["requestContext"]?["approximateInvokeCount"] == 0)
            #expect(record["responseContext"] == nil)
            #expect(world.queues.letters(in: "dead").first?.attributes[1].value == "429")
        }
    }

    @Test func `a function may be a destination, and the settings of an alias are its own`() async throws {
        try await World.run { world in
            try await world.make("echo")
            try await world.make("say")
            let id = try world.lambda.resolve("echo")
            _ = try await world.lambda.publishVersion(id)
            _ = try await world.lambda.createAlias(id, Alias(name: "live", functionVersion: "1", revision: "r"))
            let path = "/2019-09-25/functions/echo/event-invoke-config"
            let destination: JSONValue = ["Destination": "arn:aws:lambda:us-east-1:000000000000:function:say"]
            _ = try await world.call(
                "PUT", path, ["DestinationConfig": ["OnSuccess": destination]], query: "Qualifier=live")
            try await world.lambda.invokeAsync("echo", payload: [])
            try await world.lambda.queueIsEmpty()
            #expect(try await world.log("say").isEmpty)
            try await world.lambda.invokeAsync("echo:live", payload: [])
            try await world.lines(of: "say", count: 1) { $0.hasPrefix("END") }
            #expect(try await world.call("GET", path).status == 404)
            #expect(try await world.call("GET", path + "/list").json["FunctionEventInvokeConfigs"]?.array?.count == 1)
        }
    }

    @Test func `a destination that is gone costs the record only`() async throws {
        try await World.run { world in
            try await world.make("echo")
            _ = try await configure(
                world, "echo", ["DestinationConfig": ["OnSuccess": ["Destination": .string(Self.queueARN + "gone")]]])
            try await world.lambda.invokeAsync("echo", payload: [])
            try await world.lambda.queueIsEmpty()
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var method = "PUT"
        var body: JSONValue
        var status = 400
        var message: String
        var testDescription: String { message }
    }

    static let refusals = [
        Case(body: [:], message: "You must specify at least one of error handling or destination setting."),
        Case(
            body: ["MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 59],
            message: "2 validation errors detected: Value '3' at 'maximumRetryAttempts' failed to satisfy constraint: "
                + "Member must have value less than or equal to 2; Value '59' at 'maximumEventAgeInSeconds' failed to "
                + "satisfy constraint: Member must have value greater than or equal to 60"),
        Case(
            body: [
                "DestinationConfig": [
                    "OnFailure": ["Destination": "arn:aws:lambda:us-east-1:000000000000:function:nobody"]
                ]
            ],
            message: "The destination ARN arn:aws:lambda:us-east-1:000000000000:function:nobody is invalid."),
        Case(
            body: [
                "DestinationConfig": [
                    "OnFailure": ["Destination": "arn:aws:lambda:us-east-1:000000000000:function:echo"]
                ]
            ], message: "You can't specify the function as a destination for itself."),
        Case(
            body: ["DestinationConfig": ["OnFailure": ["Destination": "arn:aws:iam::000000000000:role/x"]]],
            message: "The provided destination config DestinationConfig(onSuccess=null, "
                + "onFailure=OnFailure(destination=arn:aws:iam::000000000000:role/x)) is invalid."),
        Case(
            body: ["DestinationConfig": ["OnFailure": ["Destination": "arn:aws:sns:us-east-1:000000000000:t"]]],
            status: 501,
            message: "rivulet-local does not implement the destination arn:aws:sns:us-east-1:000000000000:t: only SQS "
                + "queues and functions take records here."),
        Case(
            method: "POST", body: ["MaximumRetryAttempts": 1], status: 404,
            message: "The function arn:aws:lambda:us-east-1:000000000000:function:echo:$LATEST doesn't have an "
                + "EventInvokeConfig"),
    ]

    @Test(arguments: refusals)
    func `what AWS refuses is refused in its words`(refusal: Case) async throws {
        try await World.run { world in
            try await world.make("echo")
            let answer = try await configure(world, "echo", refusal.body, method: refusal.method)
            #expect(answer.status == refusal.status)
            #expect((answer.json["message"] ?? answer.json["Message"])?.string == refusal.message)
        }
    }
}
