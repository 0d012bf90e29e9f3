import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A queue and its plain model` {
    @Test(arguments: Schedule.all("queue", usually: 30))
    func `agree over any schedule`(schedule: Schedule) async throws {
        try await schedule.run { random in
            var run = try await QueueSchedule(&random)
            for _ in 0..<60 { try await run.step(&random) }
        }
    }

    @Test(arguments: Schedule.all("fifo-queue", usually: 30))
    func `keep every group's order over any schedule`(schedule: Schedule) async throws {
        try await schedule.run { random in
            var run = try await FIFOSchedule()
            for _ in 0..<80 { try await run.step(&random) }
            try await run.finish()
        }
    }
}
