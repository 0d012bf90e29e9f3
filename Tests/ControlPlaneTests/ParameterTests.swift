import AWSProtocol
import Foundation
import TestSupport
import Testing

@testable import ControlPlane

@Suite struct `The parameter store` {
    private func put(_ account: Account, _ parameters: JSONValue) async -> Answer {
        await account.json("ssm", "AmazonSSM.PutParameter", parameters)
    }

    private func get(_ account: Account, _ parameters: JSONValue) async -> Answer {
        await account.json("ssm", "AmazonSSM.GetParameter", parameters)
    }

    @Test func `a secure string is read back by those who ask to decrypt it`() async throws {
        let account = try Account()
        let made = await put(account, ["Name": "/r/secret", "Value": "s3cr3t-värde", "Type": "SecureString"])
        #expect(made.json == ["Version": 1, "Tier": "Standard"])
        let open = await get(account, ["Name": "/r/secret", "WithDecryption": true])
        #expect(open.json["Parameter"]?["Value"] == "s3cr3t-värde")
        #expect(open.json["Parameter"]?["ARN"] == "arn:aws:ssm:us-east-1:000000000000:parameter/r/secret")
        let sealed = await get(account, ["Name": "/r/secret"])
        #expect(sealed.json["Parameter"]?["Value"]?.string?.contains("s3cr3t") == false)
    }

    @Test func `no file of the state holds a secret in the clear`() async throws {
        let account = try Account()
        _ = await put(account, ["Name": "/r/secret", "Value": "find-me-if-you-can", "Type": "SecureString"])
        let files = try FileManager.default.contentsOfDirectory(at: account.folder.url, includingPropertiesForKeys: nil)
        #expect(files.count >= 2)
        for file in files {
            #expect(try Data(contentsOf: file).range(of: Data("find-me-if-you-can".utf8)) == nil)
        }
    }

    @Test func `a parameter is overwritten only where that is asked for`() async throws {
        let account = try Account()
        _ = await put(account, ["Name": "p", "Value": "1", "Type": "String", "Tags": [["Key": "k", "Value": "v"]]])
        #expect(await put(account, ["Name": "p", "Value": "2"]).error == "ParameterAlreadyExists")
        #expect(await put(account, ["Name": "p", "Value": "2", "Overwrite": true]).json["Version"] == 2)
        #expect(await get(account, ["Name": "p"]).json["Parameter"]?["Value"] == "2")
        let tags = await account.json(
            "ssm", "AmazonSSM.ListTagsForResource", ["ResourceType": "Parameter", "ResourceId": "p"])
        #expect(tags.json["TagList"] == [["Key": "k", "Value": "v"]])
    }

    @Test func `parameters are described by filter, and found by path`() async throws {
        let account = try Account()
        for name in ["/a/x", "/a/b/y", "/c/z"] {
            _ = await put(account, ["Name": .string(name), "Value": "1", "Type": "String"])
        }
        let described = await account.json(
            "ssm", "AmazonSSM.DescribeParameters",
            ["ParameterFilters": [["Key": "Name", "Option": "Equals", "Values": ["/c/z"]]]])
        #expect(described.json["Parameters"]?.array?.map { $0["Name"] } == ["/c/z"])
        #expect(described.json["Parameters"]?.array?.first?["Value"] == nil)
        let flat = await account.json("ssm", "AmazonSSM.GetParametersByPath", ["Path": "/a"])
        #expect(flat.json["Parameters"]?.array?.map { $0["Name"] } == ["/a/x"])
        let deep = await account.json("ssm", "AmazonSSM.GetParametersByPath", ["Path": "/a", "Recursive": true])
        #expect(deep.json["Parameters"]?.array?.map { $0["Name"] } == ["/a/b/y", "/a/x"])
    }

    @Test(
        arguments: [
            (["Name": "aws-x", "Value": "1", "Type": "String"] as JSONValue, "ValidationException"),
            (["Name": "a b", "Value": "1", "Type": "String"], "ValidationException"),
            (["Name": "a", "Value": "1", "Type": "Number"], "UnsupportedParameterType"),
            (["Name": "a", "Type": "String"], "ValidationException"),
            (["Name": "a", "Value": "1", "Type": "String", "Policies": "[]"], "NotImplemented"),
            (
                ["Name": "a", "Value": "x", "Type": "String", "AllowedPattern": "^[0-9]+$"],
                "ParameterPatternMismatchException"
            ),
        ] as [(JSONValue, String)]
    )
    func `what is wrong is refused by its code`(_ parameters: JSONValue, _ code: String) async throws {
        #expect(await put(try Account(), parameters).error == code)
    }

    @Test func `a value larger than its tier is refused`() async throws {
        let account = try Account()
        let value = String(repeating: "x", count: 4097)
        #expect(
            await put(account, ["Name": "a", "Value": .string(value), "Type": "String"]).error == "ValidationException")
        #expect(
            await put(account, ["Name": "a", "Value": .string(value), "Type": "String", "Tier": "Advanced"]).status
                == 200)
    }

    @Test func `a sealed text opens under its own context and key only`() throws {
        let account = try Account()
        let box = try SecretBox(keyFile: account.folder.url.appending(path: "one.key"))
        let other = try SecretBox(keyFile: account.folder.url.appending(path: "two.key"))
        let sealed = box.seal("secret", for: "a:1")
        #expect(try box.open(sealed, for: "a:1") == "secret")
        #expect(
            try SecretBox(keyFile: account.folder.url.appending(path: "one.key")).open(sealed, for: "a:1") == "secret")
        #expect(throws: SecretBoxError.sealedOtherwise) { try box.open(sealed, for: "a:2") }
        #expect(throws: SecretBoxError.sealedOtherwise) { try other.open(sealed, for: "a:1") }
        #expect(throws: SecretBoxError.sealedOtherwise) { try box.open("short", for: "a:1") }
    }
}
