// The standard library's `withUnsafeBytes` forgets which error its closure throws; these keep it.

extension Array {
    @inline(__always)
    func withRawBytes<Output, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Output
    ) throws(Failure) -> Output where Element: BitwiseCopyable {
        try withUnsafeBufferPointer { (buffer) throws(Failure) in try body(UnsafeRawBufferPointer(buffer)) }
    }

    @inline(__always)
    mutating func withMutableRawBytes<Output, Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Output
    ) throws(Failure) -> Output where Element: BitwiseCopyable {
        try withUnsafeMutableBufferPointer { (buffer) throws(Failure) in try body(UnsafeMutableRawBufferPointer(buffer))
        }
    }
}

extension ArraySlice {
    @inline(__always)
    func withRawBytes<Output, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Output
    ) throws(Failure) -> Output where Element: BitwiseCopyable {
        try withUnsafeBufferPointer { (buffer) throws(Failure) in try body(UnsafeRawBufferPointer(buffer)) }
    }
}
