package import AWSProtocol
package import EmulatorClock
package import EmulatorDatabase

/// The emulated EventBridge Scheduler: groups and schedules, and their firing by the one clock.
/// https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html
package final class SchedulerService: Sendable {
    let database: EmulatorDatabase
    let clock: any Timekeeper
    let limits: SchedulerLimits
    let ticker: Ticker
    private let targets: any ScheduleTargets

    /// Nothing fires before `start()`.
    ///
    /// - Parameter makeID: gives execution ids.
    package init(
        database: EmulatorDatabase, clock: any Timekeeper, targets: any ScheduleTargets,
        limits: SchedulerLimits = .aws, tracer: Tracer = .off,
        makeID: @escaping @Sendable () -> String = RequestID.random
    ) {
        self.database = database
        self.clock = clock
        self.limits = limits
        self.targets = targets
        ticker = Ticker(
            database: database, clock: clock, targets: targets, limits: limits, tracer: tracer, makeID: makeID)
    }

    /// Fires schedules from now on. What came due while nothing ran is left out, as nobody was there to fire it.
    package func start() async throws {
        try await ticker.start()
    }

    /// Fires nothing more, and returns when what was begun is handed over.
    package func stop() async {
        await ticker.stop()
    }

    /// - Throws: `SchedulerError.groupNotFound`, `.scheduleExists`, `.startTooEarly`
    func create(
        _ name: String, in group: ScheduleGroupID, _ definition: ScheduleDefinition, clientToken: String?
    ) async throws -> Schedule {
        let now = clock.now
        if !definition.expression.isOneTime, let start = definition.startDate, start < now - limits.startGrace {
            throw SchedulerError.startTooEarly
        }
        let schedule = try await write { store in
            guard try store.group(group, now: now) != nil else { throw SchedulerError.groupNotFound(group.name) }
            if let twin = try store.schedule(name, in: group) {
                guard let clientToken, twin.clientToken == clientToken else {
                    throw SchedulerError.scheduleExists(name)
                }
                return twin
            }
            var schedule = Schedule(
                group: group, name: name, definition: definition, created: now, modified: now,
                anchor: Self.anchor(of: definition, at: now), clientToken: clientToken)
            schedule.plan(after: schedule.planningFloor(at: now))
            try store.save(schedule)
            return schedule
        }
        ticker.note(schedule.fires)
        return schedule
    }

    /// Replaces the whole definition. A rate goes on counting from where it did, unless it is changed.
    func update(
        _ name: String, in group: ScheduleGroupID, _ definition: ScheduleDefinition
    ) async throws -> Schedule {
        let now = clock.now
        let schedule = try await write { store in
            var schedule = try store.existing(name, in: group, now: now)
            if schedule.definition.expression != definition.expression
                || schedule.definition.startDate != definition.startDate
            {
                schedule.anchor = Self.anchor(of: definition, at: now)
            }
            schedule.definition = definition
            schedule.modified = now
            schedule.plan(after: schedule.planningFloor(at: now))
            try store.save(schedule)
            return schedule
        }
        ticker.note(schedule.fires)
        return schedule
    }

    /// - Throws: `SchedulerError.groupNotFound`, `.scheduleNotFound`
    func schedule(_ name: String, in group: ScheduleGroupID) async throws -> Schedule {
        let now = clock.now
        return try await write { try $0.existing(name, in: group, now: now) }
    }

    func delete(_ name: String, in group: ScheduleGroupID) async throws {
        let now = clock.now
        try await write { try $0.delete($0.existing(name, in: group, now: now)) }
    }

    /// By group and name.
    func schedules(account: String, region: String) async throws -> [Schedule] {
        try await database.read { [limits] in
            try SchedulerStore($0, limits).schedules(account: account, region: region)
        }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (SchedulerStore) throws -> Value
    ) async throws -> Value {
        try await database.write { [limits] in try body(SchedulerStore($0, limits)) }
    }

    /// A rate begins with its start, or at once.
    private static func anchor(of definition: ScheduleDefinition, at now: Timestamp) -> Timestamp {
        definition.startDate ?? Timestamp(milliseconds: now.seconds * 1000)
    }
}

extension Schedule {
    /// What lies before this does not count any more. The very second of a rate's making does: a rate begins at once.
    fileprivate func planningFloor(at now: Timestamp) -> Timestamp {
        min(now, max(anchor, Timestamp(milliseconds: now.seconds * 1000))) - .milliseconds(1)
    }
}

extension SchedulerStore {
    /// - Throws: `SchedulerError.groupNotFound`, `.scheduleNotFound`
    func existing(_ name: String, in group: ScheduleGroupID, now: Timestamp) throws -> Schedule {
        guard let schedule = try schedule(name, in: group) else {
            guard try self.group(group, now: now) != nil else { throw SchedulerError.groupNotFound(group.name) }
            throw SchedulerError.scheduleNotFound(name)
        }
        return schedule
    }
}
