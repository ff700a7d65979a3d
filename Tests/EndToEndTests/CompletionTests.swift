internal import Testing

/// The completions in the shells themselves.
@Suite("Completions in", .timeLimit(.minutes(2)))
struct CompletionTests {
  @Suite("bash", .enabled(if: Shell.bash.isInstalled, "bash or script is not installed")) struct Bash {
    @Test("What may follow is offered", arguments: Expectation.all) func offers(_ expected: Expectation) throws {
      try expected.check(in: .bash)
    }

    @Test(
      "A name is completed to its end, whatever readline takes for a word",
      arguments: [
        ("rdmactl st", "rdmactl status "),
        ("rdmactl --root=unbound fw query -d 0000:", "rdmactl --root=unbound fw query -d 0000:b0:00.0 "),
        ("rdmactl --root=unbound fw query -d 0000:b", "rdmactl --root=unbound fw query -d 0000:b0:00.0 "),
        ("rdmactl --root=rec", "rdmactl --root=records/"),
        ("rdmactl --root=records status ib", "rdmactl --root=records status ibp59s0f0/1 "),
        ("rdmactl --root records offload set lr", "rdmactl --root records offload set lro="),
        ("rdmactl offload set lro=of", "rdmactl offload set lro=off "),
      ]) func line(_ typed: String, _ becomes: String) throws
    {
      let answer = try Shell.bash.complete(typed)
      #expect(answer.line == becomes, "\(answer.screen)")
    }
  }

  @Suite("zsh", .enabled(if: Shell.zsh.isInstalled, "zsh or script is not installed")) struct Zsh {
    @Test("What may follow is offered", arguments: Expectation.all) func offers(_ expected: Expectation) throws {
      try expected.check(in: .zsh)
    }

    @Test(
      "A name with colons is no name with a description",
      arguments: [
        ("rdmactl st", "rdmactl status "),
        ("rdmactl --root=unbound fw query -d 0000", "rdmactl --root=unbound fw query -d 0000:b0:00.0 "),
        ("rdmactl --root=rec", "rdmactl --root=records/"),
        ("rdmactl offload set lro=of", "rdmactl offload set lro=off "),
      ]) func line(_ typed: String, _ becomes: String) throws
    {
      let answer = try Shell.zsh.complete(typed)
      #expect(answer.line == becomes, "\(answer.screen)")
    }
  }

  @Suite("fish", .enabled(if: Shell.fish.isInstalled, "fish or script is not installed")) struct Fish {
    @Test("What may follow is offered", arguments: Expectation.all) func offers(_ expected: Expectation) throws {
      try expected.check(in: .fish)
    }
  }
}

/// What every shell must offer after the words typed.
struct Expectation: CustomTestStringConvertible, Sendable {
  let typed: String
  let offers: [String]
  var withholds: [String] = []

  var testDescription: String { typed }

  static let all = [
    Expectation(typed: "rdmactl ", offers: ["status", "guid2mac", "help"], withholds: Shell.ports),
    Expectation(typed: "rdmactl gu", offers: ["guid2mac"], withholds: ["status"]),
    Expectation(typed: "rdmactl --json st", offers: ["status"]),
    Expectation(typed: "rdmactl help ", offers: ["status", "guid2mac"]),
    Expectation(typed: "rdmactl status --", offers: ["--json", "--quiet", "--root", "--help"], withholds: Shell.ports),
    Expectation(typed: "rdmactl status ", offers: Shell.ports),
    Expectation(typed: "rdmactl status ib", offers: ["ibp59s0f0/1"], withholds: ["rocep59s0f1/1"]),
    Expectation(typed: "rdmactl status ibp59s0f0/1 ro", offers: ["rocep59s0f1/1"]),
    Expectation(typed: "rdmactl --root unbound status ml", offers: ["mlx5_0/1"]),
    Expectation(typed: "rdmactl offload set ib0 t", offers: ["tso=", "tx-csum="]),
    Expectation(typed: "rdmactl offload set ib0 tso=", offers: ["tso=on", "tso=off"]),
    Expectation(typed: "rdmactl completion ", offers: ["bash", "zsh", "fish"]),
    Expectation(
      typed: "rdmactl fabric ", offers: ["discover", "links", "errors", "check", "route", "diff"],
      withholds: Shell.ports),
    Expectation(typed: "rdmactl fabric discover ", offers: Shell.ports),
    Expectation(typed: "rdmactl fabric links --from ", offers: Shell.ports),
    Expectation(typed: "rdmactl fabric discover --format ", offers: ["text", "ibnetdiscover", "netfile", "dot"]),
    Expectation(typed: "rdmactl fabric diff rec", offers: ["records"], withholds: Shell.ports),
    Expectation(typed: "rdmactl fabric errors --", offers: ["--since", "--thresholds", "--clear", "--dry-run"]),
    Expectation(
      typed: "rdmactl sm ", offers: ["list", "status", "start", "stop", "handover", "log", "lint"],
      withholds: Shell.ports),
    Expectation(typed: "rdmactl sm start ib", offers: ["ibp59s0f0/1"], withholds: ["rocep59s0f1/1"]),
    Expectation(typed: "rdmactl sm start --", offers: ["--priority", "--routing", "--wait", "--config"]),
    Expectation(typed: "rdmactl guid2mac --", offers: ["--json", "--root"]),
    Expectation(typed: "rdmactl status --root ", offers: ["records", "status"], withholds: Shell.ports),
    Expectation(typed: "rdmactl status --root=rec", offers: ["records"], withholds: Shell.ports + ["status"]),
  ]

  func check(in shell: Shell) throws {
    let answer = try shell.complete(typed)
    // A directory may end with its slash, and fish gives the option with its value.
    let offers = answer.offers.map { offer in
      let value = offer.hasPrefix("--root=") ? String(offer.dropFirst("--root=".count)) : offer
      return value.hasSuffix("/") ? String(value.dropLast()) : value
    }
    for word in self.offers {
      // Readline replaces only what stands behind the sign.
      let value = word.hasSuffix("=") ? word : word.split(separator: "=").last.map { String($0) } ?? word
      #expect(offers.contains(word) || offers.contains(value), "\(answer.screen)")
    }
    for word in withholds { #expect(!offers.contains(word)) }
  }
}
