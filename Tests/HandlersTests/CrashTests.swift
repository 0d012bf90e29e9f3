import AWSClient
import Testing

@testable import Handlers

/// The process is killed at one request of a step after another, when the request has had its effect, and the step is
/// called again as its caller would: the world must end as if nothing had happened. (Before its effect would be after
/// the one before.)
@Suite struct `A process that dies` {
    static let streams: [JSON] =
        (0..<12).map { FakeTwitch.stream($0) } + [FakeTwitch.stream(3), FakeTwitch.stream(40, viewers: 3)]

    @Test(arguments: PipelineFunction.allCases)
    func `anywhere in a step, leaves the same world once the step is repeated`(step: PipelineFunction) async throws {
        let (before, event) = try await Self.world(before: step)
        let undisturbed = World(before)
        let answer = try await undisturbed.call(step, event)
        let requests = before.requests.count..<undisturbed.read(\.requests.count)
        #expect(requests.count >= 3)
        for request in requests {
            let world = World(before)
            world.crash(at: request)
            let first = try? await world.call(step, event)
            let second = try await world.call(step, event)
            #expect(world.traces == undisturbed.traces, "crash at request \(request)")
            // A store that dies reports its messages as failed, and then not; an enrich repeated knows what it fetched.
            if step != .enrich { #expect(second == answer || first == answer, "crash at request \(request)") }
        }
    }

    /// The world as it stands before a step, and the step's event.
    private static func world(before step: PipelineFunction) async throws -> (World.State, JSON) {
        let world = World(streams: streams)
        var event = try World.event("extract-schedule")
        for earlier in PipelineFunction.allCases {
            if step == .sqsToStore, earlier == step { event = world.batch() }
            guard earlier != step else { break }
            // The queue's consumer stands beside the line of steps.
            let answer = try await world.call(earlier, earlier == .sqsToStore ? world.batch() : event)
            if ![.publishToQueue, .sqsToStore].contains(earlier) { event = answer }
        }
        return (world.read { $0 }, event)
    }
}

extension World {
    /// All that outlives a step, but for instants and counted attempts.
    fileprivate var traces: [[String]] {
        read { state in
            let ledger = ["run_id", "status", "rows", "pages", "duplicates", "bronze_key", "enriched_key"]
            let rows = ["realtime", "games", "users", "pulls"].map { table in
                (state.dynamoDB.tables[table] ?? []).map { row in
                    row.filter { table == "pulls" ? ledger.contains($0.key) : $0.key != "asked_at" }.sorted {
                        $0.key < $1.key
                    }
                    .map { "\($0.key)=\($0.value)" }.joined(separator: " ")
                }.sorted()
            }
            let objects = state.s3.objects.map { "\($0.key) \($0.value.body.hashValue)" }.sorted()
            return rows + [objects, Set(state.messages.map(\.body)).sorted()]
        }
    }
}
