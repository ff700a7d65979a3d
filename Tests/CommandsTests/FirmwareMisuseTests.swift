import Foundation
import HostAccess
import HostLinux
import TestSupport
import Testing

/// What tired people type: nothing is written, and the way on is told so that it can be typed.
@Suite struct FirmwareMisuseTests {
  private let lab: FirmwareLab

  init() throws { lab = try FirmwareLab("connectx3") }

  private static let device = "03:00.0"

  private func refuses(
    _ result: Consequences, _ status: Int32, _ words: String, _ place: SourceLocation = #_sourceLocation
  ) {
    #expect(result.status == status, "\(result.error)", sourceLocation: place)
    #expect(result.error.contains(words), "\(result.error)", sourceLocation: place)
    #expect(result.output.isEmpty, sourceLocation: place)
  }

  @Test func nextStepsNameTheSimulatedMachine() throws {
    let created = lab.call(["sim", "create", lab.scratch("other lab")])
    #expect(created.output.contains("try: rdmactl --sim '\(lab.scratch("other lab"))' fw list"))
    try Data().write(to: URL(fileURLWithPath: "\(lab.directory)/0000:03:00.0.flash"))
    let next = "rdmactl --sim '\(lab.directory)' fw burn -d 03:00.0 -i IMAGE"
    for verb in ["query", "verify"] { refuses(lab.fw(verb, "-d", Self.device), 2, "    next: \(next)\n") }
    // There is no "same burn" to repeat after this one.
    refuses(lab.fw("recover", "-d", Self.device, "--yes"), 1, "    next: \(next)\n")
    #expect(lab.fw("query", "-d", Self.device, "--json").output.contains("\"\(next)\""))
  }

  @Test func aBurnThatCannotTellOfItselfIsDoneAllTheSame() throws {
    let image = try lab.image("new.bin", "--version", "2.42.5004")
    let console = FakeConsole()
    console.fail(.output, with: .failed("No space left on device (28)"))
    let result = lab.call(
      ["--sim", lab.directory, "fw", "burn", "-d", Self.device, "-i", image, "--yes"], console: console)
    #expect(result.status == 1 && result.error.contains("the work itself is done, and was read back"))
    #expect(lab.fw("query", "-d", Self.device, "-q").output == "2.42.5004\n")
  }

  @Test func theEndedImageIsToldOfAndCheckedWhenAsked() throws {
    let image = try lab.image("new.bin", "--version", "2.42.5004")
    #expect(lab.fw("burn", "-d", Self.device, "-i", image, "--yes").status == 0)
    let brief = lab.fw("verify", "-d", Self.device)
    #expect(brief.output.contains("image 2.42.5000 at 0x00000000, retired\nNot checked"))
    let whole = lab.fw("verify", "-d", Self.device, "--all")
    #expect(whole.output.components(separatedBy: "The image is complete").count == 3)
    // Damage in the image that does not boot is told, and is no failure.
    let path = "\(lab.directory)/0000:03:00.0.flash"
    var flash = try #require(lab.bytes(path))
    flash[0x1000] ^= 1
    try Data(flash).write(to: URL(fileURLWithPath: path))
    let damaged = lab.fw("verify", "-d", Self.device, "--all")
    #expect(damaged.status == 0 && damaged.output.contains("The image is damaged"))
  }

