internal import Glossary

/// rdmactl-windows(7): the entries of `rdmactl explain`, part by part. Findings are in the pages of their commands.
struct GlossaryPage {
  static let name = "rdmactl-windows"
  private let glossary: Glossary
  private let groups = GlossaryGroup.allCases.filter { ![.exitStatuses, .errors, .findings].contains($0) }

  init(_ glossary: Glossary) { self.glossary = glossary }

  var text: String {
    var page = Mdoc()
    page.raw(".\\\" Generated from Sources/Glossary: change that, then run \"make generate\".")
    page.raw(".Dd \(Manual.date)")
    page.raw(".Dt \(Self.name.uppercased()) 7")
    page.raw(".Os")
    page.section("NAME")
    page.raw(".Nm \(Self.name)")
    page.raw(".Nd settings of the Windows drivers, and what stands for them on Linux")
    page.section("DESCRIPTION")
    page.prose(Self.introduction)
    page.section("NAMES")
    page.list(groups, head: { "Sx \(Mdoc.argument($0.title.uppercased()))" }) { page, group in
      page.prose(glossary.entries(of: group).map(\.name).joined(separator: ", ") + ".")
    }
    for group in groups {
      page.section(group.title.uppercased())
      page.list(glossary.entries(of: group), head: { "Sy \(Mdoc.argument($0.name))" }) { write($1, to: &$0) }
    }
    page.section("SEE ALSO")
    page.raw([".Xr ethtool 8 ,", ".Xr rdmactl 8 ,", ".Xr rdmactl\\-explain 8"])
    return page.text
  }

  private static let introduction = """
    What the registry, the property pages and the commands of the Windows drivers for InfiniBand and Ethernet adapters of \
    about 2010 had, what it did there, and what does it on Linux. \
    Paths of the registry are below HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet; the adapter key is the adapter's own below \
    Control\\Class\\{4D36E972-E325-11CE-BFC1-08002BE10318}. \
    A default stands in parentheses behind the range. \
    In commands, words in capitals stand for what the machine has: IF is a network interface, DEVICE an adapter, PORT a \
    port of one. \
    The same entries are shown one by one, and searched, by rdmactl explain.
    """

  private func write(_ entry: GlossaryEntry, to page: inout Mdoc) {
    let parts: [(title: String, text: String?)] = [
      ("Also", entry.spellings.joined(separator: "; ")), ("Where", entry.place),
      (entry.group == .linux ? "Is" : "Was", entry.meaning), ("Values", entry.range), ("Rules", entry.rules),
      ("Here", entry.counterpart ?? entry.absence.map { "nothing: \($0)" }),
      ("Settings", entry.knobs.joined(separator: "; ")),
    ]
    page.list(
      parts.filter { $0.text?.isEmpty == false }, style: "-tag -width Settings -compact",
      head: { "Em \($0.title)" }, body: { $0.prose($1.text ?? "") })
    page.list(entry.commands, head: { "Ic \(Mdoc.argument($0.line))" }) { $0.prose($1.purpose + ".") }
  }
}
