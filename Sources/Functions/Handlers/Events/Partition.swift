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
