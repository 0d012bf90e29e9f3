import AWSProtocol
import EmulatorClock
import Testing

@testable import DynamoDB

@Suite struct `Time to live` {
    static func world() async throws -> World {
        let world = try World()
        try await world.makeTable()
        try await world.service.start()
        return world
    }

    static let enable: JSONValue = [
        "TableName": "table", "TimeToLiveSpecification": ["Enabled": true, "AttributeName": "ttl"],
    ]

    /// Puts an item that expires so many seconds from the clock's start.
    static func put(_ world: World, _ key: String, after seconds: Int64) async throws {
        try await world.put(#"{"pk":{"S":"\#(key)"},"ttl":{"N":"\#(World.start.seconds + seconds)"}}"#)
    }

    /// What the table holds when every sweep that the clock has set off is over.
    static func expectCount(_ world: World, _ count: Int) async throws {
        await world.clock.settled()
        #expect(try await world.service.count(table: "table") == count)
    }

    @Test func `items go when their time has come, by the clock`() async throws {
        let world = try await Self.world()
        try await world.call("UpdateTimeToLive", Self.enable)
        try await Self.put(world, "late", after: 100)
        try await Self.put(world, "soon", after: 10)
        try await world.put(#"{"pk":{"S":"text"},"ttl":{"S":"1"}}"#)
        try await world.put(#"{"pk":{"S":"never"}}"#)
        world.clock.advance(by: .seconds(10))
        try await Self.expectCount(world, 4)
        world.clock.advance(by: .seconds(1))
        try await Self.expectCount(world, 3)
        world.clock.advance(by: .seconds(100))
        try await Self.expectCount(world, 2)
        await world.service.stop()
    }

    @Test func `items that were there before it was switched on go, too`() async throws {
        let world = try await Self.world()
        try await Self.put(world, "past", after: -50)
        try await Self.put(world, "years ago", after: -6 * 365 * 86_400)
        try await Self.put(world, "soon", after: 10)
        try await world.call("UpdateTimeToLive", Self.enable)
        try await Self.expectCount(world, 2)
        #expect(try await world.get(#"{"pk":{"S":"past"}}"#) == nil)
        world.clock.advance(by: .seconds(11))
        try await Self.expectCount(world, 1)
        await world.service.stop()
    }

    @Test func `writes beside a sweep do not stop it`() async throws {
        let world = try await Self.world()
        try await world.call("UpdateTimeToLive", Self.enable)
        for number in 0..<600 { try await Self.put(world, "soon-\(number)", after: 10) }
        world.clock.advance(by: .seconds(11))
        for number in 0..<50 { try await Self.put(world, "late-\(number)", after: 10_000 - Int64(number)) }
        try await Self.expectCount(world, 50)
        await world.service.stop()
    }

    @Test func `a later time takes the place of an earlier one`() async throws {
        let world = try await Self.world()
        try await world.call("UpdateTimeToLive", Self.enable)
        try await Self.put(world, "k", after: 10)
        try await Self.put(world, "k", after: 100)
        try await Self.put(world, "witness", after: 20)
        world.clock.advance(by: .seconds(30))
        try await Self.expectCount(world, 1)
        #expect(try await world.get(#"{"pk":{"S":"k"}}"#) != nil)
        await world.service.stop()
    }

    @Test func `what expired while nobody looked goes at the start`() async throws {
        let world = try await Self.world()
        try await world.call("UpdateTimeToLive", Self.enable)
        try await Self.put(world, "k", after: 10)
        await world.service.stop()
        world.clock.advance(by: .seconds(60))
        let next = DynamoDBService(database: world.database, clock: world.clock)
        #expect(try await next.count(table: "table") == 1)
        try await next.start()
        try await Self.expectCount(world, 0)
        await next.stop()
    }

    @Test func `it is told, and switched once`() async throws {
        let world = try await Self.world()
        let name: JSONValue = ["TableName": "table"]
        #expect(
            try await world.call("DescribeTimeToLive", name)
                == ["TimeToLiveDescription": ["TimeToLiveStatus": "DISABLED"]])
        #expect(
            try await world.call("UpdateTimeToLive", Self.enable)
                == ["TimeToLiveSpecification": ["Enabled": true, "AttributeName": "ttl"]])
        #expect(
            try await world.call("DescribeTimeToLive", name)
                == ["TimeToLiveDescription": ["TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"]])
        #expect(try await world.refusal("UpdateTimeToLive", Self.enable).message == "TimeToLive is already enabled")
        let other: JSONValue = [
            "TableName": "table", "TimeToLiveSpecification": ["Enabled": false, "AttributeName": "x"],
        ]
        #expect(
            try await world.refusal("UpdateTimeToLive", other).message
                == "TimeToLive is active on a different AttributeName: current AttributeName is ttl")
        await world.service.stop()
    }
}
