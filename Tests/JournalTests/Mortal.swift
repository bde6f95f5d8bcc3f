import Built
import Processes

/// The program that does what would end the process of the tests.
///
/// The testing library's own exit tests watch every child of the process without
/// pause, and take the better part of a core from all other tests.
enum Mortal {
    static func ending(_ words: String...) throws -> Ending {
        try Command(
            try Built.program("mortal"), words, environment: ["SWIFT_BACKTRACE": "enable=no"]
        ).capture(deadline: .seconds(60)).ending
    }
}
