import AWSProtocol
import EmulatorClock
import TestSupport
import Testing

@testable import Scheduler

@Suite struct `Firing` {
    private func times(from first: Timestamp, every: Duration, count: Int) -> [String] {
        (0..<count).map { (first + .milliseconds(every.milliseconds * Int64($0))).wholeSeconds }
    }

    @Test func `a day of half hours fires 48 times, in order, across two restarts`() async throws {
        let bench = try await Bench()
        await bench.make("cron(0/30 * * * ? *)", ["StartDate": .integer(Bench.start.seconds + 1)])
        await bench.advance(by: .seconds(8 * 3600))
        try await bench.restart()
        await bench.advance(by: .seconds(8 * 3600 + 60))
        try await bench.restart()
        await bench.advance(by: .seconds(8 * 3600 - 60))
        #expect(bench.targets.inputs == times(from: Bench.start + .seconds(1800), every: .seconds(1800), count: 48))
        #expect(Set(bench.targets.notes.map(\.executionID)).count == 48)
    }

    @Test func `a clock that jumps over occurrences fires each of them, in order`() async throws {
        let bench = try await Bench()
        await bench.make("rate(30 minutes)", ["StartDate": .integer(Bench.start.seconds + 1800)])
        await bench.make("rate(1 hour)", name: "t", ["StartDate": .integer(Bench.start.seconds + 60)])
        bench.clock.advance(by: .seconds(86_400))
        await bench.clock.settled()
        #expect(bench.targets.inputs.count == 48 + 24)
        #expect(bench.targets.inputs == bench.targets.inputs.sorted())
    }

    @Test func `what came due while nothing ran is not caught up with`() async throws {
        let bench = try await Bench()
        await bench.make("rate(30 minutes)")
        await bench.clock.settled()
        #expect(bench.targets.inputs == [Bench.start.wholeSeconds])
        try await bench.restart { bench.clock.advance(by: .seconds(3 * 3600 + 600)) }
        await bench.clock.settled()
        #expect(bench.targets.inputs.count == 1)
        await bench.advance(by: .seconds(1200))
        #expect(bench.targets.inputs == times(from: Bench.start, every: .seconds(3 * 3600 + 1800), count: 2))
    }

    @Test func `an occurrence of the present minute is fired after a restart`() async throws {
        let bench = try await Bench()
        await bench.make("rate(30 minutes)")
        await bench.clock.settled()
        try await bench.restart { bench.clock.advance(by: .seconds(1859)) }
        await bench.clock.settled()
        #expect(bench.targets.inputs.count == 2)
    }

    @Test func `a one-time schedule fires once, and goes when it is asked to`() async throws {
        let bench = try await Bench()
        await bench.make("at(2026-03-01T19:00:00)", ["ScheduleExpressionTimezone": "Europe/Berlin"])
        await bench.make("at(2026-03-01T18:30:00)", name: "t", ["ActionAfterCompletion": "DELETE"])
        await bench.advance(by: .seconds(86_400))
        // Seven in the evening in Berlin is six of UTC: the instant at which the clock began, and it counts.
        #expect(bench.targets.inputs == ["2026-03-01T18:00:00Z", "2026-03-01T18:30:00Z"])
        #expect(await bench.call("GET", "/schedules/s").status == 200)
        #expect(await bench.call("GET", "/schedules/t").status == 404)
    }

