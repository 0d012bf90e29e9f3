import AWSProtocol
import EmulatorDatabase

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html
    func scan(_ call: Call) async throws -> Answer {
        let scan = try Scan(call, limits)
        let table = try await table(of: call)
        let plan = try scan.plan(table, limits)
        let limits = limits
        let page = try await database.read { try ReadPage.read(plan, DynamoDBStore($0), limits) }
        return page.answer(plan, call)
    }
}

/// The parameters of Scan, which are checked before the table is looked at.
struct Scan: Sendable {
    private let call: Call
    private let filter: ConditionExpression?
    private let projection: ProjectionExpression?
    private let start: Item?
    private let segment: ReadPlan.Segment?
    private let select: ReadPlan.Select

    init(_ call: Call, _ limits: DynamoDBLimits) throws {
        self.call = call
        try ExpressionParameters.checkMixture(
            call, expressions: ["ProjectionExpression", "FilterExpression"],
            legacy: ["AttributesToGet", "ScanFilter", "ConditionalOperator"])
        let legacyProjection = try LegacyConditions.attributesToGet(call, limits)
        let legacyFilter = try LegacyConditions.filter(call, "ScanFilter")
        start = try startKey(call)
        segment = try Self.segment(call)
        var parameters = try ExpressionParameters(call, limits)
        filter = try parameters.condition("FilterExpression") ?? legacyFilter
        projection = try parameters.projection() ?? legacyProjection
        try parameters.finish()
        select = try ReadPlan.Select(call)
    }

    private static func segment(_ call: Call) throws(ValidationFailure) -> ReadPlan.Segment? {
        switch (call["Segment"]?.flooredInteger, call["TotalSegments"]?.flooredInteger) {
        case (nil, nil): return nil
        case (_?, nil): throw .read(.totalSegmentsMissing)
        case (nil, _?): throw .read(.segmentMissing)
        case (let segment?, let total?):
            guard segment < total else { throw .read(.segmentTooLarge(segment: segment, total: total)) }
            return ReadPlan.Segment(number: segment, total: total)
        }
    }

    func plan(_ table: TableDefinition, _ limits: DynamoDBLimits) throws(ValidationFailure) -> ReadPlan {
        let index = try ReadPlan.index(call, table)
        var range = KeyRange(space: ReadPlan.space(table, index))
        if let start {
            let position = try ReadPlan.position(start, table, index, limits)
            if let segment, !segment.contains(position.item.partition) {
                throw .read(.startingKeyOfOtherSegment(segment: segment.number, total: segment.total))
            }
            range.start = position
        }
        try table.checkScalarKeys(projection?.paths ?? [])
        try table.checkScalarKeys(filter?.paths ?? [])
        let plan = ReadPlan(
            table: table, index: index, range: range, filter: filter, projection: projection, select: select,
            segment: segment, limit: call["Limit"]?.flooredInteger, isConsistent: call["ConsistentRead"]?.bool == true)
        try plan.checkIndex()
        return plan
    }
}
