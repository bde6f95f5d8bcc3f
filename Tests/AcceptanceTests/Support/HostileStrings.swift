/// Two hundred values that mean something to a shell, a template, an option
/// parser, a format or a terminal.
enum HostileStrings {
    static let count = 200

    /// All of them, no two of the same bytes.
    static let all: [String] = {
        var seen: Set<[UInt8]> = []
        let unique = (handmade + wrapped).filter { seen.insert(Array($0.utf8)).inserted }
        return Array(unique.prefix(count))
    }()

    private static let handmade =
        spaces + quotes + expansions + operators + options + templates + controls + unicode
        + documents + long

    private static let spaces = ["", " ", "  ", "a b", " lead", "trail ", "a  b"]
    private static let quotes = [
        "'", "\"", "`", "''", "\"\"", "it's", #"'\''"#, #"\"#, #"\\"#, #"a\"#, #"\n"#, "$'a'",
        "\"a b\"", "'; id; '",
    ]
    private static let expansions = [
        "$", "$$", "$HOME", "${HOME}", "$(id)", "`id`", "$((1+1))", "${IFS}", "$@", "$*", "$?",
        "$1", "~", "~root", "!!", "^a^b", "{a,b}", "{1..9}", "#", "# x",
    ]
    private static let operators = [
        ";", "; rm -rf /", "&", "a && id", "a | id", "> /tmp/x", ">>", "<<EOF", "2>&1", "(id)",
        "{ id; }", "[", "[a-z]", "*", "?", "*.yaml", "/etc/*", "../../etc/passwd", "=", "a=b",
        "A=b id", "/", "%", "%%", "%s", "%n%n", "%i", "\u{7F}",
    ]
    private static let options = [
        "-", "--", "-rf", "--all", "-o json", "--kubeconfig=/x", "-c id", "-1", "@", "@file",
        "@/etc/passwd", "+x", " -rf", "\u{2010}rf", "\u{FF0D}rf", "-\u{301}rf", "@\u{301}file",
    ]
    private static let templates = [
        "{", "}", "{{", "}}", "{{}}", "{{ cluster.name }}", "{{cluster.name}}", "{{ run.id }}",
        "{{ find.all }}", "x{{ run.id }}y", "{{{ run.id }}}", "{ { run.id } }", "${{ run.id }}",
        "{{ run.id", "run.id }}", "{% if %}", "<%= id %>", "#{id}", "{{\u{301} run.id }}",
    ]
    private static let controls = [
        "\n", "a\nb", "a\n", "\na", "\r\n", "a\rb", "\t", "a\tb", "\u{1}", "\u{1B}[2J", "\u{8}",
        "a\u{B}b", "a;\nid\n", "\u{1B}]0;x\u{7}", "\n{{ run.id }}", "a\\\nb",
    ]
    private static let unicode = [
        "\u{E9}", "e\u{301}", "日本語", "🙂", "👩‍👩‍👧", "\u{202E}abc", "\u{200F}",
        "\u{200B}",
        "\u{FEFF}", "\u{2028}", "\u{85}", "\u{9B}31m", "＄（id）", "\u{FF1B}", "ß", "\u{FFFD}",
        "\u{10FFFF}", "\u{301}", "אבג",
    ]
    private static let documents = [
        "null", "true", "0x1f", "1e3", "[a, b]", "{a: b}", "a: b", "&a", "*a", "!!binary x", "|",
        "'; DROP TABLE entries;--", "\" OR 1=1", #"{"a":1}"#, #"\u0000"#, "%00", "<script>",
        "pod/x", "x,y", "metadata.name=x", "jsonpath={.x}",
    ]
    private static let long = [
        String(repeating: "a", count: 60_000), String(repeating: "'", count: 1000),
        String(repeating: "$(id)", count: 100), String(repeating: "日", count: 2000),
    ]
    private static let wrapped = expansions.map { "a\($0)b" } + operators.map { "\"\($0)\"" }
}

/// What the rules say of a value, not asking the tool.
extension String {
    /// It would be an option, or the name of a file to read.
    var isOption: Bool { utf8.first == 0x2D || utf8.first == 0x40 }
    var holdsControl: Bool { utf8.contains { $0 < 0x20 } }
    /// A document may hold nothing invisible, and nothing that turns text around.
    var isInvisible: Bool {
        unicodeScalars.contains {
            switch $0.value {
            case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF, 0xAD: true
            default: false
            }
        }
    }
    /// `{{` opens a hole; the character must be a brace and nothing else.
    var holdsHole: Bool { contains("{{") }

    /// In double quotes, as YAML has it; whatever is not printable ASCII by its number.
    var quotedForYAML: String {
        var text = "\""
        for scalar in unicodeScalars {
            let value = scalar.value
            if (0x20..<0x7F).contains(value), scalar != "\"", scalar != "\\" {
                text.unicodeScalars.append(scalar)
            } else {
                let digits = String(value, radix: 16)
                text += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return text + "\""
    }
}
