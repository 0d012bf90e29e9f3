import HTTPTransport
import Testing

@testable import Twitch

@Suite struct `A walk over the pages` {
    @Test func `it follows the cursor until the wanted rows came`() async throws {
        let twitch = TwitchUnderTest { _, index in
            .streams(Array(index * 100..<(index + 1) * 100), viewers: 9000 - index * 100, cursor: "c\(index)")
        }
        let walk = try await twitch.walk(wanted: 250, language: "pt")
        #expect(walk.streams.map(\.id) == (0..<250).map { "\($0)" })
        #expect(walk.end == .wanted)
        #expect(walk.pages == 3)
        #expect(twitch.http.helixRequests.map { $0.parameter("after") } == [nil, "c0", "c1"])
        #expect(
            twitch.http.helixRequests.allSatisfy { $0.parameter("first") == "100" && $0.parameter("language") == "pt" })
    }

    @Test func `a short page with a cursor is not the end`() async throws {
        let twitch = TwitchUnderTest { _, index in
            switch index {
            case 0: .streams([1, 2, 3], viewers: 90, cursor: "a")
            case 1: .streams([4], viewers: 50, cursor: "b")
            default: .streams([])
            }
        }
        let walk = try await twitch.walk(wanted: 100)
        #expect(walk.streams.count == 4)
        #expect(walk.end == .listEnd)
        #expect(walk.pages == 3)
    }

    @Test func `an empty page with a cursor is the end`() async throws {
        let twitch = TwitchUnderTest { _, index in index == 0 ? .streams([1], cursor: "a") : .streams([], cursor: "b") }
        #expect(try await twitch.walk(wanted: 100).end == .listEnd)
    }

    @Test func `a stream that moved between pages comes twice and is counted`() async throws {
        let twitch = TwitchUnderTest { _, index in
            index == 0 ? .streams([1, 2], viewers: 90, cursor: "a") : .streams([2, 3], viewers: 80)
        }
        let walk = try await twitch.walk(wanted: nil)
        #expect(walk.streams.map(\.id) == ["1", "2", "2", "3"])
        #expect(walk.duplicates == 1)
        #expect(walk.end == .listEnd)
    }

    @Test func `a repeated cursor ends the walk as incomplete`() async throws {
        let twitch = TwitchUnderTest { _, index in .streams([index], viewers: 90 - index, cursor: "same") }
        let walk = try await twitch.walk(wanted: 100)
        #expect(walk.end == .repeatedCursor)
        #expect(walk.streams.count == 2)
        #expect(!walk.end.isComplete)
    }

    @Test func `a cursor that leads back to the first page ends the walk without its rows`() async throws {
        let twitch = TwitchUnderTest { _, index in
            index % 2 == 0
                ? .streams([1, 2], viewers: 90, cursor: "c\(index)") : .streams([3], viewers: 50, cursor: "c\(index)")
        }
        let walk = try await twitch.walk(wanted: 100)
        #expect(walk.end == .loop)
        #expect(walk.streams.map(\.id) == ["1", "2", "3"])
        #expect(walk.duplicates == 0)
    }

    @Test func `a page of streams that only fell is no loop`() async throws {
        let twitch = TwitchUnderTest { _, index in
            switch index {
            case 0: .streams([1, 2], viewers: 90, cursor: "a")
            case 1: .streams([2], viewers: 80, cursor: "b")
            default: .streams([3], viewers: 70)
            }
        }
        let walk = try await twitch.walk(wanted: nil)
        #expect(walk.streams.map(\.id) == ["1", "2", "2", "3"])
        #expect(walk.end == .listEnd)
    }

    @Test func `the page cap ends an endless list`() async throws {
        let twitch = TwitchUnderTest { _, index in .streams([index], viewers: 900 - index, cursor: "c\(index)") }
        let walk = try await twitch.walk(wanted: nil, pageCap: 7)
        #expect(walk.pages == 7)
        #expect(walk.end == .pageCap)
    }

    @Test func `a refused cursor makes the walk begin again, once`() async throws {
        let twitch = TwitchUnderTest { _, index in
            switch index {
            case 1: .error(400, "invalid cursor")
            case 0, 2: .streams([1, 2], viewers: 90, cursor: "c\(index)")
            default: .streams([3], viewers: 50)
            }
        }
        let walk = try await twitch.walk(wanted: nil)
        #expect(walk.streams.map(\.id) == ["1", "2", "3"])
        #expect(walk.duplicates == 0)
        #expect(walk.end == .listEnd)
        #expect(twitch.http.helixRequests.map { $0.parameter("after") } == [nil, "c0", nil, "c2"])
    }

    @Test func `refused twice, it keeps the longer part and says that it is incomplete`() async throws {
        let twitch = TwitchUnderTest { _, index in
            switch index {
            case 0: .streams([1, 2], viewers: 90, cursor: "a")
            case 1: .streams([2, 3], viewers: 80, cursor: "b")
            case 3: .streams([1], viewers: 90, cursor: "d")
            default: .error(400, "invalid cursor")
            }
        }
        let walk = try await twitch.walk(wanted: nil)
        #expect(walk.streams.map(\.id) == ["1", "2", "2", "3"])
        #expect(walk.duplicates == 1)
        #expect(walk.end == .invalidCursor)
    }

    @Test func `a 400 to the first page is an error`() async throws {
        let twitch = TwitchUnderTest { _, _ in .error(400, "first was malformed") }
        await #expect(throws: TwitchError.self) { try await twitch.walk(wanted: 100) }
    }

    @Test func `trouble that does not pass ends the walk with what there is`() async throws {
        let twitch = TwitchUnderTest { _, index in
            index == 0 ? .streams([1], cursor: "a") : HTTPResponse(status: 502, body: Array("bad gateway".utf8))
        }
        let walk = try await twitch.walk(wanted: 100)
        #expect(walk.streams.count == 1)
        #expect(walk.end == .failure)
        #expect(
            walk.failure == .serverFailed(path: "/streams", status: 502, body: "bad gateway", attempts: 5))
    }

    /// Random worlds with short pages and moved streams: whatever the pages hold, the walk ends, keeps each row that
    /// Twitch sent in order, and counts its duplicates.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func `every honest list is walked whole`(seed: UInt64) throws {
        var state = (seed &+ 1) &* 0x9E37_79B9_7F4A_7C15
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        var sent: [String?] = []
        var viewers: Int64 = 100_000
        var walk = Pagination(wanted: nil, pageCap: 1000)
        var step = Pagination.Step.ask(after: nil)
        let pageCount = 1 + next(20)
        for page in 0..<pageCount {
            guard case .ask = step else { break }
            let items = (0...next(6)).map { _ in
                viewers -= Int64(1 + next(5))
                let moved = next(6) == 0 ? sent.last ?? nil : nil
                let item = GetStreams.Item(id: moved ?? "\(sent.count)", viewerCount: viewers)
                sent.append(item.id)
                return item
            }
            step = walk.received(HelixPage(items: items, cursor: page == pageCount - 1 ? nil : "c\(page)"))
        }
        #expect(step == .finished(.listEnd))
        #expect(walk.rows.map(\.id) == sent)
        #expect(walk.duplicates == sent.count - Set(sent).count)
        #expect(walk.pages == pageCount)
    }
}

extension TwitchUnderTest {
    fileprivate func walk(wanted: Int?, language: String? = nil, pageCap: Int = 50) async throws -> StreamsWalk {
        try await helix.walkStreams(
            GetStreams(languages: language.map { [$0] } ?? []), wanted: wanted, pageCap: pageCap, deadline: soon)
    }
}
