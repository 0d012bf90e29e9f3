import AWSProtocol
import EmulatorClock
import Foundation
import TestSupport
import Testing

@testable import ControlPlane

@Suite struct `The Secrets Manager` {
    private let account: Account

    init() throws {
        account = try Account()
    }

    private func call(_ operation: String, _ parameters: JSONValue) async -> Answer {
        await account.json("secretsmanager", "secretsmanager.\(operation)", parameters)
    }

    private func value(stage: String? = nil) async -> JSONValue? {
        let asked: JSONValue = stage.map { ["SecretId": "s", "VersionStage": .string($0)] } ?? ["SecretId": "s"]
        return await call("GetSecretValue", asked).json["SecretString"]
    }

    @Test func `a secret is found by its name, its ARN and the ARN without its last letters`() async throws {
        let made = await call("CreateSecret", ["Name": "a/b", "SecretString": "x", "ClientRequestToken": "v1"])
        let arn = try #require(made.json["ARN"]?.string)
        #expect(arn.hasPrefix("arn:aws:secretsmanager:us-east-1:000000000000:secret:a/b-"))
        #expect(made.json["VersionId"] == "v1")
        for reference in ["a/b", arn, String(arn.dropLast(7))] {
            let answer = await call("GetSecretValue", ["SecretId": .string(reference)])
            #expect(answer.json["SecretString"] == "x" && answer.json["VersionStages"] == ["AWSCURRENT"])
        }
        for reference in ["a", "a/b-AAAAAA", String(arn.dropLast(1)) + "-"] {
            #expect(await call("GetSecretValue", ["SecretId": .string(reference)]).error == "ResourceNotFoundException")
        }
    }

    @Test func `a new value is current, the one before it previous, and older ones have no label`() async {
        _ = await call("CreateSecret", ["Name": "s", "SecretString": "1"])
        _ = await call("PutSecretValue", ["SecretId": "s", "SecretString": "2"])
        _ = await call("UpdateSecret", ["SecretId": "s", "SecretString": "3", "Description": "d"])
        #expect(await value() == "3")
        #expect(await value(stage: "AWSPREVIOUS") == "2")
        #expect(await call("ListSecretVersionIds", ["SecretId": "s"]).json["Versions"]?.array?.count == 2)
        let all = await call("ListSecretVersionIds", ["SecretId": "s", "IncludeDeprecated": true])
        #expect(all.json["Versions"]?.array?.count == 3)
        let described = await call("DescribeSecret", ["SecretId": "s"]).json
        #expect(described["Description"] == "d" && described["VersionIdsToStages"]?.object?.members.count == 2)
    }

    @Test func `a value under a label of one's own leaves the current one in place`() async {
        _ = await call("CreateSecret", ["Name": "s", "SecretString": "1"])
        _ = await call("PutSecretValue", ["SecretId": "s", "SecretString": "2", "VersionStages": ["NEXT"]])
        #expect(await value() == "1")
        #expect(await value(stage: "NEXT") == "2")
        #expect(
            await call("GetSecretValue", ["SecretId": "s", "VersionStage": "NONE"]).error == "ResourceNotFoundException"
        )
    }

    @Test func `a repeated request makes no second version, and another value under its token is refused`() async {
        _ = await call("CreateSecret", ["Name": "s", "SecretString": "1"])
        let put: JSONValue = ["SecretId": "s", "SecretString": "2", "ClientRequestToken": "t"]
        #expect(await call("PutSecretValue", put).json == (await call("PutSecretValue", put).json))
        let other = await call("PutSecretValue", ["SecretId": "s", "SecretString": "3", "ClientRequestToken": "t"])
        #expect(other.error == "ResourceExistsException")
        #expect(await value() == "2")
        #expect(await value(stage: "AWSPREVIOUS") == "1")
    }

    @Test func `a deleted secret can be recovered until its time is up`() async {
        _ = await call("CreateSecret", ["Name": "s", "SecretString": "1"])
        _ = await call("DeleteSecret", ["SecretId": "s", "RecoveryWindowInDays": 7])
        #expect(await call("GetSecretValue", ["SecretId": "s"]).error == "InvalidRequestException")
        #expect(await call("CreateSecret", ["Name": "s"]).error == "InvalidRequestException")
        #expect(await call("ListSecrets", [:]).json["SecretList"] == [])
        _ = await call("RestoreSecret", ["SecretId": "s"])
        #expect(await value() == "1")
        _ = await call("DeleteSecret", ["SecretId": "s", "RecoveryWindowInDays": 7])
        account.clock.advance(by: .seconds(7 * 86_400))
        #expect(await call("RestoreSecret", ["SecretId": "s"]).error == "ResourceNotFoundException")
        #expect(await call("CreateSecret", ["Name": "s", "SecretString": "2"]).status == 200)
        #expect(await value(stage: "AWSPREVIOUS") == nil, "nothing of the old one is left")
    }

    @Test func `a forced deletion leaves nothing`() async {
        _ = await call("CreateSecret", ["Name": "s", "SecretString": "1"])
        _ = await call("DeleteSecret", ["SecretId": "s", "ForceDeleteWithoutRecovery": true])
        #expect(await call("DescribeSecret", ["SecretId": "s"]).error == "ResourceNotFoundException")
        #expect(await call("CreateSecret", ["Name": "s", "SecretBinary": "AQI="]).status == 200)
        #expect(await call("GetSecretValue", ["SecretId": "s"]).json["SecretBinary"] == "AQI=")
    }

    @Test func `tags are added and taken`() async {
        _ = await call(
            "CreateSecret", ["Name": "s", "Tags": [["Key": "a", "Value": "1"], ["Key": "b", "Value": "2"]]])
        _ = await call("TagResource", ["SecretId": "s", "Tags": [["Key": "a", "Value": "3"]]])
        _ = await call("UntagResource", ["SecretId": "s", "TagKeys": ["b"]])
        #expect(await call("DescribeSecret", ["SecretId": "s"]).json["Tags"] == [["Key": "a", "Value": "3"]])
    }

    @Test(
        arguments: [
            ("CreateSecret", ["Name": "with space"], "ValidationException"),
            ("CreateSecret", ["Name": "n", "SecretString": "a", "SecretBinary": "AQI="], "InvalidParameterException"),
            ("DeleteSecret", ["SecretId": "s", "RecoveryWindowInDays": 6], "InvalidParameterException"),
            ("CreateSecret", ["Name": "s"], "ResourceExistsException"),
            ("PutSecretValue", ["SecretId": "s"], "ValidationException"),
            ("RotateSecret", ["SecretId": "s"], "NotImplemented"),
        ] as [(String, JSONValue, String)])
    func `what breaks a rule is refused in AWS's words`(operation: String, parameters: JSONValue, code: String) async {
        _ = await call("CreateSecret", ["Name": "s"])
        #expect(await call(operation, parameters).error == code)
    }

    @Test func `no file of the state holds a value in the clear`() async throws {
        _ = await call("CreateSecret", ["Name": "s", "SecretString": "find-me-if-you-can"])
        let files = try FileManager.default.contentsOfDirectory(at: account.folder.url, includingPropertiesForKeys: nil)
        #expect(files.count >= 2)
        for file in files {
            #expect(try Data(contentsOf: file).range(of: Data("find-me-if-you-can".utf8)) == nil)
        }
    }
}
