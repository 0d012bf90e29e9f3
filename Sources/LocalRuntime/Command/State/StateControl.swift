import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import Foundation

/// The control routes that change the state as a whole.
enum StateControl {
    /// How the paths of those begin that pause the emulator.
    static let paths = ["snapshots", "reset"].map { ControlRoutes.prefix + $0 }

    static func subjects(of host: EmulatorHost) -> [any ControlSubject] {
        [SnapshotsControl(host: host), ResetControl(host: host), SeedControl(host: host)]
    }

    static func patience(_ call: ControlCall) throws -> Duration {
        guard let text = call.text("wait") else { return .seconds(10) }
        guard let duration = SpelledDuration(text)?.duration else { throw ControlError.notADuration(text) }
        return duration
    }

    static func json(_ entries: [Snapshots.Entry]) -> JSONValue {
        [
            "snapshots": .array(
                entries.map { entry in
                    let made = Timestamp(milliseconds: Int64(entry.made.timeIntervalSince1970 * 1000))
                    return [
                        "name": .string(entry.name), "made": .string(made.rfc3339),
                        "size_bytes": .integer(entry.size_bytes),
                    ]
                })
        ]
    }

    /// What the folder refuses, as an answer.
    static func refusing<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as SnapshotError {
            throw ControlError.snapshot("\(error)")
        } catch let error as DatabaseDamaged {
            throw ControlError.snapshot("\(error)")
        }
    }
}

/// `/_rivulet/snapshots`: saves the state under a name, and brings it back. The host outlives its routes' answers.
struct SnapshotsControl: ControlSubject {
    let name = "snapshots"
    unowned let host: EmulatorHost

    func answer(_ call: ControlCall) async throws -> JSONValue {
        switch call.route {
        case "GET": return StateControl.json(try host.snapshots())
        case "POST save":
            let name = try call.required("name")
            try await change(call) { try $0.save(name) }
            return ["saved": .string(name)]
        case "POST load":
            let name = try call.required("name")
            try await change(call) { try $0.load(name) }
            return ["loaded": .string(name)]
        case "POST delete":
            let name = try call.required("name")
            try await change(call) { try $0.delete(name) }
            return ["deleted": .string(name)]
        default: throw call.unknown
        }
    }

    private func change(_ call: ControlCall, _ work: (Snapshots) throws -> Void) async throws {
        let patience = try StateControl.patience(call)
        try await StateControl.refusing { try await host.whilePaused(patience: patience, work) }
    }
}

/// `/_rivulet/reset`: an empty state.
struct ResetControl: ControlSubject {
    let name = "reset"
    unowned let host: EmulatorHost

    func answer(_ call: ControlCall) async throws -> JSONValue {
        guard call.route == "POST" else { throw call.unknown }
        try await host.whilePaused(patience: try StateControl.patience(call)) { try $0.reset() }
        return ["reset": true]
    }
}

/// `/_rivulet/seed`: makes what a seed says.
struct SeedControl: ControlSubject {
    let name = "seed"
    unowned let host: EmulatorHost

    func answer(_ call: ControlCall) async throws -> JSONValue {
        guard call.route == "POST" else { throw call.unknown }
        let seed = try Seed(.object(call.body["seed"]?.object ?? [:]), folder: try call.required("folder"))
        guard let emulator = host.emulator else { throw ControlError.stateIsBeingChanged }
        return try await Seeding(seed: seed, gateway: emulator.gateway).run()
    }
}
