import AWSClient
import Testing

@testable import Handlers

/// The process is killed at one request after another, when the request has had its effect, and the step is called again
/// as its caller would: the world must end as if nothing had happened. (Before its effect would be after the one before.)
@Suite struct `A process that dies` {
    static let streams: [JSON] =
        (0..<6).map { FakeTwitch.stream($0) } + [FakeTwitch.stream(3), FakeTwitch.stream(40, viewers: 3)]

    @Test func `anywhere in the pipeline, leaves the same lake, table and ledger`() async throws {
        let undisturbed = try await Self.run(crash: nil)
        let count = undisturbed.read(\.requests.count)
        #expect(count > 40)
        for request in 0..<count {
            let world = try await Self.run(crash: request)
            #expect(world.lake == undisturbed.lake, "crash at request \(request)")
            #expect(world.realtime == undisturbed.realtime, "crash at request \(request)")
            #expect(world.outcomes == undisturbed.outcomes, "crash at request \(request)")
        }
    }

    /// The whole pipeline; a step that dies is called again with the same event.
    private static func run(crash: Int?) async throws -> World {
        let world = World(streams: streams)
        world.crash(at: crash)
        func step(_ function: PipelineFunction, _ event: JSON) async throws -> JSON {
            do {
                return try await world.call(function, event)
            } catch is World.Crash {
                return try await world.call(function, event)
            }
        }
        let extracted = try await step(.extract, try World.event("extract-schedule"))
        let enriched = try await step(.enrich, extracted)
        _ = try await step(.publishToQueue, enriched)
        _ = try await step(.goldJob, try await step(.silverJob, enriched))
        let failures = try await step(.sqsToStore, world.batch())
        // What a dead store left on the queue comes again.
        if failures["batchItemFailures"].count > 0 { _ = try await step(.sqsToStore, world.batch()) }
        return world
    }
}

extension World {
    fileprivate var lake: [String: [UInt8]] {
        read { $0.s3.objects.mapValues(\.body) }
    }

    fileprivate var realtime: [DynamoDBItem] {
        rows("realtime").sorted { ($0["nome_streamer"]?.string ?? "") < ($1["nome_streamer"]?.string ?? "") }
    }

    /// What the ledger must say whatever happened on the way.
    fileprivate var outcomes: [DynamoDBItem] {
        rows("pulls").map { row in
            row.filter {
                ["run_id", "status", "rows", "pages", "duplicates", "bronze_key", "enriched_key"].contains($0.key)
            }
        }
    }
}
