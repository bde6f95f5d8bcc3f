internal import Glibc

/// What goes wrong inside the lab itself, said on standard error.
public enum Complaint {
    /// Prints one line.
    public static func say(_ text: String) {
        let line = "recover-lab: \(text)\n"
        _ = line.withCString { write(2, $0, strlen($0)) }
    }
}
