import AWSProtocol
import EmulatorClock
import Foundation
import TestSupport
import Testing

@testable import Lambda

@Suite struct `Asynchronous invocations` {
    @Test func `an event is accepted at once and run later`() async throws {
        try await World.run { world in
            let echo = try await world.make("echo")
            let answer = try await world.call(
                "POST", "/2015-03-31/functions/echo/invocations", [:], headers: ["X-Amz-Invocation-Type": "Event"])
            #expect(answer.status == 202)
            _ = try await world.line(of: echo) { $0.hasPrefix("REPORT") }
        }
    }

    @Test func `a failure is tried again after one and two minutes, under the same request id`() async throws {
        try await World.run { world in
            let error = try await world.make("error")
            let requestID = try await world.lambda.invokeAsync(error, payload: [])
            for (number, wait) in [(1, 60), (2, 120), (3, 600)] {
                try await world.lines(of: error, count: number) { $0 == "END RequestId: \(requestID)" }
                if number < 3 { try await world.sleeps(until: world.clock.now + .seconds(wait)) }
                world.clock.advance(by: .seconds(wait))
            }
            try await world.lambda.queueIsEmpty()
            #expect(try await world.log(error).filter { $0.hasPrefix("START") }.count == 3)
        }
    }

    @Test func `an accepted event survives a restart`() async throws {
        let first = try await World(keepsFolder: true)
        let hang = try await first.make("hang")
        try await first.lambda.invokeAsync(hang, payload: [])
        _ = try await first.line(of: hang) { $0.hasPrefix("hanging") }
        async let stopped: Void = first.stop()
        await first.timers.isSet(LambdaLimits.aws.shutdownGrace)
        first.timers.fire(LambdaLimits.aws.shutdownGrace)
        try await stopped

        let second = try await World(on: first.folder)
        try await second.lines(of: hang, count: 2) { $0.hasPrefix("hanging") }
        second.timers.fire(.seconds(3))
        _ = try await second.line(of: hang) { $0.contains("Status: timeout") }
        try await second.stop()
    }

    @Test func `each of many events runs once`() async throws {
        try await World.run(isTimedByHand: false) { world in
            let echo = try await world.make("echo") { $0.timeout = 300 }
            let accepted = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<100 { group.addTask { try await world.lambda.invokeAsync(echo, payload: []) } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            try await world.lambda.queueIsEmpty()
            let ran = try await world.log(echo).filter { $0.hasPrefix("END") }.map { $0.split(separator: " ")[2] }
            #expect(ran.count == 100)
            #expect(Set(ran.map(String.init)) == accepted)
        }
    }

    @Test func `retries by the book`() {
        let start = World.noon
        let id = FunctionID(account: "0", region: "r", name: "f")
        var event = AsyncEvent(
            requestID: "r", target: QualifiedFunction(id), payload: [], traceID: "", accepted: start, due: start)
        let retries = AsyncRetries()
        #expect(retries.step(after: .succeeded, of: event, now: start) == .finish(.success))
        #expect(retries.step(after: .functionGone, of: event, now: start) == .forget)
        #expect(retries.step(after: .interrupted, of: event, now: start) == .retry(event))
        var waits: [Int64] = []
        while case .retry(let next) = retries.step(after: .notRun, of: event, now: event.due) {
            waits.append((next.due - event.due).milliseconds / 1000)
            event = next
        }
        #expect(Array(waits.prefix(10)) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300])
        #expect(event.due - start <= .seconds(6 * 3600))
    }

    @Test(arguments: [(0, 21_600, 1), (1, 21_600, 2), (2, 21_600, 3), (2, 60, 2), (2, 200, 3), (2, 179, 2)])
    func `attempts and age bound the tries`(attempts: Int, age: Int, tries: Int) {
        let config = EventInvokeConfig(
            maximumRetryAttempts: attempts, maximumEventAge: age, lastModified: World.noon)
        let id = FunctionID(account: "0", region: "r", name: "f")
        var event = AsyncEvent(
            requestID: "r", target: QualifiedFunction(id), payload: [], traceID: "", accepted: World.noon,
            due: World.noon)
        var count = 1
        while case .retry(let next) = AsyncRetries(config).step(after: .failed, of: event, now: event.due) {
            event = next
            count += 1
        }
        #expect(count == tries)
    }
}

extension World {
    func lines(of function: String, count: Int, _ isIt: (String) -> Bool) async throws {
        try await eventually("lines of \(function)") { try await log(function).filter(isIt).count >= count }
    }

    /// Waits until something sleeps for exactly that instant.
    func sleeps(until instant: Timestamp) async throws {
        try await eventually("a sleeper") { clock.nextDeadline == instant }
    }
}

extension LambdaService {
    func queueIsEmpty() async throws {
        try await eventually("an empty queue") { try await queue.waitingCount() == 0 }
    }
}