  @Test func everyNameThatIsListedIsTaken() throws {
    let lab = try FirmwareLab("connectx", "connectx3", "connectx3", "connectx5")
    struct List: Decodable {
      struct Adapter: Decodable { let pci_address, mst_name: String }
      let adapters: [Adapter]
    }
    let list = try JSONDecoder().decode(List.self, from: Data(lab.fw("list", "--json").output.utf8))
    #expect(
      list.adapters.map(\.mst_name) == ["mt25418_pci_cr0", "mt4099_pci_cr0", "mt4099_pci_cr1", "mt4119_pciconf0"])
    for adapter in list.adapters {
      let expected = lab.fw("query", "-d", adapter.pci_address).output.split(separator: "\n").dropFirst()
      #expect(!expected.isEmpty)
      for name in [adapter.mst_name, "/dev/mst/\(adapter.mst_name)"] {
        #expect(lab.fw("query", "-d", name).output.split(separator: "\n").dropFirst() == expected, "\(name)")
      }
    }
  }

  @Test func refusalsNameDeviceValuesAndNextStep() throws {
    let before = lab.flash
    let other = try lab.image("pro.bin", "--profile", "connectx3pro")
    let hardware = lab.fw("burn", "-d", Self.device, "-i", other, "--yes")
    refuses(hardware, 7, "rdmactl: 03:00.0: ")
    for word in ["0x1f5", "0x1f7", "nothing was written", "fw query -d 03:00.0"] {
      #expect(hardware.error.contains(word), "\(word) in \(hardware.error)")
    }
    let fourth = try lab.image("five.bin", "--profile", "connectx5")
    refuses(lab.fw("burn", "-d", Self.device, "-i", fourth, "--yes"), 7, "FS2, the image is FS4")
    #expect(lab.flash == before)
  }

  @Test func anImageForAnotherBoardThanAskedFor() throws {
    let before = lab.flash
    let image = try lab.image("new.bin", "--version", "250.1.2")
    for call in [
      ["burn", "-d", Self.device, "--yes"], ["query"], ["verify"],
      ["set-guids", "--guid", "0002c90300aabbc0", "-o", lab.scratch("mine.bin")],
    ] {
      let result = lab.call(["--sim", lab.directory, "fw"] + call + ["-i", image, "--psid", "MT_X"])
      refuses(result, 3, "this image is for the board MT_1090120019, not for MT_X")
    }
    #expect(lab.flash == before && lab.bytes(lab.scratch("mine.bin")) == nil)
    #expect(lab.fw("query", "-i", image, "--psid", "MT_1090120019", "-q").output == "250.1.0002\n")
    refuses(lab.fw("query", "-d", Self.device, "--psid", "MT_X"), 64, "--psid needs -i")
  }

  @Test func aDryRunLeavesImageFilesAlone() throws {
    let image = try lab.image("new.bin")
    let before = lab.bytes(image)
    let words = ["set-guids", "-i", image, "-o", image, "--guid", "0002c90300aabbc0", "--force"]
    let tried = lab.call(["fw"] + words + ["--dry-run"])
    #expect(tried.status == 0 && tried.output.contains("Dry run: nothing was written."))
    #expect(lab.bytes(image) == before)
    #expect(lab.call(["fw", "--json"] + words + ["--dry-run"]).output.contains("\"written\":false"))
    #expect(lab.call(["fw", "--json"] + words).output.contains("\"written\":true"))
    #expect(lab.bytes(image) != before)
  }

  @Test func aFileThatExistsIsOverwrittenOnlyWhenAsked() throws {
    let file = lab.scratch("backup.bin")
    try Data("mine".utf8).write(to: URL(fileURLWithPath: file))
    let image = try lab.image("new.bin")
    for words in [
      ["read", "-d", Self.device, file], ["set-guids", "-i", image, "-o", file, "--guid", "0002c90300aabbc0"],
    ] {
      let refused = lab.call(["--sim", lab.directory, "fw"] + words)
      refuses(refused, 7, "nothing was written")
      #expect(lab.bytes(file) == Array("mine".utf8))
    }
    #expect(lab.fw("read", "-d", Self.device, file, "--force").status == 0)
    #expect(lab.bytes(file) != Array("mine".utf8))
  }

  /// First guesses of newcomers, and flint's order of words.
  @Test(arguments: [
    ["query", "mlx4_0", "-q"], ["query", "-q"], ["query", "03:00.0", "-q"], ["-d", "mlx4_0", "query", "-q"],
    ["-d", "mlx4_0", "q", "-q"], ["status", "-q"], ["info", "mlx4_0", "-q"],
  ])
  func aQueryInOtherWords(words: [String]) {
    let result = lab.call(["--sim", lab.directory, "fw"] + words)
    #expect(result.status == 0 && result.output == "2.42.5000\n", "\(result.error)")
  }

  @Test(arguments: [
    ["burn", "mlx4_0", "IMAGE"], ["-d", "mlx4_0", "-i", "IMAGE", "burn"], ["-d", "mlx4_0", "-i", "IMAGE", "b"],
    ["burn", "-d", "mlx4_0", "IMAGE", "-guid", "0002c90300aabbc0", "-mac", "00:02:c9:00:00:10"],
  ])
  func aBurnInOtherWords(words: [String]) throws {
    let image = try lab.image("new.bin", "--version", "2.42.5004")
    let result = lab.call(["--sim", lab.directory, "fw"] + words.map { $0 == "IMAGE" ? image : $0 } + ["-n"])
    #expect(result.status == 0 && result.output.contains("2.42.5000 -> 2.42.5004"), "\(result.error)")
    #expect(result.output.contains("0002c90300aabbc3") == words.contains("-guid"))
    #expect(!result.output.contains("real adapter"), "a simulated adapter is not a real one")
    #expect(lab.fw("query", "-q").output == "2.42.5000\n")
    let burned = lab.call(["--sim", lab.directory, "fw"] + words.map { $0 == "IMAGE" ? image : $0 } + ["-y"])
    #expect(burned.status == 0 && lab.fw("query", "-q").output == "2.42.5004\n", "\(burned.error)")
  }

  @Test func otherToolsWordsForABurnAreAHint() {
    for word in ["flash", "upgrade"] {
      refuses(lab.fw(word, "mlx4_0"), 64, "fw burn")
    }
    #expect(lab.fw().output == lab.fw("list").output)
  }

  @Test func everyRefusedImageIsRefusedInTheSameWay() throws {
    let image = try lab.image("new.bin", "--version", "2.42.5004")
    let whole = try #require(lab.bytes(image))
    for count in [0, 100, whole.count / 2, whole.count - 4] {
      try Data(whole.prefix(count)).write(to: URL(fileURLWithPath: image))
      refuses(lab.fw("burn", "mlx4_0", image, "--yes"), 7, "nothing was written")
    }
  }

  @Test func theSimulatedMachineHasNothingToRepair() {
    let status = lab.call(["--sim", lab.directory, "status"])
    #expect(status.status == 0 && status.output.contains("mlx4_0/1"))
    #expect(!status.output.contains("no driver"))
  }

  @Test func valuesOfZeros() throws {
    let image = try lab.image("new.bin")
    let zeros = ["--guid": "0000000000000000", "--mac": "00:00:00:00:00:00"]
    for (option, value) in zeros {
      refuses(lab.fw("burn", "-d", Self.device, "-i", image, option, value, "--yes"), 64, "of zeros is not valid")
    }
  }

  @Test func theReasonOfAWayIsNeverCutOff() {
    let console = FakeConsole(terminals: [.output], size: (40, 24))
    let result = lab.call(["--sim", lab.directory, "fw", "list", "-v"], console: console)
    // A sentence is wrapped, not cut.
    let words = result.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("bar: BAR 0 of ConnectX-3 holds CR space"))
  }

  @Test func namesOfFiles() throws {
    refuses(lab.call(["sim", "create", ""]), 64, "the name of the directory is empty")
    refuses(lab.fw("query", "-i", ""), 64, "the name of the file is empty")
    refuses(lab.fw("read", "-d", Self.device, ""), 64, "the name of the file is empty")
    refuses(lab.fw("read", "-d", Self.device, lab.directory), 3, "is not a regular file")
    refuses(lab.fw("query", "-i", "/etc"), 3, "not a file, or not in a directory")
    refuses(lab.fw("query", "-i", lab.scratch("a b")), 3, "next: ls -l '\(lab.scratch("a b"))'")
    refuses(lab.fw("query", "-i", try lab.scratch.write("x", "")), 2, "give an image of the form FS1 to FS4")
  }

  @Test func aWayThatDoesNotLeadThere() throws {
    let fifth = try FirmwareLab("connectx5,recovery")
    refuses(fifth.fw("query", "-d", Self.device, "--access", "bar"), 1, "no BAR 0 that holds its registers")
    refuses(fifth.fw("query", "-d", Self.device, "--access", "window"), 6, "omit --access")
    refuses(lab.fw("query", "-d", Self.device, "--access", "vsc"), 1, "omit --access")
  }

  @Test func whatASimulatedMachineHasLost() throws {
    refuses(
      lab.call(["sim", "image", lab.scratch("x"), "--profile", "connectx5", "--code-size", "9000000"]), 64, "no room")
    let state = "\(lab.directory)/0000:03:00.0.state"
    try Data().write(to: URL(fileURLWithPath: state))
    refuses(lab.fw("query", "-d", Self.device), 1, "not the state of a simulated adapter")
    try FileManager.default.removeItem(atPath: state)
    refuses(lab.fw("query", "-d", Self.device), 1, "0000:03:00.0.state: the file is missing")
    try Data("03:00.0 connectx9\n".utf8).write(to: URL(fileURLWithPath: "\(lab.directory)/adapters"))
    refuses(lab.fw("list"), 64, "connectx9: there is no simulated adapter of this name")
  }

  @Test func nothingOfARecordedMachineIsWritten() throws {
    let machine = try Scratch("recorded")
    let device = "/sys/bus/pci/devices/0000:03:00.0"
    let config = [0xb3, 0x15, 0x03, 0x10] + [UInt8](repeating: 0, count: 4092)
    let files = LinuxFiles(root: machine.path)
    for (name, text) in ["vendor": "0x15b3\n", "device": "0x1003\n", "class": "0x028000\n", "uevent": "\n"] {
      try files.replace("\(device)/\(name)", with: Array(text.utf8))
    }
    try files.replace("\(device)/config", with: config)
    let image = try lab.image("new.bin")
    #expect(lab.call(["--root", machine.path, "fw", "list", "-q"]).output == "0000:03:00.0\n")
    for call in [["query"], ["verify"], ["unlock", "--yes"], ["recover", "--yes"], ["burn", "-i", image, "--yes"]] {
      let result = lab.call(["--root", machine.path, "fw"] + call + ["-d", Self.device])
      refuses(result, 6, "this is a recorded machine (--root)")
    }
    #expect(lab.bytes(machine.path + "\(device)/config") == config)
  }
}
