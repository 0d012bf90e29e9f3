import AWSProtocol
import TestSupport
import Testing

@testable import S3

@Suite struct `Lists` {
    private static let segments = ["a", "b", "é", "e\u{301}", "a b", "\u{1F600}", "%2F", "~", "0"]

    /// Keys of a few short segments, so that prefixes and delimiters meet often.
    private func keys(_ random: inout SeededGenerator) -> [String] {
        let keys = (0..<Int.random(in: 0...25, using: &random)).map { _ in
            (0..<Int.random(in: 1...4, using: &random)).map { _ in
                Self.segments.randomElement(using: &random) ?? "a"
            }.joined(separator: Bool.random(using: &random) ? "/" : "")
        }
        return Set(keys.map { ObjectKey($0) }).sorted().map(\.text)
    }

    /// What a list without pages must show, by the book.
    private func expected(_ keys: [String], prefix: String, delimiter: String) -> (keys: [String], prefixes: [String]) {
        var shown: (keys: [String], prefixes: [String]) = ([], [])
        for key in keys where key.utf8.starts(with: prefix.utf8) {
            let rest = Array(key.utf8.dropFirst(prefix.utf8.count))
            guard !delimiter.isEmpty, let end = rest.firstRange(of: Array(delimiter.utf8)) else {
                shown.keys.append(key)
                continue
            }
            let common = prefix + String(decoding: rest[..<end.upperBound], as: UTF8.self)
            if shown.prefixes.last.map({ $0.utf8.elementsEqual(common.utf8) }) != true { shown.prefixes.append(common) }
        }
        return shown
    }

    private func texts(_ document: XMLNode, _ element: String, _ name: String) -> [String] {
        document.all(element).compactMap { $0.text(of: name) }
    }

