internal import Foundation
internal import TestSupport
internal import Testing

/// What fleets run, as the judges of fold and metrics: ClusterShell, Prometheus, node_exporter, systemd.
@Suite("Fleet tools", .serialized, .enabled(if: Fleet.missing == nil, "\(Fleet.missing ?? "")"))
struct FleetNeighbourTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch("fleet") }

  private func shell(_ script: String, timeout: Double = 60) throws -> Consequences {
    try Spawned("bash", ["-c", script], environment: ["RDMACTL": Spawned.rdmactl], directory: scratch.path)
      .wait(timeout: timeout)
  }

  // MARK: fold

  /// 64 recorded hosts of eight cards, each with LIDs and GUIDs of its own, seven of them odd.
  private func makeFleet() throws {
    let machine = try RecordedMachine("cx7-8")
    let base = consequences(of: ["--root", machine.root, "status", "--json"]).output
    try scratch.write("base.json", base)
    try scratch.write("make.py", Fleet.generator)
    let made = try shell("mkdir fleet && python3 make.py")
    #expect(made.status == 0, "\(made.error)")
  }

  @Test func foldsWhatClushBringsAndNamesSetsAsNodeset() throws {
    try makeFleet()
    let clush = "clush -S -R exec -w gpu[00-63] 'cat fleet/%h' 2>&1"
    let fold = try shell("\(clush) | $RDMACTL fold")
    #expect(fold.status == 2, "\(fold.error)")
    #expect(fold.output == Fleet.truth)
    for other in ["$RDMACTL fold fleet", "\(clush) | shuf | $RDMACTL fold", "cat fleet/* | $RDMACTL fold"] {
      #expect(try shell(other).output == Fleet.truth, "\(other)")
    }
    // `clubak -L` sorts them; -q is for the next clush.
    #expect(try shell("\(clush) | clubak -L | $RDMACTL fold").output == Fleet.truth)
    let odd = try shell("\(clush) | $RDMACTL fold -q").outputLines
    #expect(odd == ["gpu09", "gpu17", "gpu23", "gpu31", "gpu40", "gpu52", "gpu60"])
    let rest = try shell("nodeset -f gpu[00-63] -x \(odd.joined(separator: " -x "))").output
    #expect(Fleet.truth.hasSuffix("\(rest.dropLast()) (57): as most\n"), "\(rest)")
    // A host whose command fails, and one whose answer is cut.
    let broken = try shell(
      "head -c 900 fleet/gpu03 >x && mv x fleet/gpu03 && rm fleet/gpu05 && \(clush) | $RDMACTL fold")
    #expect(broken.status == 8)
    #expect(broken.output.contains("gpu03 (1): truncated answer\n"), "\(broken.output)")
    #expect(broken.output.contains("gpu05 (1): no answer: cat: fleet/gpu05: No such file or directory\n"))
  }

  /// Sets of random names, as nodeset writes them.
  @Test func nodesetAgrees() throws {
    let script = """
      import random, subprocess, json
      random.seed(16)
      for case in range(40):
        width = random.choice([1, 2, 3])
        names = sorted({f'gpu{random.randrange(10 ** width):0{width}d}' for _ in range(random.randrange(1, 30))})
        with open('answers', 'w') as file:
          for name in names: file.write(f'{name}: x\\n')
        ours = subprocess.run(['bash', '-c', '"$RDMACTL" fold -q answers'], capture_output=True, text=True).stdout.strip()
        theirs = subprocess.run(['nodeset', '-f', *names], capture_output=True, text=True).stdout.strip()
        if ours != theirs: print(names, ours, theirs)
      """
    try scratch.write("sets.py", script)
    let result = try shell("python3 sets.py")
    #expect(result.output.isEmpty && result.status == 0, "\(result.output)\(result.error)")
  }

  /// clush itself folds the brief form: hosts with other GUIDs and LIDs are one group.
  @Test func clushFoldsTheBriefForm() throws {
    let machine = try RecordedMachine("cx7-8")
    let status = try shell("clush -b -R exec -w gpu[00-03] \"$RDMACTL --root \(machine.root) status --brief\"")
    #expect(status.output.contains("gpu[00-03] (4)\n"), "\(status.output)")
  }

  // MARK: metrics

  @Test func promtoolFindsNoFault() throws {
    for name in MachineTree.names {
      let machine = try RecordedMachine(name)
      let result = try shell("\"$RDMACTL\" --root '\(machine.root)' metrics | promtool check metrics")
      #expect(result.status == 0 && result.output.isEmpty && result.error.isEmpty, "\(name): \(result)")
    }
  }

  /// Every value of node_exporter's collector is ours too. Of a port that is down we have no rate; a planar's management device
  /// is no adapter of ours.
  @Test func nodeExporterAgrees() throws {
    try scratch.write("compare.py", Fleet.comparison)
    for name in ["bond", "container", "cx3-vpi", "cx5-dual", "cx6-vpi", "cx7-8", "vf-host", "xdr-smi"] {
      let machine = try RecordedMachine(name)
      let result = try shell("python3 compare.py '\(machine.root)'")
      #expect(result.status == 0, "\(name): \(result.output)\(result.error)")
      #expect((Int(result.output.split(separator: " ").first ?? "") ?? 0) >= 9, "\(name): \(result.output)")
    }
  }

  @Test func aReaderNeverSeesHalfAFile() throws {
    let machine = try RecordedMachine("cx6-vpi")
    let result = try shell(
      """
      "$RDMACTL" --root '\(machine.root)' metrics -o rdma.prom
      for i in $(seq 25); do "$RDMACTL" --root '\(machine.root)' metrics -o rdma.prom; done &
      writer=$!
      while kill -0 $writer 2>/dev/null; do tail -n 1 rdma.prom | grep -q '} [0-9]*$' || echo half; done
      "$RDMACTL" --root '\(machine.root)' metrics -o rdma.prom & sleep 0.01; kill -9 $! 2>/dev/null; wait $!
      tail -n 1 rdma.prom | grep -q '} [0-9]*$' || echo half
      """)
    #expect(result.output.isEmpty, "\(result.output)")
  }

  @Test func nobodyHasTheSameMetrics() throws {
    let tree = try RecordedMachine("cx7-8")
    let program = try Spawned.rdmactlForEverybody(in: scratch)
    _ = try shell("chmod -R a+rX '\(tree.root)' .")
    let own = try Spawned.run(program, ["--root", tree.root, "metrics"])
    let words = Neighbour.asNobody([program, "--root", tree.root, "metrics"])
    let other = try Spawned.run(words[0], Array(words.dropFirst()))
    func lasting(_ text: String) -> [Substring] {
      text.split(separator: "\n").filter { !$0.hasPrefix("rdma_scrape_seconds") }
    }
    #expect(other.status == 0 && lasting(other.output) == lasting(own.output), "\(other.error)")
  }

  // MARK: what is shipped

  @Test func alertsAndUnits() throws {
    let package = "\(MachineTree.directory)/../.."
    let rules = try shell(
      """
      cp '\(package)/packaging/share/rules.yml' '\(package)/Tests/proof/rules-test.yml' .
      promtool check rules rules.yml && promtool test rules rules-test.yml
      python3 -c 'import json, sys; json.load(open(sys.argv[1]))' '\(package)/packaging/share/grafana.json'
      """)
    #expect(rules.status == 0, "\(rules.output)\(rules.error)")
    #expect(rules.output.contains("7 rules found"))
    let units = try shell(
      """
      mkdir units && cp '\(package)/packaging/units/'* units && cp /bin/true units/rdmactl && cd units
      sed -i "s,^ExecStart=rdmactl,ExecStart=$PWD/rdmactl,; /^Documentation=man:/d" *.service *.timer *.socket
      systemd-analyze verify ./*.service ./*.timer ./*.socket
      for unit in *.service; do systemd-analyze security --offline=yes --threshold=50 $unit >$unit.report || tail -n 1 $unit.report; done
      """)
    #expect(units.output.isEmpty && units.error.isEmpty, "\(units.output)\(units.error)")
  }
}
