import Foundation
import Glibc
import TestSupport
import Testing

@testable import Lambda

@Suite struct `How many at once` {
    @Test func `a reserved function is throttled beyond its reservation`() async throws {
        try await World.run { world in
            let hang = try await world.make("hang")
            try await world.lambda.reserveConcurrency(try world.lambda.resolve(hang), 1)
            async let first = world.invoke(hang)
            _ = try await world.line(of: hang) { $0.hasPrefix("hanging") }
            await #expect(throws: LambdaError.tooManyRequests(.reservedFunctionConcurrentInvocationLimitExceeded)) {
                try await world.invoke(hang)
            }
            world.timers.fire(.seconds(3))
            #expect(try await first.failure == .timedOut(.seconds(3)))
        }
    }

    @Test func `the others share what is left of the account`() async throws {
        var limits = LambdaLimits.aws
        limits.concurrency = 3
        limits.unreservedConcurrency = 1
        try await World.run(limits: limits) { world in
            let hang = try await world.make("hang")
            let echo = try await world.make("echo")
            let kept = try await world.make("echo", name: "kept")
            try await world.lambda.reserveConcurrency(try world.lambda.resolve(kept), 2)
            async let first = world.invoke(hang)
            _ = try await world.line(of: hang) { $0.hasPrefix("hanging") }
            await #expect(throws: LambdaError.tooManyRequests(.concurrentInvocationLimitExceeded)) {
                try await world.invoke(echo)
            }
            #expect(try await world.invoke(kept).text == "{}")
            world.timers.fire(.seconds(3))
            _ = try await first
            #expect(try await world.invoke(echo).text == "{}")
        }
    }

    @Test func `an event that finds an environment finishing waits for it a moment only`() async throws {
        try await World.run { world in
            let slow = try await world.make("slow-finish")
            let first = try await world.invoke(slow)
            async let second = world.invoke(slow)
            await world.timers.isSet(LambdaLimits.aws.handover)
            world.timers.fire(LambdaLimits.aws.handover)
            #expect(try await second.text != first.text, "another process took it")
        }
    }

    @Test func `a process killed while idle is replaced`() async throws {
        try await World.run { world in
            let pid = try await world.make("pid")
            let first = try await world.invoke(pid)
            let id = try world.lambda.resolve(pid)
            try await eventually { world.lambda.pool.idleCount(id) == 1 }
            kill(try #require(pid_t(first.text)), SIGKILL)
            try await eventually { world.lambda.pool.idleCount(id) == 0 }
            let second = try await world.invoke(pid)
            #expect(second.functionError == nil)
            #expect(second.text != first.text)
        }
    }

    /// Many events, many functions, crashes among them: every event has exactly its own answer.
    @Test func `a storm of events`() async throws {
        try await World.run(isTimedByHand: false) { world in
            try await world.make("echo") { $0.timeout = 300 }
            try await world.make("reconnect") { $0.timeout = 300 }
            try await world.make("once") { $0.timeout = 300 }
            try await world.make("exit") { $0.timeout = 300 }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    // Each has files of its own open, and a process may have a thousand.
                    if number >= 50 { try await group.next() }
                    group.addTask { try await event(number, in: world) }
                }
                try await group.waitForAll()
            }
        }
    }

    private func event(_ number: Int, in world: World) async throws {
        switch number % 10 {
        case 0:
            let result = try await world.invoke("once")
            #expect(result.text == "\"once\"")
        case 1:
            let result = try await world.invoke("exit", "3")
            #expect(result.failure == .exited(.exited(3)))
        case 2:
            let result = try await world.invoke("reconnect")
            #expect(result.text == "\"ok\"")
        default:
            let result = try await world.invoke("echo", "\(number)")
            #expect(result.text == "\(number)")
        }
    }
}
