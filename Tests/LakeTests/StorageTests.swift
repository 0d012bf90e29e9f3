import Testing

@testable import Lake

@Suite struct `Storage` {
    @Test func `a segmented array is an array over many segments`() {
        var segmented = SegmentedArray<Int>()
        for number in 0..<50_000 { segmented.append(number) }
        for index in stride(from: 0, to: 50_000, by: 7) { segmented[index] += 1 }
        #expect(segmented.count == 50_000)
        #expect(segmented.elementsEqual((0..<50_000).map { $0.isMultiple(of: 7) ? $0 + 1 : $0 }))
    }

    @Test(arguments: 0..<20)
    func `dictionary order is an order of all entries, by the highest bytes that differ`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let keys = (0..<500).map { _ in UInt64.random(in: 0..<1 << UInt64(8 + seed), using: &random) << (seed % 3 * 8) }
        let order = DictionaryOrder.sorted(keys)
        #expect(order.sorted() == Array(0..<500))
        let highest = keys.reduce(0, |).leadingZeroBitCount & ~7
        let shift = UInt64(max(0, 32 - highest))
        for (left, right) in zip(order, order.dropFirst()) {
            let (first, second) = (keys[Int(left)] >> shift, keys[Int(right)] >> shift)
            #expect(first < second || (first == second && left < right) || shift == 0)
        }
    }

    @Test(arguments: 0..<30)
    func `a dictionary gives each key one code, in order of first sight`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (strings, bits) = (StringDictionary(), BitsDictionary())
        var model: [String: UInt32] = [:]
        for _ in 0..<2000 {
            let number = UInt64.random(in: 0..<(1 << (seed % 12)), using: &random)
            let text = "\(number)" + String(repeating: "é", count: Int(number % 20))
            let expected = model[text] ?? UInt32(model.count)
            model[text] = expected
            var pool = StringPool()
            let code = try pool.append(text)
            let found = try pool.withViews { (views) throws(ParquetProblem) in try strings.code(for: code, of: views) }
            #expect(found == expected)
            #expect(bits.code(for: number) == expected)
        }
        #expect(strings.pool.count == model.count)
    }

    @Test func `rankings are the front of the sorted whole`() {
        var random = SeededGenerator(seed: 9)
        let values = (0..<3000).map { _ in Int.random(in: 0..<500, using: &random) }
        func precedes(_ left: Int, _ right: Int) -> Bool { (values[right], left) < (values[left], right) }
        for limit in [1, 10, 2999, 5000] {
            let expected = values.indices.sorted(by: precedes).prefix(limit)
            #expect(Ranking.first(limit, of: Array(values.indices), by: precedes) == Array(expected))
        }
    }
}
