/// What the mode of a tree entry says it is.
enum EntryKind {
    case file, tree, symbolicLink, submodule, unknown
}

extension Tree.Entry {
    var kind: EntryKind {
        switch mode {
        case 0o100644, 0o100755, 0o100664: .file
        case 0o040000: .tree
        case 0o120000: .symbolicLink
        case 0o160000: .submodule
        default: .unknown
        }
    }
}
