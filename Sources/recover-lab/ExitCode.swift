/// How this program exits; the numbers are those of `recover`.
enum ExitCode {
    static let usage: Int32 = 2, input: Int32 = 3, prerequisite: Int32 = 4, failed: Int32 = 5
    static let interrupted: Int32 = 10, differs: Int32 = 11
}
