/// Something a rule objects to.
struct Finding: CustomStringConvertible {
    let path: String
    /// 1-based; 0 when the whole file is meant.
    let line: Int
    let reason: String

    var description: String { "\(path):\(line): \(reason)" }
}
