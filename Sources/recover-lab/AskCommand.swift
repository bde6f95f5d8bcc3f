import Glibc
import JSON
import LabHosts

/// The commands that ask a running lab.
enum AskCommand {
    static func fault(_ words: [String]) throws -> Int32 {
        guard let directory = words.first, words.count >= 2 else {
            throw UsageError("fault DIR NAME [WORD…]; the faults are:\n\(FaultCatalogue.help)")
        }
        let line = words.dropFirst().joined(separator: " ")
        _ = try ask(directory, ["call": "fault", "fault": .string(line)])
        Terminal.print("simulated: \(line); it shows")
        return 0
    }

    static func mend(_ words: [String]) throws -> Int32 {
        guard let directory = words.first, words.count >= 2 else {
            throw UsageError("mend DIR NAME [WORD…]: takes back a fault from outside the estate")
        }
        let line = words.dropFirst().joined(separator: " ")
        _ = try ask(directory, ["call": "mend", "fault": .string(line)])
        Terminal.print("simulated: \(line) is mended")
        return 0
    }

    static func state(_ arguments: [String]) throws -> Int32 {
        let options = try Options(arguments, known: [], flags: ["json", "all"])
        guard options.words.count == 1 else { throw UsageError("state [--all|--json] DIR") }
        let state = try ask(options.words[0], ["call": "state"])["state"] ?? [:]
        let text = StateText(state, showsAll: options.has("all")).text
        Terminal.print(options.has("json") ? state.text : text)
        return 0
    }

    static func down(_ words: [String]) throws -> Int32 {
        guard words.count == 1 else { throw UsageError("down DIR") }
        _ = try ask(words[0], ["call": "down"])
        return 0
    }

    static func changes(_ words: [String]) throws -> Int32 {
        guard words.count == 1 else { throw UsageError("changes DIR") }
        Terminal.print(try ask(words[0], ["call": "changes"])["changes"]?.text ?? "{}")
        return 0
    }

    static func copy(_ words: [String]) throws -> Int32 {
        guard words.count == 2 else { throw UsageError("copy DIR TARGET") }
        let here = Disk.resolved(".") ?? ""
        let target = words[1].hasPrefix("/") ? words[1] : "\(here)/\(words[1])"
        _ = try ask(words[0], ["call": "copy", "to": .string(target)])
        return 0
    }

    static func barrier(_ arguments: [String]) throws -> Int32 {
        let options = try Options(arguments, known: ["ordinal", "method", "path", "milliseconds"])
        guard options.words.count == 3 else {
            throw UsageError("barrier DIR CLUSTER before|after|late|hit|release|clear")
        }
        var question: JSONValue = [
            "call": "barrier", "cluster": .string(options.words[1]),
            "verb": .string(options.words[2]),
        ]
        for name in ["ordinal", "milliseconds"] {
            question[name] = options[name].flatMap { Int($0) }.map(JSONValue.int)
        }
        for name in ["method", "path"] { question[name] = options[name].map(JSONValue.string) }
        Terminal.print(try ask(options.words[0], question)["barrier"]?.text ?? "{}")
        return 0
    }

    static func power(_ words: [String]) throws -> Int32 {
        guard words.count == 3, ["state", "off", "on"].contains(words[2]) else {
            throw UsageError("power DIR NODE state|off|on")
        }
        let answer = try ask(
            words[0], ["call": "power", "node": .string(words[1]), "verb": .string(words[2])])
        Terminal.print(answer["power"]?.string ?? "unknown")
        return 0
    }

    static func operate(_ words: [String]) throws -> Int32 {
        guard words.count == 1 else { throw UsageError("operator DIR") }
        let question: JSONValue
        do {
            question = try JSONValue(parsing: Disk.read("/dev/stdin") ?? [])
        } catch {
            throw InputError("the question on standard input is no JSON: \(error)")
        }
        let answer = try ask(words[0], ["call": "operator", "question": question])
        Terminal.print(answer["answer"]?.text ?? "{}")
        return 0
    }

    private static func ask(_ directory: String, _ question: JSONValue) throws -> JSONValue {
        let root = Disk.resolved(directory) ?? directory
        guard let world = LineSocket.connect(LabPaths(root: root).control) else {
            throw LabFailure("no lab is up in \(directory)")
        }
        defer { world.close() }
        world.send(question)
        guard let answer = world.receive() else { throw LabFailure("the lab went away") }
        if let error = answer["error"]?.string {
            if answer["input"]?.bool == true { throw InputError(error) }
            throw LabFailure(error)
        }
        return answer
    }
}
