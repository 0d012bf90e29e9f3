import AWSProtocol

extension WarmThroughput {
    /// What a table or an index can serve without anybody having asked for it: what it is provisioned for, or what AWS
    /// gives everybody on demand.
    static func least(_ throughput: ProvisionedThroughput, isOnDemand: Bool) -> WarmThroughput {
        isOnDemand
            ? WarmThroughput(readUnitsPerSecond: 12_000, writeUnitsPerSecond: 4000)
            : WarmThroughput(
                readUnitsPerSecond: throughput.readCapacityUnits, writeUnitsPerSecond: throughput.writeCapacityUnits)
    }

    /// What a request asks for; nil when it asks for nothing. Units that it leaves out stay as they are.
    ///
    /// - Throws: `TableFailure.warmThroughputTooLow`, for what is warm is not let cool down.
    init?(_ wire: JSONValue?, from current: WarmThroughput) throws(ValidationFailure) {
        guard let wire, !wire.isNull else { return nil }
        self = current
        if let units = wire["ReadUnitsPerSecond"]?.flooredInteger { readUnitsPerSecond = units }
        if let units = wire["WriteUnitsPerSecond"]?.flooredInteger { writeUnitsPerSecond = units }
        for (name, wanted, current) in [
            ("ReadUnitsPerSecond", readUnitsPerSecond, current.readUnitsPerSecond),
            ("WriteUnitsPerSecond", writeUnitsPerSecond, current.writeUnitsPerSecond),
        ] where wanted < current {
            throw .table(.warmThroughputTooLow(name, wanted: wanted, current: current))
        }
    }

    func wire(_ status: TableDefinition.Status) -> JSONValue {
        [
            "ReadUnitsPerSecond": .integer(readUnitsPerSecond), "WriteUnitsPerSecond": .integer(writeUnitsPerSecond),
            "Status": status == .active ? "ACTIVE" : "UPDATING",
        ]
    }

    /// The larger of both in each unit.
    private func raised(to other: WarmThroughput) -> WarmThroughput {
        WarmThroughput(
            readUnitsPerSecond: max(readUnitsPerSecond, other.readUnitsPerSecond),
            writeUnitsPerSecond: max(writeUnitsPerSecond, other.writeUnitsPerSecond))
    }

    fileprivate static func shown(
        _ configured: WarmThroughput?, _ throughput: ProvisionedThroughput, _ billing: Billing
    ) -> WarmThroughput {
        let least = least(throughput, isOnDemand: billing.mode == .payPerRequest)
        return configured.map { $0.raised(to: least) } ?? least
    }
}

extension TableSettings {
    var shownWarmThroughput: WarmThroughput { .shown(warmThroughput, billing.throughput, billing) }

    func shownWarmThroughput(of index: SecondaryIndex) -> WarmThroughput {
        .shown(index.warmThroughput, index.throughput, billing)
    }
}
