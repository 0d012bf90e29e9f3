import ArgumentParser
import EmulatorClock
import Foundation
import TwitchSimulator

/// Which Twitch the demo pulls from, and at which pipeline time.
struct DemoSource: Sendable {
    enum Kind: Sendable, Equatable {
        case simulator(seed: UInt64)
        case recording(folder: String)
        case twitch
    }

    let kind: Kind
    /// What answers under `/_twitch/`.
    let simulated: TwitchSimulator.Source
    /// Handed to the functions at their start, never stored.
    let secrets: [String: String]
    /// Where else than at Twitch's own the functions find it: `TWITCH_API_URL` and `TWITCH_TOKEN_URL`, where they are set.
    private let addresses: [String: String]
    /// The first slot; nil means now, with the clock running.
    let start: Timestamp?
    let slotCount: Int
    static let slotLength = Duration.seconds(1800)
    /// More than a page, so that the walk meets streams that move between pages, and small streams at its end.
    static let streamsPerLanguage = 300

    /// A Friday evening in Brasilia.
    private static let simulatedStart = Timestamp(milliseconds: 1_772_832_600_000)

    /// - Throws: `RecordingError` for a folder that cannot be replayed, `ValidationError` for half a set of credentials.
    init(seed: UInt64, recording folder: String?, environment: [String: String]) throws {
        addresses = environment.filter { ["TWITCH_API_URL", "TWITCH_TOKEN_URL"].contains($0.key) && !$0.value.isEmpty }
        let id = environment["TWITCH_CLIENT_ID"] ?? ""
        let secret = environment["TWITCH_CLIENT_SECRET"] ?? ""
        if let folder {
            let recording = try Recording(folder: URL(filePath: folder, directoryHint: .isDirectory))
            kind = .recording(folder: folder)
            simulated = .recording(recording)
            secrets = [:]
            start = Self.slotAfter(recording.latestStart ?? Self.simulatedStart)
            slotCount = 3
        } else if !id.isEmpty || !secret.isEmpty {
            guard !id.isEmpty, !secret.isEmpty else {
                throw ValidationError(
                    "Set both TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET to use Twitch, or neither for the simulator.")
            }
            kind = .twitch
            simulated = .world(World(seed: seed))
            secrets = ["TWITCH_CLIENT_ID": id, "TWITCH_CLIENT_SECRET": secret]
            start = nil
            slotCount = 1
        } else {
            kind = .simulator(seed: seed)
            simulated = .world(World(seed: seed))
            secrets = [:]
            start = Self.simulatedStart
            slotCount = 3
        }
    }

    var description: String {
        switch kind {
        case .simulator(let seed): "simulated Twitch, seed \(seed)"
        case .recording(let folder): "recorded Helix answers in \(folder)"
        case .twitch: "Twitch itself (TWITCH_CLIENT_ID is set)"
        }
    }

    /// The functions' variables: where Twitch is, and what to pull. A recording is pulled as it is, by one walk without
    /// a language filter.
    func variables(endpoint: String) -> [String: String] {
        guard kind != .twitch else { return addresses }
        var variables = [
            "TWITCH_API_URL": "\(endpoint)/_twitch/helix",
            "TWITCH_TOKEN_URL": "\(endpoint)/_twitch/oauth2/token",
            "TWITCH_CLIENT_ID": TwitchRoute.application.clientID,
            "TWITCH_CLIENT_SECRET": TwitchRoute.application.clientSecret,
            "STREAMS_PER_LANGUAGE": String(Self.streamsPerLanguage),
        ]
        if case .recording = kind { variables.merge(["LANGUAGES": "*", "STREAMS_PER_LANGUAGE": "all"]) { $1 } }
        return variables
    }

    private static func slotAfter(_ instant: Timestamp) -> Timestamp {
        let length = slotLength.milliseconds
        return Timestamp(milliseconds: (instant.milliseconds / length + 1) * length)
    }
}
