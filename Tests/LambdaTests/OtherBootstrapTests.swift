import Foundation
import Glibc
import Lambda
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite struct `Bootstraps of other kinds` {
    private func make(_ script: String, in world: World) async throws {
        let file = world.folder.appending(path: "bootstrap")
        try script.write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        try await world.lambda.createFunction("script", code: .local(path: file.path))
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")))
    func `a shell script on curl`() async throws {
        try await World.run { world in
            try await make(
                """
                #!/bin/sh
                api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
                while true; do
                    event=$(mktemp) headers=$(mktemp)
                    curl -sS -D "$headers" -o "$event" "$api/next" || exit 1
                    id=$(grep -i Lambda-Runtime-Aws-Request-Id "$headers" | tr -d '[:space:]' | cut -d: -f2)
                    curl -sS -o /dev/null --data-binary "@$event" "$api/$id/response"
                    rm "$event" "$headers"
                done
                """, in: world)
            #expect(try await world.invoke("script", #"{"a":1}"#).text == #"{"a":1}"#)
            let large = "\"" + String(repeating: "y", count: 2_000_000) + "\""
            #expect(try await world.invoke("script", large).text == large, "curl asks leave for this one")
        }
    }

    @Test func `a Python script`() async throws {
        try await World.run { world in
            try await make(
                """
                #!/usr/bin/python3
                import http.client, json, os
                api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
                while True:
                    api.request("GET", "/2018-06-01/runtime/invocation/next")
                    event = api.getresponse()
                    body = json.loads(event.read())
                    path = "/2018-06-01/runtime/invocation/" + event.headers["Lambda-Runtime-Aws-Request-Id"]
                    api.request("POST", path + "/response", json.dumps({"seen": body}))
                    assert api.getresponse().read() == b'{"status":"OK"}\\n'
                """, in: world)
            #expect(try await world.invoke("script", #"{"a":"é"}"#).text == #"{"seen": {"a": "\u00e9"}}"#)
            #expect(try await world.invoke("script", "[]").text == #"{"seen": []}"#)
        }
    }

    /// The kernel ends a child with its parent, also when the parent cannot.
    @Test func `no child outlives an emulator that is killed`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rivulet-orphan-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/LocalRuntime/CLinux")
        try """
        #include "CLinux.h"
        #include <stdio.h>
        #include <unistd.h>
        int main(void) {
            char *arguments[] = {"/bin/sleep", "1000", 0}, *environment[] = {0};
            struct rivulet_child child = {"/bin/sleep", arguments, environment, "/", 2};
            printf("%d\\n", rivulet_spawn(&child));
            fflush(stdout);
            for (;;) pause();
        }
        """.write(to: folder.appending(path: "parent.c"), atomically: true, encoding: .utf8)
        let compiler = try await Program.run(
            "/usr/bin/cc",
            [
                "-I\(sources.path)/include", "-o", "\(folder.path)/parent", "\(folder.path)/parent.c",
                "\(sources.path)/CLinux.c",
            ])
        #expect(compiler.status == 0, "\(compiler.errors)")
        let parent = try await Subprocess.run(
            .path(FilePath("\(folder.path)/parent")), input: .none, output: .sequence, error: .discarded
        ) { parent in
            var lines = parent.standardOutput.strings().makeAsyncIterator()
            let child = try await lines.next().flatMap { pid_t($0.filter(\.isNumber)) }
            #expect(child.map { kill($0, 0) } == 0)
            try parent.send(signal: .kill)
            return child
        }
        try await Process.isGone(try #require(parent.closureResult))
    }
}
