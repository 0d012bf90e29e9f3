package import Lake

/// One `dt`/`hour` partition as events and answers write it: `{"dt":"2026-03-01","hour":"12"}`.
package struct Partition: Sendable, Hashable, Codable {
    package let hour: UTCHour

    package init(_ hour: UTCHour) {
        self.hour = hour
    }

    private enum CodingKeys: String, CodingKey {
        case dt, hour
    }

    /// The hour may also be a number.
    package init(from decoder: any Decoder) throws {
        let expected = #"partitions such as {"dt":"2026-03-01","hour":"12"}"#
        guard let fields = try? decoder.container(keyedBy: CodingKeys.self) else {
            throw EventError.invalid(field: "partitions", value: "not an object", expected: expected)
        }
        let date = try? fields.decode(String.self, forKey: .dt)
        let number = try? fields.decode(Int.self, forKey: .hour)
        let hour = (try? fields.decode(String.self, forKey: .hour)) ?? number.map { $0 < 10 ? "0\($0)" : "\($0)" }
        guard let hour = UTCHour(path: "dt=\(date ?? "")/hour=\(hour ?? "")") else {
            throw EventError.invalid(
                field: "partitions", value: "dt \(date ?? "none"), hour \(hour ?? "none")", expected: expected)
        }
        self.hour = hour
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode("\(hour.date)", forKey: .dt)
        try fields.encode(hour.hour < 10 ? "0\(hour.hour)" : "\(hour.hour)", forKey: .hour)
    }
}

/// Which partitions `silverJob` makes anew: `partitions`, or the one that a bronze object lies in.
package struct PartitionsEvent: Sendable, Equatable, Decodable {
    /// Each once, in order.
    package let partitions: [UTCHour]

    private enum CodingKeys: String, CodingKey {
        case partitions
        case bronzeKey = "bronze_key"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        guard fields.contains(.partitions) else {
            guard fields.contains(.bronzeKey) else {
                throw EventError.missing(
                    field: "partitions",
                    expected: #"partitions such as {"dt":"2026-03-01","hour":"12"}, or a bronze_key"#)
            }
            partitions = [try fields.bronzeKey(.bronzeKey).partition]
            return
        }
        let given = try fields.decode([Partition].self, forKey: .partitions)
        guard !given.isEmpty else {
            throw EventError.invalid(field: "partitions", value: "[]", expected: "at least one partition")
        }
        partitions = Set(given.map(\.hour)).sorted()
    }
}

/// Which local dates `goldJob` makes anew.
package struct LocalDatesEvent: Sendable, Equatable, Decodable {
    /// Each once, in order.
    package let localDates: [CivilDate]

    private enum CodingKeys: String, CodingKey {
        case localDates = "local_dates"
    }

    package init(from decoder: any Decoder) throws {
        let expected = #"a list of dates such as ["2026-03-01"]"#
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        guard fields.contains(.localDates) else { throw EventError.missing(field: "local_dates", expected: expected) }
        guard let texts = try? fields.decode([String].self, forKey: .localDates), !texts.isEmpty else {
            throw EventError.invalid(field: "local_dates", value: "not such a list", expected: expected)
        }
        let dates = try texts.map { text in
            guard let date = CivilDate(text) else {
                throw EventError.invalid(field: "local_dates", value: text, expected: expected)
            }
            return date
        }
        localDates = Set(dates).sorted()
    }
}
