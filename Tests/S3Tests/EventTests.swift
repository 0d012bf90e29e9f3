import AWSProtocol
import EmulatorClock
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import S3

/// Takes events and remembers them; refuses as many as it is told to.
private final class Recorder: ObjectEventTargets {
    struct Refused: Error {}

    let events: AsyncStream<(arn: String, event: JSONValue)>
    private let continuation: AsyncStream<(arn: String, event: JSONValue)>.Continuation
    private let refusals = Mutex(0)

    init() {
        (events, continuation) = AsyncStream.makeStream()
    }

    func refuse(_ count: Int) {
        refusals.withLock { $0 = count }
    }

    func isThere(_ arn: String) async -> Bool { !arn.hasSuffix(":missing") }

    func deliver(_ event: String, to arn: String) async throws {
        let isRefused = refusals.withLock { left in
            defer { left = max(0, left - 1) }
            return left > 0
        }
        if isRefused { throw Refused() }
        continuation.yield((arn, try JSONValue(parsing: event)))
    }
}

@Suite(.timeLimit(.minutes(1))) struct `Events` {
    private let recorder = Recorder()
    private static let arn = "arn:aws:sqs:us-east-1:000000000000:q"

    private func world(filter: String = "", events: String = "s3:ObjectCreated:*") async throws -> World {
        let world = try World(eventTargets: recorder)
        try await world.service.start()
        await world.send("PUT", "/lake")
        let document =
            "<NotificationConfiguration><QueueConfiguration><Id>q</Id><Queue>\(Self.arn)</Queue>"
            + "<Event>\(events)</Event>\(filter)</QueueConfiguration></NotificationConfiguration>"
        let put = await world.send(
            "PUT", "/lake?notification", headers: ["x-amz-skip-destination-validation": "true"], document)
        #expect(put.status == 200)
        return world
    }

    private func next() async throws -> JSONValue {
        for await (arn, event) in recorder.events {
            #expect(arn == Self.arn)
            return try #require(event["Records"]?.array?.first)
        }
        throw Unexpected()
    }

    @Test func `tell a queue of an object that was put, as S3 tells it`() async throws {
        let world = try await world()
        await world.send("PUT", "/lake/a%20b@c", "hello")
        let record = try await next()
        #expect(record["eventName"] == "ObjectCreated:Put" && record["eventVersion"] == "2.1")
        #expect(record["eventTime"] == "2026-03-01T12:00:00.000Z" && record["awsRegion"] == "us-east-1")
        #expect(record["responseElements"]?["x-amz-request-id"] == "request-1")
        let s3 = try #require(record["s3"])
        #expect(s3["configurationId"] == "q" && s3["bucket"]?["arn"] == "arn:aws:s3:::lake")
        #expect(s3["object"]?["key"] == "a+b%40c" && s3["object"]?["size"]?.integer == 5)
        #expect(s3["object"]?["eTag"] == "5d41402abc4b2a76b9719d911017c592")
        #expect(s3["object"]?["sequencer"]?.string?.count == 18 && s3["object"]?["versionId"] == nil)
        await world.service.stop()
    }

    @Test func `tell of copies, uploads, deletions and tags by their own names`() async throws {
        let world = try await world(
            events: "s3:ObjectCreated:*</Event><Event>s3:ObjectRemoved:*</Event><Event>s3:ObjectTagging:*")
        await world.send("PUT", "/lake/k", "x")
        await world.send("PUT", "/lake/c", headers: ["x-amz-copy-source": "lake/k"])
        await world.send("PUT", "/lake/k?tagging", "<Tagging><TagSet/></Tagging>")
        await world.send("DELETE", "/lake/k?tagging")
        await world.send("DELETE", "/lake/k")
        await world.send("DELETE", "/lake/never")
        let versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
        await world.send("PUT", "/lake?versioning", versioning)
        await world.send("DELETE", "/lake/c")
        var names: [String?] = []
        for _ in 0..<6 { names.append(try await next()["eventName"]?.string) }
        #expect(
            names == [
                "ObjectCreated:Put", "ObjectCreated:Copy", "ObjectTagging:Put", "ObjectTagging:Delete",
                "ObjectRemoved:Delete", "ObjectRemoved:DeleteMarkerCreated",
            ])
        await world.service.stop()
    }

    @Test func `go only where their key and name fit`() async throws {
        let filter =
            "<Filter><S3Key><FilterRule><Name>prefix</Name><Value>in/</Value></FilterRule>"
            + "<FilterRule><Name>SUFFIX</Name><Value>.json</Value></FilterRule></S3Key></Filter>"
        let world = try await world(filter: filter, events: "s3:ObjectCreated:Put")
        let answer = await world.send("GET", "/lake?notification").text
        #expect(answer.contains("<Name>Prefix</Name>") && answer.contains("<Name>Suffix</Name>"))
        for key in ["out/a.json", "in/a.txt", "in/b.json"] { await world.send("PUT", "/lake/\(key)", "x") }
        await world.send("PUT", "/lake/in/c.json", headers: ["x-amz-copy-source": "lake/in/b.json"])
        #expect(try await next()["s3"]?["object"]?["key"] == "in/b.json")
        try await eventually { try await world.service.isIdle() }
        await world.service.stop()
    }

    @Test func `are tried again, later and later, until they are taken`() async throws {
        let world = try await world()
        recorder.refuse(2)
        await world.send("PUT", "/lake/k", "x")
        for seconds in [1, 2] {
            let due = World.noon + .seconds(seconds == 1 ? 1 : 3)
            try await world.sleeper(until: due)
            #expect(try await !world.service.isIdle())
            world.clock.advance(to: due)
        }
        #expect(try await next()["eventName"] == "ObjectCreated:Put")
        await world.service.stop()
    }

    @Test func `outlive the emulator`() async throws {
        let first = try await world()
        recorder.refuse(.max)
        await first.send("PUT", "/lake/k", "x")
        await first.service.stop()
        recorder.refuse(0)
        let folder = FileManager.default.temporaryDirectory.appending(path: "s3-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: first.folder, to: folder)
        let second = try World(in: folder, eventTargets: recorder)
        second.clock.advance(by: .seconds(600))
        try await second.service.start()
        #expect(try await next()["eventName"] == "ObjectCreated:Put")
        await second.service.stop()
    }

    @Test func `begin with a test, once their target is known to be there`() async throws {
        let world = try World(eventTargets: recorder)
        try await world.service.start()
        await world.send("PUT", "/lake")
        func document(_ queue: String) -> String {
            "<NotificationConfiguration><QueueConfiguration><Queue>arn:aws:sqs:us-east-1:000000000000:\(queue)</Queue>"
                + "<Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>"
        }
        let refused = await world.send("PUT", "/lake?notification", document("missing"))
        #expect(refused.refusal == "400 InvalidArgument")
        #expect(refused.text.contains("<ArgumentValue1>The destination queue does not exist</ArgumentValue1>"))
        #expect(await world.send("PUT", "/lake?notification", document("q")).status == 200)
        for await (_, event) in recorder.events {
            #expect(event["Event"] == "s3:TestEvent" && event["Bucket"] == "lake")
            break
        }
        await world.service.stop()
    }

    @Test(arguments: [
        (
            "<QueueConfiguration><Queue>q</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration>",
            "InvalidArgument"
        ),
        ("<QueueConfiguration><Queue>\(arn)</Queue><Event>s3:Never</Event></QueueConfiguration>", "InvalidArgument"),
        ("<QueueConfiguration><Queue>\(arn)</Queue></QueueConfiguration>", "MalformedXML"),
        ("<TopicConfiguration><Topic>arn:aws:sns:::t</Topic></TopicConfiguration>", "NotImplemented"),
        ("<EventBridgeConfiguration/>", "NotImplemented"), ("<Other/>", "MalformedXML"),
        (
            "<QueueConfiguration><Queue>\(arn)</Queue><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule>"
                + "<Name>infix</Name><Value>a</Value></FilterRule></S3Key></Filter></QueueConfiguration>",
            "InvalidArgument"
        ),
    ])
    func `are refused where they could not go`(configuration: String, code: String) async throws {
        let world = try World()
        await world.send("PUT", "/lake")
        let document = "<NotificationConfiguration>\(configuration)</NotificationConfiguration>"
        #expect(await world.send("PUT", "/lake?notification", document).refusal.hasSuffix(code))
    }
}

extension World {
    /// Returns once something sleeps until that instant.
    func sleeper(until deadline: Timestamp) async throws {
        try await eventually("a sleeper") { clock.nextDeadline == deadline }
    }
}
