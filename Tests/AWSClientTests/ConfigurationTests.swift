import FoundationEssentials
import HTTPTransport
import Testing

@testable import AWSClient

@Suite struct `Configuration` {
    private let keys = ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "hush-secret", "AWS_REGION": "eu-west-1"]

    private func url(_ service: AWSService, _ more: [String: String] = [:]) throws -> String {
        try AWSConfiguration(environment: keys.merging(more) { $1 }).endpoint(of: service).url()
    }

    @Test func `credentials and region come from the environment`() throws {
        let more = ["AWS_SESSION_TOKEN": "hush-token", "AWS_DEFAULT_REGION": "us-east-1"]
        let configuration = try AWSConfiguration(environment: keys.merging(more) { $1 })
        #expect(
            configuration.credentials
                == Credentials(accessKeyID: "AKID", secretAccessKey: "hush-secret", sessionToken: "hush-token"))
        #expect(configuration.region == "eu-west-1")
    }

    @Test func `the default region serves without a region, and an empty token is none`() throws {
        let more = ["AWS_SESSION_TOKEN": "", "AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": ""]
        let configuration = try AWSConfiguration(environment: keys.merging(more) { $1 })
        #expect(configuration.region == "us-east-1")
        #expect(configuration.credentials.sessionToken == nil)
    }

    @Test(arguments: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"])
    func `what is missing or empty is named`(variable: String) {
        for environment in [keys.filter { $0.key != variable }, keys.merging([variable: ""]) { $1 }] {
            #expect(throws: AWSConfigurationError.missing(variable: variable)) {
                try AWSConfiguration(environment: environment)
            }
        }
    }

    @Test func `a service's own endpoint comes before the common one, and AWS's last`() throws {
        let common = ["AWS_ENDPOINT_URL": "http://127.0.0.1:4566/"]
        let own = common.merging(["AWS_ENDPOINT_URL_SECRETS_MANAGER": "https://secrets.example/a/b/"]) { $1 }
        #expect(try url(.secretsManager, own) == "https://secrets.example/a/b/")
        #expect(try url(.dynamoDB, own) == "http://127.0.0.1:4566/")
        #expect(try url(.sqs) == "https://sqs.eu-west-1.amazonaws.com/")
    }

    @Test(arguments: [
        (AWSService.s3, "AWS_ENDPOINT_URL_S3"), (.sqs, "AWS_ENDPOINT_URL_SQS"), (.ssm, "AWS_ENDPOINT_URL_SSM"),
        (.dynamoDB, "AWS_ENDPOINT_URL_DYNAMODB"), (.secretsManager, "AWS_ENDPOINT_URL_SECRETS_MANAGER"),
    ])
    func `each service has its variable`(service: AWSService, variable: String) throws {
        #expect(try url(service, [variable: "http://there:1"]) == "http://there:1/")
    }

    @Test(arguments: [
        "127.0.0.1:4566", "ftp://host", "http://", "http:///path", "http://host?x=1", "http://host/#a",
        "http://user:hush@host", "http://ho st", "http://höst", "https:/host",
    ])
    func `an endpoint that is not a plain HTTP URL is refused by its variable's name`(endpoint: String) {
        let error = #expect(throws: AWSConfigurationError.self) { try url(.sqs, ["AWS_ENDPOINT_URL_SQS": endpoint]) }
        #expect(error?.description.contains("AWS_ENDPOINT_URL_SQS") == true)
        #expect(error?.description.contains("hush") == false)
    }
}

@Suite struct `Secrets` {
    @Test func `no description and no dump shows a secret`() async throws {
        let answers = ScriptedHTTP(
            .ok(#"{"Parameter":{"Name":"p","Type":"SecureString","Value":"hush","Version":3}}"#),
            .ok(#"{"Name":"s","VersionId":"v","SecretString":"hush"}"#))
        let session = try AWSSession.test(answers)
        let shown: [Any] = [
            try await SSMClient(session).getParameter("p"), try await SecretsManagerClient(session).getSecretValue("s"),
            session, session.configuration, answers.requests,
        ]
        for value in shown {
            var dumped = ""
            dump(value, to: &dumped)
            #expect(!"\(value) \(String(reflecting: value)) \(dumped)".contains("hush"))
        }
    }

    @Test func `a refused signature's explanation is cut before the signed request`() async throws {
        let message = #"The signature does not match.\n\nThe Canonical String was\nx-amz-security-token:hush-token"#
        let http = ScriptedHTTP(.jsonError("InvalidSignatureException", status: 403, message: message))
        let session = try AWSSession.test(http)
        let error = await #expect(throws: AWSError.self) { try await SSMClient(session).getParameter("p") }
        #expect(error?.code == "InvalidSignatureException")
        #expect(error?.message == "The signature does not match.")
    }

    @Test func `an unreadable answer is told without its text`() async throws {
        for body in [#"{"Name":"s","VersionId":7,"SecretString":"hush"}"#, #"{"SecretString":"hush""#, "{}"] {
            let session = try AWSSession.test(ScriptedHTTP(.ok(body)))
            let error = await #expect(throws: AWSCallError.self) {
                try await SecretsManagerClient(session).getSecretValue("s")
            }
            #expect(error.map { "\($0)".contains("hush") } == false)
        }
    }
}

@Suite struct `Parameters and secrets` {
    @Test func `a parameter is asked for in the clear`() async throws {
        let http = ScriptedHTTP(.ok(#"{"Parameter":{"Name":"/a","Type":"String","Value":"ü","Version":2,"ARN":"x"}}"#))
        let parameter = try await SSMClient(AWSSession.test(http)).getParameter("/a")
        #expect(parameter == SSMParameter(name: "/a", type: "String", value: "ü", version: 2))
        #expect(http.requests.map(\.jsonCall) == [#"AmazonSSM.GetParameter {"Name":"/a","WithDecryption":true}"#])
        #expect(http.requests[0].headers["Content-Type"] == "application/x-amz-json-1.1")
    }

    @Test func `a secret is a string or bytes`() async throws {
        let http = ScriptedHTTP(
            .ok(#"{"Name":"s","VersionId":"v","SecretString":"text"}"#),
            .ok(#"{"Name":"s","VersionId":"v","SecretBinary":"AAEC"}"#))
        let client = SecretsManagerClient(try AWSSession.test(http))
        #expect(try await client.getSecretValue("s").content == .string("text"))
        #expect(try await client.getSecretValue("s", versionStage: "AWSPREVIOUS").content == .binary([0, 1, 2]))
        #expect(
            http.requests.map(\.jsonCall) == [
                #"secretsmanager.GetSecretValue {"SecretId":"s"}"#,
                #"secretsmanager.GetSecretValue {"SecretId":"s","VersionStage":"AWSPREVIOUS"}"#,
            ])
    }
}
