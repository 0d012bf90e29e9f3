import EmulatorClock

/// One broadcast's time on air.
struct Session: Sendable, Equatable {
    let start: Timestamp
    let end: Timestamp
    /// The broadcaster's whole evening: longer than the broadcast when the encoder failed and came back as another one.
    let evening: Range<Timestamp>
    /// When the encoder was away, and back so soon that Twitch kept the broadcast's id.
    let outage: Range<Timestamp>?
    /// Of the evening's broadcasts, from 0.
    let part: Int

    init(start: Timestamp, end: Timestamp) {
        self.init(start: start, end: end, evening: start..<end, outage: nil, part: 0)
    }

    private init(
        start: Timestamp, end: Timestamp, evening: Range<Timestamp>, outage: Range<Timestamp>?, part: Int
    ) {
        self.start = start
        self.end = end
        self.evening = evening
        self.outage = outage
        self.part = part
    }

    func contains(_ instant: Timestamp) -> Bool {
        start <= instant && instant < end && outage?.contains(instant) != true
    }

    /// Whether the broadcaster ended it, and the encoder did not.
    var endsTheEvening: Bool { end == evening.upperBound }

    /// Since when it had been on air without a break.
    func onAirSince(_ instant: Timestamp) -> Timestamp {
        guard let outage, outage.upperBound <= instant else { return start }
        return outage.upperBound
    }

    /// The broadcasts that become of this one: the encoder of one in eight fails, and is back after one to twenty-five
    /// minutes. Within eight minutes Twitch keeps the id; later it is a new broadcast.
    func broken(by hash: SeededHash) -> [Session] {
        let length = (end - start).components.seconds
        guard hash.of(0).unit < 0.125, length > 3600 else { return [self] }
        let failure = start + .seconds(Int64((0.15 + 0.6 * hash.of(1).unit) * Double(length)))
        let away = 60 + Int64(1440 * hash.of(2).unit * hash.of(2).unit)
        let back = failure + .seconds(away)
        guard back < end else { return [self] }
        if away < 480 { return [Session(start: start, end: end, evening: evening, outage: failure..<back, part: 0)] }
        return [
            Session(start: start, end: failure, evening: evening, outage: nil, part: 0),
            Session(start: back, end: end, evening: evening, outage: nil, part: 1),
        ]
    }
}

extension Timestamp {
    /// The next whole minute, or this one.
    var roundedUpToMinute: Timestamp {
        Timestamp(milliseconds: (milliseconds + 59_999) / 60_000 * 60_000)
    }
}
