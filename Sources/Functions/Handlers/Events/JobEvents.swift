package import Lake

/// What `silverJob` makes anew: `partitions`, the one that a `bronze_key` lies in, or the hours of a `backfill`.
package enum SilverEvent: Sendable, Equatable {
    /// Each once, in order.
    case partitions([UTCHour])
    case backfill(Backfill<UTCHour>)
}

extension SilverEvent: Decodable {
    private enum CodingKeys: String, CodingKey {
        case partitions, backfill
        case bronzeKey = "bronze_key"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        if let backfill = try fields.backfill(.backfill, UTCHour.self, unless: [.partitions, .bronzeKey]) {
            self = .backfill(backfill)
        } else if fields.contains(.partitions) {
            let given = try fields.decode([Partition].self, forKey: .partitions)
            guard !given.isEmpty else {
                throw EventError.invalid(field: "partitions", value: "[]", expected: "at least one partition")
            }
            self = .partitions(Set(given.map(\.hour)).sorted())
        } else if fields.contains(.bronzeKey) {
            self = .partitions([try fields.bronzeKey(.bronzeKey).partition])
        } else {
            throw EventError.missing(
                field: "partitions",
                expected: #"partitions such as {"dt":"2026-03-01","hour":"12"}, a bronze_key, or a backfill"#)
        }
    }
}

/// What `goldJob` makes anew: `local_dates`, or those of a `backfill`.
package enum GoldEvent: Sendable, Equatable {
    /// Each once, in order.
    case localDates([CivilDate])
    case backfill(Backfill<CivilDate>)
}

extension GoldEvent: Decodable {
    private enum CodingKeys: String, CodingKey {
        case backfill
        case localDates = "local_dates"
    }

    package init(from decoder: any Decoder) throws {
        let expected = #"a list of dates such as ["2026-03-01"], or a backfill"#
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        if let backfill = try fields.backfill(.backfill, CivilDate.self, unless: [.localDates]) {
            self = .backfill(backfill)
            return
        }
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
        self = .localDates(Set(dates).sorted())
    }
}

extension KeyedDecodingContainer {
    /// The range under `key`; nil when it is absent or null. One event has one kind of work, so that none is left out
    /// unseen.
    fileprivate func backfill<Step>(
        _ key: Key, _: Step.Type, unless others: [Key]
    ) throws -> Backfill<Step>? {
        guard contains(key), try !decodeNil(forKey: key) else { return nil }
        if let other = others.first(where: contains) {
            throw EventError.invalid(
                field: key.stringValue, value: "beside \"\(other.stringValue)\"", expected: "one of the two")
        }
        return try decode(Backfill<Step>.self, forKey: key)
    }
}
