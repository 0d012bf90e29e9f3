import AWSProtocol
import TestSupport
import Testing

@testable import S3

/// What versioning means, written down plainly: the versions of each key, the newest first.
private struct VersionModel {
    struct Version: Equatable {
        /// As the service named it: `null` without versioning.
        var id: String
        /// nil for a delete marker.
        var body: String?
    }

    var status: String?
    private(set) var versions: [String: [Version]] = [:]

    var listed: [String] { versions.filter { $0.value.first?.body != nil }.keys.sorted() }

    mutating func put(_ key: String, _ body: String?, id: String) {
        if status != "Enabled" { versions[key, default: []].removeAll { $0.id == "null" } }
        versions[key, default: []].insert(Version(id: status == "Enabled" ? id : "null", body: body), at: 0)
    }

    mutating func delete(_ key: String, id: String) {
        versions[key]?.removeAll { $0.id == id }
    }
}

@Suite struct `Versioning` {
    private func setStatus(_ world: World, _ status: String) async {
        let document = "<VersioningConfiguration><Status>\(status)</Status></VersioningConfiguration>"
        #expect(await world.send("PUT", "/lake?versioning", document).status == 200)
    }

    @Test(arguments: 0..<40)
    func `agrees with a plain model through puts, deletions and changes of mind`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let world = try World()
        await world.send("PUT", "/lake")
        var model = VersionModel()
        for step in 0..<60 {
            let key = ["a", "b", "c"].randomElement(using: &random) ?? "a"
            switch Int.random(in: 0..<12, using: &random) {
            case 0:
                let status = Bool.random(using: &random) ? "Enabled" : "Suspended"
                await setStatus(world, status)
                model.status = status
            case 1..<5:
                let body = String(repeating: "x", count: Bool.random(using: &random) ? 1 : 70_000) + String(step)
                let id = await world.send("PUT", "/lake/\(key)", body).headers["x-amz-version-id"]
                model.put(key, body, id: id ?? "null")
            case 5..<8:
                let deleted = await world.send("DELETE", "/lake/\(key)")
                if let marker = deleted.headers["x-amz-version-id"] {
                    #expect(deleted.headers["x-amz-delete-marker"] == "true")
                    model.put(key, nil, id: marker)
                } else {
                    model.delete(key, id: "null")
                }
            default:
                let version = model.versions[key]?.randomElement(using: &random)
                let id = version?.id ?? "null"
                let deleted = await world.send("DELETE", "/lake/\(key)?versionId=\(id)")
                let wasMarker = version.map { $0.body == nil } ?? false
                #expect(deleted.headers["x-amz-delete-marker"] == (wasMarker ? "true" : nil))
                model.delete(key, id: id)
            }
        }
        try await compare(world, model)
    }

    private func compare(_ world: World, _ model: VersionModel) async throws {
        let list = try await world.send("GET", "/lake?list-type=2").document
        #expect(list.all("Contents").map { $0.text(of: "Key") } == model.listed)
        let all = try await world.send("GET", "/lake?versions").document
        let found = all.children.filter { $0.name == "Version" || $0.name == "DeleteMarker" }
        let wanted = model.versions.sorted { $0.key < $1.key }.flatMap { key, versions in
            versions.enumerated().map { index, version in
                [key, version.id, String(index == 0), version.body == nil ? "DeleteMarker" : "Version"]
            }
        }
        let shown = found.map { node in
            ["Key", "VersionId", "IsLatest"].map { node.text(of: $0) ?? "" } + [node.name]
        }
        #expect(shown == wanted)
        for (key, versions) in model.versions {
            let latest = await world.send("GET", "/lake/\(key)")
            #expect(latest.status == (versions.first?.body == nil ? 404 : 200))
            for version in versions {
                let got = await world.send("GET", "/lake/\(key)?versionId=\(version.id)")
                #expect(got.status == (version.body == nil ? 405 : 200))
                if let body = version.body { #expect(try world.bytes(of: got) == Array(body.utf8)) }
            }
        }
        let files = model.versions.values.joined().filter { ($0.body?.utf8.count ?? 0) > 65_536 }.count
        #expect(try world.bodyFiles.count == files)
    }

    @Test func `lists versions from any place, also from one that is gone`() async throws {
        let world = try World()
        await world.send("PUT", "/lake")
        await setStatus(world, "Enabled")
        var ids: [String] = []
        for index in 0..<5 {
            ids.append(await world.send("PUT", "/lake/k", String(index)).headers["x-amz-version-id"] ?? "")
        }
        await world.send("PUT", "/lake/l", "x")
        let page = try await world.send("GET", "/lake?versions&prefix=k&max-keys=2").document
        #expect(page.all("Version").map { $0.text(of: "VersionId") } == [ids[4], ids[3]])
        #expect(page.text(of: "NextVersionIdMarker") == ids[3])
        await world.send("DELETE", "/lake/k?versionId=\(ids[3])")
        let rest = try await world.send("GET", "/lake?versions&prefix=k&key-marker=k&version-id-marker=\(ids[3])")
            .document
        #expect(rest.all("Version").map { $0.text(of: "VersionId") } == [ids[2], ids[1], ids[0]])
        let behind = try await world.send("GET", "/lake?versions&key-marker=k").document
        #expect(behind.all("Version").map { $0.text(of: "Key") } == ["l"])
    }

    @Test func `refuses a delete marker where an object is wanted`() async throws {
        let world = try World()
        await world.send("PUT", "/lake")
        await setStatus(world, "Enabled")
        await world.send("PUT", "/lake/k", "x")
        let marker = await world.send("DELETE", "/lake/k").headers["x-amz-version-id"] ?? ""
        let latest = await world.send("GET", "/lake/k")
        #expect(latest.refusal == "404 NoSuchKey" && latest.headers["x-amz-delete-marker"] == "true")
        let itself = await world.send("GET", "/lake/k?versionId=\(marker)")
        #expect(itself.refusal == "405 MethodNotAllowed" && itself.headers["allow"] == "DELETE")
        #expect(await world.send("GET", "/lake/k?tagging").refusal == "405 MethodNotAllowed")
        #expect(await world.send("GET", "/lake/k?versionId=x").refusal == "400 InvalidArgument")
        #expect(await world.send("GET", "/lake/k?versionId=").refusal == "400 InvalidArgument")
        let other = VersionID.sequence(1_000_000).wire
        #expect(await world.send("GET", "/lake/k?versionId=\(other)").refusal == "404 NoSuchVersion")
        #expect(await world.send("DELETE", "/lake").text.contains("You must delete all versions in the bucket."))
    }

    @Test(arguments: [
        ("<VersioningConfiguration/>", "400 IllegalVersioningConfigurationException"),
        ("<VersioningConfiguration><Status>enabled</Status></VersioningConfiguration>", "400 MalformedXML"),
        (
            "<VersioningConfiguration><MfaDelete>Enabled</MfaDelete><Status>Enabled</Status></VersioningConfiguration>",
            "501 NotImplemented"
        ),
    ])
    func `takes no other state`(document: String, code: String) async throws {
        let world = try World()
        await world.send("PUT", "/lake")
        #expect(await world.send("PUT", "/lake?versioning", document).refusal == code)
    }
}
