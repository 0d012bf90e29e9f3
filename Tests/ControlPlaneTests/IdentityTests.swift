import AWSProtocol
import Testing

@testable import ControlPlane

@Suite struct `Identity and access` {
    private let trust = #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}"#

    @Test func `the caller is told its account`() async throws {
        let answer = try await Account().form("sts", "GetCallerIdentity")
        #expect(answer.element("Account") == "000000000000")
        #expect(answer.element("Arn") == "arn:aws:iam::000000000000:root")
    }

    @Test func `a role is made, read as it was written, and deleted`() async throws {
        let account = try Account()
        let created = await account.form(
            "iam", "CreateRole",
            [
                "RoleName": "extract", "AssumeRolePolicyDocument": trust, "Tags.member.1.Key": "a",
                "Tags.member.1.Value": "1",
            ])
        #expect(created.status == 200)
        #expect(created.element("Arn") == "arn:aws:iam::000000000000:role/extract")
        let read = await account.form("iam", "GetRole", ["RoleName": "extract"])
        #expect(read.element("AssumeRolePolicyDocument").flatMap { PercentEncoding.decode($0) } == trust)
        #expect(read.element("MaxSessionDuration") == "3600")
        #expect(read.element("Key") == "a" && read.element("Value") == "1")
        #expect(
            await account.form(
                "iam", "CreateRole",
                [
                    "RoleName": "extract", "AssumeRolePolicyDocument": trust,
                ]
            ).error == "EntityAlreadyExists")
        #expect(await account.form("iam", "DeleteRole", ["RoleName": "extract"]).status == 200)
        let gone = await account.form("iam", "GetRole", ["RoleName": "extract"])
        #expect(gone.status == 404 && gone.error == "NoSuchEntity")
        #expect(gone.element("Message") == "The role with name extract cannot be found.")
    }

    @Test func `a role with policies is not deleted`() async throws {
        let account = try Account()
        _ = await account.form("iam", "CreateRole", ["RoleName": "r", "AssumeRolePolicyDocument": trust])
        let document = #"{"Version":"2012-10-17","Statement":[]}"#
        _ = await account.form(
            "iam", "PutRolePolicy", ["RoleName": "r", "PolicyName": "p", "PolicyDocument": document])
        let listed = await account.form("iam", "ListRolePolicies", ["RoleName": "r"])
        #expect(listed.text.contains("<PolicyNames><member>p</member></PolicyNames>"))
        #expect(await account.form("iam", "DeleteRole", ["RoleName": "r"]).error == "DeleteConflict")
        _ = await account.form("iam", "DeleteRolePolicy", ["RoleName": "r", "PolicyName": "p"])
        #expect(await account.form("iam", "DeleteRole", ["RoleName": "r"]).status == 200)
    }

    @Test func `a policy is attached, counted and detached`() async throws {
        let account = try Account()
        _ = await account.form("iam", "CreateRole", ["RoleName": "r", "AssumeRolePolicyDocument": trust])
        let created = await account.form("iam", "CreatePolicy", ["PolicyName": "p", "PolicyDocument": trust])
        let arn = try #require(created.element("Arn"))
        #expect(await account.form("iam", "AttachRolePolicy", ["RoleName": "r", "PolicyArn": arn]).status == 200)
        #expect(await account.form("iam", "GetPolicy", ["PolicyArn": arn]).element("AttachmentCount") == "1")
        #expect(await account.form("iam", "DeletePolicy", ["PolicyArn": arn]).error == "DeleteConflict")
        _ = await account.form("iam", "DetachRolePolicy", ["RoleName": "r", "PolicyArn": arn])
        #expect(await account.form("iam", "DeletePolicy", ["PolicyArn": arn]).status == 200)
    }

    @Test(
        arguments: [
            ("CreateRole", ["RoleName": "a b", "AssumeRolePolicyDocument": "{}"], "ValidationError"),
            ("CreateRole", ["RoleName": "a", "AssumeRolePolicyDocument": "no json"], "MalformedPolicyDocument"),
            ("CreateRole", ["RoleName": "a"], "ValidationError"),
            ("CreateUser", ["UserName": "a"], "NotImplemented"),
            ("AttachRolePolicy", ["RoleName": "absent", "PolicyArn": "x"], "NoSuchEntity"),
        ]
    )
    func `what is wrong is refused by its code`(_ action: String, _ pairs: [String: String], _ code: String)
        async throws
    {
        let account = try Account()
        let body = ([("Action", action)] + pairs.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
            .map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
        let answer = await account.send(
            "iam", headers: ["Content-Type": "application/x-www-form-urlencoded"], Array(body.utf8))
        #expect(answer.error == code)
    }
}
