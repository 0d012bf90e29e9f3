import EmulatorClock
import Foundation

/// A time zone with its changes between summer and winter, by its IANA name.
/// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#time-zones
struct Zone: Sendable, Equatable {
    static let utc = Zone(name: "UTC", zone: nil)

    let name: String
    /// nil stands for UTC.
    private let zone: TimeZone?

    private init(name: String, zone: TimeZone?) {
        self.name = name
        self.zone = zone
    }

    /// nil for a name that the IANA database does not have. Offsets such as `GMT+2` are no names of it.
    init?(_ name: String) {
        if name == "UTC" {
            self = .utc
            return
        }
        let isOffset = (name.hasPrefix("GMT") || name.hasPrefix("UTC")) && name.count > 3
        guard !isOffset, let zone = TimeZone(identifier: name) else { return nil }
        self.init(name: name, zone: zone)
    }

    /// What a wall clock here shows at an instant, as if it were one of UTC.
    func wall(at instant: Timestamp) -> Timestamp {
        instant + .seconds(offset(at: instant))
    }

    /// When a wall clock here shows a time (given as if it were one of UTC).
    ///
    /// - Returns: the first of two instants when the clock is set back over the time; nil when it is set forward over it.
    func instant(ofWall wall: Timestamp) -> Timestamp? {
        guard zone != nil else { return wall }
        let offsets = Set([offset(at: wall - .seconds(86_400)), offset(at: wall), offset(at: wall + .seconds(86_400))])
        return offsets.map { wall - .seconds($0) }.filter { self.wall(at: $0) == wall }.min()
    }

    private func offset(at instant: Timestamp) -> Int {
        zone?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1000)) ?? 0
    }
}
