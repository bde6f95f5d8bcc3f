/// The rules about length.
enum Sizes {
    static let fileLimit = 300
    static let functionLimit = 60
    static let lineLimit = 110

    /// Files that may be longer, each with the reason.
    static let longFiles: [String: String] = [:]

    static func files(_ file: SourceFile, exceptions: [String: String] = longFiles) -> [Finding] {
        let isLong = file.lines.count > fileLimit
        if exceptions[file.path] != nil {
            return isLong ? [] : [file.finding(-1, "no longer needs its exception for length")]
        }
        return isLong
            ? [file.finding(-1, "\(file.lines.count) lines, \(fileLimit) are allowed")] : []
    }

    static func lines(_ file: SourceFile) -> [Finding] {
        file.lines.enumerated().filter {
            $0.element.utf8.count > lineLimit && $0.element.count > lineLimit
        }
        .map {
            file.finding($0.offset, "\($0.element.count) columns, \(lineLimit) are allowed")
        }
    }

    static func functions(_ file: SourceFile) -> [Finding] {
        Functions.of(file).filter { $0.lines.count > functionLimit }.map { function in
            file.finding(
                function.lines.lowerBound,
                "\(function.name) has \(function.lines.count) lines, \(functionLimit) are allowed")
        }
    }
}
