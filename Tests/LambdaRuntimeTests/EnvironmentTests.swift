import Foundation
import Testing

@testable import LambdaRuntime

@Suite struct `The variables of a process` {
    private func variables(_ entries: [String]) -> [String: String] {
        var block: [UnsafeMutablePointer<CChar>?] = entries.map { strdup($0) } + [nil]
        defer { block.forEach { free($0) } }
        return block.withUnsafeMutableBufferPointer { LambdaEnvironment.variables(in: $0.baseAddress) }
    }

    @Test func `end at the first equals sign, and may be empty`() {
        #expect(variables(["A=1", "B=", "C=x=y", "É=ü 🚀"]) == ["A": "1", "B": "", "C": "x=y", "É": "ü 🚀"])
        #expect(variables([]).isEmpty)
        #expect(LambdaEnvironment.variables(in: nil).isEmpty)
    }

    @Test func `count once, and without an equals sign not at all`() {
        #expect(variables(["A=1", "A=2", "nothing"]) == ["A": "1"])
    }

    @Test func `are those that the system tells`() throws {
        let path = try #require(getenv("PATH"))
        #expect(LambdaEnvironment.process["PATH"] == String(cString: path))
    }
}