    @Test func `start and end bound a recurring schedule`() async throws {
        let bench = try await Bench()
        let start = Bench.start.seconds
        await bench.make(
            "rate(10 minutes)", ["StartDate": .integer(start + 900), "EndDate": .integer(start + 900 + 1200)])
        await bench.advance(by: .seconds(86_400))
        #expect(
            bench.targets.inputs == times(from: Bench.start + .seconds(900), every: .seconds(600), count: 3))
    }

    @Test func `a disabled schedule rests, and an enabled one goes on with its grid`() async throws {
        let bench = try await Bench()
        await bench.make("rate(10 minutes)")
        await bench.advance(by: .seconds(650))
        await bench.call("PUT", "/schedules/s", Bench.schedule("rate(10 minutes)", ["State": "DISABLED"]))
        await bench.advance(by: .seconds(3000))
        await bench.call("PUT", "/schedules/s", Bench.schedule("rate(10 minutes)"))
        await bench.advance(by: .seconds(600))
        let expected = [0, 600, 4200].map { (Bench.start + .seconds($0)).wholeSeconds }
        #expect(bench.targets.inputs == expected)
    }

    @Test func `within a flexible window each occurrence fires once, at the same instant every time`() async throws {
        var runs: [[Timestamp]] = []
        for _ in 0..<2 {
            let bench = try await Bench()
            await bench.make(
                "rate(1 hour)", ["FlexibleTimeWindow": ["Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15]])
            var seen: [Timestamp] = []
            for hour in 0..<12 {
                await bench.clock.settled()
                let due = try #require(bench.clock.waits.first?.instant)
                let nominal = Bench.start + .seconds(hour * 3600)
                #expect(due >= nominal && due < nominal + .seconds(900))
                bench.clock.advance(to: due)
                await bench.clock.settled()
                seen.append(due)
            }
            #expect(bench.targets.inputs == times(from: Bench.start, every: .seconds(3600), count: 12))
            runs.append(seen)
        }
        #expect(runs[0] == runs[1])
        #expect(Set(runs[0].map { ($0 - Bench.start).components.seconds % 3600 }).count > 6)
    }

    @Test func `what a target does not take is tried again, twice as late each time`() async throws {
        let bench = try await Bench()
        let busy = TargetFailure(code: "ThrottlingException", message: "Rate exceeded", isRetryable: true)
        bench.targets.fail([busy, busy, busy])
        let input = "<aws.scheduler.attempt-number> <aws.scheduler.schedule-arn>"
        await bench.make("at(2026-03-01T18:30:00)", target: ["Input": .string(input)])
        await bench.advance(by: .seconds(1800 + 6))
        #expect(bench.targets.inputs == [])
        await bench.advance(by: .seconds(1))
        #expect(
            bench.targets.inputs == ["4 arn:aws:scheduler:us-east-1:000000000000:schedule/default/s"])
    }

    @Test func `retries go on after a restart, under the same execution id`() async throws {
        let bench = try await Bench()
        bench.targets.fail([TargetFailure(code: "X", message: "", isRetryable: true)])
        await bench.make("at(2026-03-01T18:30:00)", target: ["Input": "\"<aws.scheduler.execution-id>\""])
        await bench.advance(by: .seconds(1800))
        try await bench.restart { bench.clock.advance(by: .seconds(600)) }
        await bench.clock.settled()
        #expect(bench.targets.notes.count == 1)
        #expect(bench.targets.inputs.first == bench.targets.notes.first.map { "\"\($0.executionID)\"" })
    }

    @Test(
        arguments: [
            (["MaximumRetryAttempts": 2], true, "2", "MaximumRetryAttempts"),
            (["MaximumRetryAttempts": 0], true, "0", "MaximumRetryAttempts"),
            (["MaximumEventAgeInSeconds": 60], true, "5", "MaximumEventAgeInSeconds"),
            ([:], false, "0", nil),
        ] as [(JSONObject, Bool, String, String?)])
    func `what is given up becomes a dead letter`(
        policy: JSONObject, isRetryable: Bool, attempts: String, condition: String?
    ) async throws {
        let bench = try await Bench()
        let failure = TargetFailure(code: "NoSuchThing", message: "It is not there.", isRetryable: isRetryable)
        bench.targets.fail(Array(repeating: failure, count: 300))
        let dead = "arn:aws:sqs:us-east-1:000000000000:dead"
        await bench.make(
            "at(2026-03-01T18:30:00)",
            target: ["RetryPolicy": .object(policy), "DeadLetterConfig": ["Arn": .string(dead)], "Input": "in"])
        await bench.advance(by: .seconds(2 * 86_400))
        let letter = try #require(bench.targets.letters.first)
        #expect(bench.targets.letters.count == 1 && letter.queue == dead && letter.body == "in")
        var attributes = letter.attributes
        #expect(attributes.removeValue(forKey: "EXECUTION_ID")?.isEmpty == false)
        #expect(attributes.removeValue(forKey: "EXHAUSTED_RETRY_CONDITION") == condition)
        #expect(
            attributes == [
                "ERROR_CODE": "NoSuchThing", "ERROR_MESSAGE": "It is not there.", "IS_PAYLOAD_TRUNCATED": "false",
                "RETRY_ATTEMPTS": attempts, "SCHEDULED_TIME": "2026-03-01T18:30:00Z",
                "SCHEDULE_ARN": "arn:aws:scheduler:us-east-1:000000000000:schedule/default/s",
                "TARGET_ARN": .init(Bench.queue),
            ])
    }

    @Test func `185 retries fit into a day`() {
        let whole = (1...185).reduce(0) { $0 + RetryPolicy.delay(afterAttempts: $1).components.seconds }
        #expect((80_000...86_400).contains(whole))
    }

    @Test func `a function without input gets AWS's notification`() async throws {
        let bench = try await Bench()
        var members = Bench.schedule("at(2026-03-01T18:30:00)")
        members["Target"] = ["Arn": .string(Bench.function), "RoleArn": .string(Bench.role)]
        #expect(await bench.call("POST", "/schedules/s", members).status == 200)
        await bench.advance(by: .seconds(1800))
        let note = try #require(bench.targets.notes.first)
        #expect(note.arn == Bench.function)
        #expect(
            try JSONValue(parsing: note.input) == [
                "version": "0", "id": .string(note.executionID), "detail-type": "Scheduled Event",
                "source": "aws.scheduler", "account": "000000000000", "time": "2026-03-01T18:30:00Z",
                "region": "us-east-1",
                "resources": ["arn:aws:scheduler:us-east-1:000000000000:schedule/default/s"], "detail": "{}",
            ])
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `whatever happens in between, each occurrence fires at most once`(seed: UInt64) async throws {
        let bench = try await Bench()
        var random = SeededGenerator(seed: seed)
        await bench.make("rate(7 minutes)")
        await bench.make("cron(0/10 * * * ? *)", name: "t")
        for _ in 0..<12 {
            switch Int.random(in: 0..<5, using: &random) {
            case 0: try await bench.restart()
            case 1: try await bench.restart { bench.clock.advance(by: .seconds(900)) }
            case 2: await bench.call("PUT", "/schedules/s", Bench.schedule("rate(7 minutes)"))
            case 3: await bench.call("PUT", "/schedules/t", Bench.schedule("cron(0/10 * * * ? *)"))
            default: await bench.advance(by: .seconds(Int.random(in: 1...3000, using: &random)))
            }
        }
        await bench.clock.settled()
        #expect(Set(bench.targets.notes.map { $0.input + $0.executionID }).count == bench.targets.notes.count)
        let both = bench.targets.inputs
        // The two schedules may name the same instant: 70 minutes apart, once each.
        #expect(Dictionary(grouping: both) { $0 }.values.allSatisfy { $0.count <= 2 })
    }
}
