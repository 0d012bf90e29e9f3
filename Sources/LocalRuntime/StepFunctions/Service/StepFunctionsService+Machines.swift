import AWSProtocol
import EmulatorClock
import EmulatorDatabase

/// State machines, their versions and tags.
extension StepFunctionsService {
    static let mostTags = 50

    /// Makes a machine; the same again gives the one that is there.
    /// https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
    func create(_ machine: StateMachine, publish description: String?) async throws -> (StateMachine, MachineVersion?) {
        try ARNs.check(name: machine.name)
        _ = try Self.definition(machine.definition)
        return try await database.write { db in
            let store = StateMachineStore(db: db)
            if let known = try store.machine(machine.arn) {
                guard known.isSame(as: machine) else { throw StepFunctionsError.stateMachineAlreadyExists(machine.arn) }
                return (known, try description.map { try store.publish(known, description: $0, at: machine.createdAt) })
            }
            try store.insert(machine)
            return (machine, try description.map { try store.publish(machine, description: $0, at: machine.createdAt) })
        }
    }

    /// Changes a machine; executions that run keep what they were started with.
    func update(
        _ arn: String, publish description: String?, _ change: @escaping @Sendable (inout StateMachine) throws -> Void
    ) async throws -> (StateMachine, MachineVersion?) {
        let reference = try unqualified(arn)
        let (now, revision) = (clock.now, makeID())
        return try await database.write { db in
            let store = StateMachineStore(db: db)
            guard let before = try store.machine(reference) else {
                throw StepFunctionsError.stateMachineDoesNotExist(arn)
            }
            var machine = before
            try change(&machine)
            machine.updatedAt = now
            if machine.definition != before.definition || machine.roleARN != before.roleARN {
                machine.revisionID = revision
            }
            try store.update(machine)
            return (machine, try description.map { try store.publish(machine, description: $0, at: now) })
        }
    }

    func delete(_ arn: String) async throws {
        let reference = try ARNs.machine(arn)
        guard reference.qualifier == nil else { throw StepFunctionsError.wrongResourceType("stateMachine version") }
        try await database.write { try StateMachineStore(db: $0).delete(reference.arn) }
    }

    func publish(_ arn: String, revisionID: String?, description: String) async throws -> MachineVersion {
        let reference = try unqualified(arn)
        let now = clock.now
        return try await database.write { db in
            let store = StateMachineStore(db: db)
            guard let machine = try store.machine(reference) else {
                throw StepFunctionsError.stateMachineDoesNotExist(arn)
            }
            if let revisionID, revisionID != machine.revisionID {
                throw StepFunctionsError.conflict(
                    "Failed to publish the State Machine version for revision \(revisionID). "
                        + "The current State Machine revision is \(machine.revisionID)."
                )
            }
            return try store.publish(machine, description: description, at: now)
        }
    }

    func deleteVersion(_ arn: String) async throws {
        let reference = try ARNs.machine(arn)
        guard let number = reference.qualifier.flatMap(Int.init) else { throw StepFunctionsError.invalidARN(arn) }
        try await database.write { try StateMachineStore(db: $0).deleteVersion(number, ofMachine: reference.arn) }
    }

    /// - Throws: `resourceNotFound`, `tooManyTags`
    func changeTags(of arn: String, _ change: @escaping @Sendable (inout [Tag]) -> Void) async throws {
        let reference = try taggable(arn)
        try await database.write { db in
            let store = StateMachineStore(db: db)
            guard var machine = try store.machine(reference) else { throw StepFunctionsError.resourceNotFound(arn) }
            change(&machine.tags)
            guard machine.tags.count <= Self.mostTags else { throw StepFunctionsError.tooManyTags(arn) }
            try store.update(machine)
        }
    }

    func tags(of arn: String) async throws -> [Tag] {
        let reference = try taggable(arn)
        guard let machine = try await database.read({ try StateMachineStore(db: $0).machine(reference) }) else {
            throw StepFunctionsError.resourceNotFound(arn)
        }
        return machine.tags
    }

    /// A version cannot be changed, and AWS does not find it then.
    private func unqualified(_ arn: String) throws -> String {
        let reference = try ARNs.machine(arn)
        guard reference.qualifier == nil else { throw StepFunctionsError.stateMachineDoesNotExist(arn) }
        return reference.arn
    }

    /// Tags belong to the machine, not to its versions.
    private func taggable(_ arn: String) throws -> String {
        let reference = try ARNs.machine(arn)
        guard reference.qualifier == nil else { throw StepFunctionsError.resourceNotFound(arn) }
        return reference.arn
    }
}

extension StateMachine {
    /// Whether creating the other is the same request again; AWS leaves role and tags out of it.
    fileprivate func isSame(as other: StateMachine) -> Bool {
        definition == other.definition && kind == other.kind && settings == other.settings
    }
}