    @Test(arguments: 0..<60)
    func `agree with a plain model, in one page and in many`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let world = try World()
        await world.send("PUT", "/lake")
        let keys = keys(&random)
        for key in keys.shuffled(using: &random) {
            await world.send("PUT", "/lake/\(PercentEncoding.encode(key))", "x")
        }
        let prefix = ["", "a", "a/", "é", "b/a", "zz"].randomElement(using: &random) ?? ""
        let delimiter = ["", "/", "a", "b/"].randomElement(using: &random) ?? ""
        let shown = expected(keys, prefix: prefix, delimiter: delimiter)
        let limit = Int.random(in: 1...5, using: &random)
        for kind in ListKind.allCases {
            for limit in [1000, limit] {
                let query = "prefix=\(PercentEncoding.encode(prefix))&delimiter=\(PercentEncoding.encode(delimiter))"
                let found = try await walk(world, kind, "\(query)&max-keys=\(limit)")
                #expect(found.keys == shown.keys, "\(kind) \(query) \(limit)")
                #expect(found.prefixes == shown.prefixes, "\(kind) \(query) \(limit)")
            }
        }
    }

    private enum ListKind: CaseIterable {
        case first, second, versions
    }

    /// Every page of a list, each no longer than asked for.
    private func walk(
        _ world: World, _ kind: ListKind, _ query: String
    ) async throws -> (keys: [String], prefixes: [String]) {
        var found: (keys: [String], prefixes: [String]) = ([], [])
        var place = ""
        let base =
            switch kind {
            case .first: ""
            case .second: "list-type=2&"
            case .versions: "versions&"
            }
        for _ in 0..<100 {
            let page = try await world.send("GET", "/lake?\(base)\(query)\(place)").document
            let keys = texts(page, kind == .versions ? "Version" : "Contents", "Key")
            let prefixes = texts(page, "CommonPrefixes", "Prefix")
            found.keys += keys
            found.prefixes += prefixes
            guard page.text(of: "IsTruncated") == "true" else { return found }
            switch kind {
            case .first:
                let next = page.text(of: "NextMarker") ?? keys.last ?? ""
                place = "&marker=\(PercentEncoding.encode(next))"
            case .second:
                place = "&continuation-token=\(PercentEncoding.encode(page.text(of: "NextContinuationToken") ?? ""))"
            case .versions:
                place = "&key-marker=\(PercentEncoding.encode(page.text(of: "NextKeyMarker") ?? ""))"
                if let version = page.text(of: "NextVersionIdMarker") { place += "&version-id-marker=\(version)" }
            }
        }
        throw Unexpected()
    }

    private func world(_ keys: [String]) async throws -> World {
        let world = try World()
        await world.send("PUT", "/lake")
        for key in keys { await world.send("PUT", "/lake/\(PercentEncoding.encode(key))", "x") }
        return world
    }

    @Test func `encode keys where the client asks for it`() async throws {
        let world = try await world(["a b+c/é=1"])
        let page = try await world.send("GET", "/lake?list-type=2&encoding-type=url&prefix=a%20b").document
        #expect(texts(page, "Contents", "Key") == ["a+b%2Bc/%C3%A9%3D1"])
        #expect(page.text(of: "Prefix") == "a+b" && page.text(of: "EncodingType") == "url")
        #expect(await world.send("GET", "/lake?encoding-type=base64").refusal == "400 InvalidArgument")
    }

    @Test func `start behind a key, and pass over the whole prefix of a marker`() async throws {
        let world = try await world(["f/a/1", "f/a/2", "f/b", "f/c"])
        let after = try await world.send("GET", "/lake?list-type=2&start-after=f/a/2").document
        #expect(texts(after, "Contents", "Key") == ["f/b", "f/c"])
        let marker = try await world.send("GET", "/lake?prefix=f/&delimiter=/&marker=f/a/1").document
        #expect(texts(marker, "Contents", "Key") == ["f/b", "f/c"] && marker["CommonPrefixes"] == nil)
    }

    @Test func `show what S3 shows of an object`() async throws {
        let world = try await world(["k"])
        let entry = try #require(try await world.send("GET", "/lake?list-type=2&fetch-owner=true").document["Contents"])
        #expect(
            entry.children.map(\.name) == [
                "Key", "LastModified", "ETag", "ChecksumAlgorithm", "ChecksumType", "Size", "Owner", "StorageClass",
            ])
        #expect(entry.text(of: "LastModified") == "2026-03-01T12:00:00.000Z")
        #expect(entry.text(of: "ETag") == "\"9dd4e461268c8034f5c8564e155c67a6\"")
    }

    @Test func `are of the first kind unless they ask for the second`() async throws {
        let world = try await world(["k"])
        for query in ["list-type=1", "list-type=", "list-type=3", "list-type=1&list-type=2"] {
            let page = try await world.send("GET", "/lake?\(query)").document
            #expect(page.text(of: "Marker") == "" && page["KeyCount"] == nil && page["Contents"]?["Owner"] != nil)
        }
        let entry = try #require(try await world.send("GET", "/lake?list-type=2&fetch-owner=TRUE").document["Contents"])
        #expect(entry["Owner"] != nil)
    }

    @Test func `may have no room for any entry`() async throws {
        let world = try await world(["k"])
        let page = try await world.send("GET", "/lake?list-type=2&max-keys=0").document
        #expect(page["Contents"] == nil && page.text(of: "IsTruncated") == "false" && page.text(of: "KeyCount") == "0")
    }

    @Test(arguments: [
        "list-type=2&continuation-token=", "list-type=2&continuation-token=bm8=", "start-after=k", "max-keys=-1",
        "max-keys=many", "versions&version-id-marker=null", "versions&key-marker=k&version-id-marker=",
        "versions&key-marker=k&version-id-marker=bad", "uploads&max-uploads=x",
    ])
    func `refuse a place or a limit that makes no sense`(query: String) async throws {
        let world = try await world([])
        #expect(await world.send("GET", "/lake?\(query)").refusal == "400 InvalidArgument")
    }
}
