import Foundation
import HostAccess
import Synchronization
import TestSupport
import Testing

/// `fw burn` through the kernel, against a kernel that says what the test has told it to say.
@Suite struct DevlinkBurnTests {
  private typealias Message = DevlinkMessage
  private static let begin = NetlinkMessage(command: 58, Message.simulated)

  private func steps(_ messages: String...) -> [NetlinkMessage] {
    [Self.begin] + messages.map { Message.status(Message.simulated, $0) }
  }

  /// The device is one that nothing else knows, so that nobody has to ask for devlink.
  @Test(arguments: ["netdevsim/netdevsim10", "eth0"]) func aDeviceThatOnlyDevlinkKnows(name: String) throws {
    let lab = DevlinkLab()
    lab.isReady()
    let seen = Mutex<[String]>([])
    let files = lab.files
    lab.meanwhile = {
      seen.withLock { $0.append(String(decoding: (try? files.read(DevlinkLab.placed, limit: 9)) ?? [], as: UTF8.self)) }
    }
    lab.flashes(
      told: steps("Preparing to flash") + [
        Message.status(
          Message.simulated, "Flashing", [Message.number(125, [50]), Message.number(126, [100])])
      ])
    lab.informs()
    let result = lab.burn("--yes", "--progress", "json", device: name)
    #expect(result.status == 0, "\(result.error)")
    #expect(lab.network.outstanding == 0)
    #expect(result.output.contains("\(name): done; the driver netdevsim has flashed /srv/fw.bin."))
    #expect(result.output.contains("stored   fw.mgmt 10.20.30"))
    #expect(result.error.contains("rdmactl knows no other way to it"))
    #expect(result.error.contains(#"{"done":0,"schema":"rdmactl.progress/1","total":0,"what":"Preparing to flash"}"#))
    #expect(result.error.contains(#"{"done":50,"schema":"rdmactl.progress/1","total":100,"what":"Flashing"}"#))
    #expect(result.error.contains("the device reports the same stored versions as before: fw.mgmt 10.20.30"))
    // The image was there as long as the driver was at it, and no longer.
    #expect(seen.withLock { $0 } == ["\u{1}\u{2}\u{3}", "\u{1}\u{2}\u{3}", "\u{1}\u{2}\u{3}"])
    #expect(lab.text(DevlinkLab.placed) == nil)
    #expect(lab.state == "done")
  }

  @Test func whatIsAskedForIsAskedFor() throws {
    let lab = DevlinkLab()
    lab.isReady()
    lab.flashes(with: [Message.text(123, "fw.mgmt"), NetlinkAttribute(152, .bytes([3, 0, 0, 0, 3, 0, 0, 0]))])
    lab.informs(Message.simulated, [Message.text(98, "netdevsim"), Message.version(102, "fw.mgmt", "10.20.31")])
    let result = lab.burn("--yes", "--json", "--component", "fw.mgmt", "--overwrite", "identifiers,settings")
    #expect(result.status == 0, "\(result.error)")
    struct Answer: Decodable {
      struct Device: Decodable {
        let handle, driver: String
        let versions: [[String: String]]
      }
      struct Order: Decodable {
        let file, component, reason: String
        let overwrite: [String]
        let device: Device
      }
      struct Plan: Decodable {
        let via, purpose, old_version: String
        let new_version: String?
        let erases: Int?
        let devlink: Order
      }
      let schema, device, result: String
      let plan: Plan
      let changed, verified: Bool
      let bytes_erased: Int?
      let devlink: Device
    }
    let answer = try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
    #expect(answer.schema == "rdmactl.fw.burn/1" && answer.result == "written" && answer.changed && !answer.verified)
    #expect(answer.device == "netdevsim/netdevsim10" && answer.bytes_erased == nil && answer.plan.erases == nil)
    #expect(answer.plan.via == "devlink" && answer.plan.old_version == "10.20.30" && answer.plan.new_version == nil)
    let order = answer.plan.devlink
    #expect(order.component == "fw.mgmt" && order.overwrite == ["settings", "identifiers"])
    #expect(order.file == DevlinkLab.placed && order.reason == "--component asks for it")
    #expect(order.device.versions.contains(["name": "fw.mgmt", "kind": "running", "version": "10.20.30"]))
    #expect(answer.devlink.versions == [["name": "fw.mgmt", "kind": "stored", "version": "10.20.31"]])
    #expect(result.output.contains("\"bytes_erased\":null"))
  }

  @Test func aDryRunIsThePlanAndNothingElse() {
    let lab = DevlinkLab([DevlinkLab.placed: .bytes([9])])
    lab.isReady()
    let tried = lab.burn("--dry-run")
    #expect(tried.status == 0 && tried.output.contains("Dry run: nothing was written."))
    #expect(tried.error.contains("a burn that was killed has left \(DevlinkLab.placed) behind"))
    lab.isReady()
    lab.console = FakeConsole()
    let asked = lab.burn()
    #expect(asked.status == 7 && asked.error.contains("cannot ask (not a terminal)"))
    let plan = tried.output.split(separator: "\n").dropLast()
    #expect(plan.count > 6 && plan.allSatisfy { asked.error.contains($0) })
    #expect(lab.files.replacements.isEmpty && lab.files.removals.isEmpty && lab.network.outstanding == 0)
  }

  @Test func onlyRootMayAskWhetherADriverCan() {
    let lab = DevlinkLab()
    lab.knows(Message.simulated)
    lab.informs()
    lab.offers(Message.simulated, Message.notPermitted)
    let tried = lab.burn("--dry-run")
    #expect(tried.status == 0 && tried.error.contains("whether the driver can flash only root may ask"))
    lab.knows(Message.simulated)
    lab.informs()
    lab.offers(Message.simulated, Message.notPermitted)
    lab.console = FakeConsole()
    let refused = lab.burn("--yes")
    #expect(refused.status == 4 && refused.error.contains("flashing through the kernel needs root (CAP_NET_ADMIN)"))
    #expect(lab.files.replacements.isEmpty)
  }

  @Test func aDriverThatOffersNothing() {
    let lab = DevlinkLab()
    lab.knows(Message.simulated)
    lab.informs()
    lab.offers(Message.simulated, Message.unsupported)
    let result = lab.burn("--yes")
    #expect(result.status == 6)
    #expect(result.error.contains("the driver netdevsim offers no flashing through devlink; nothing was written"))
    #expect(lab.files.replacements.isEmpty)
  }

  @Test func namesThatNobodyKnows() {
    let lab = DevlinkLab()
    lab.knows(Message.pci, Message.simulated)
    let result = lab.burn("--yes", "--via", "devlink", device: "netdevsim/netdevsim11")
    #expect(result.status == 3)
    #expect(result.error.contains("known names: mlx5_0, pci/0000:3b:00.0, netdevsim/netdevsim10"))
    lab.console = FakeConsole()
    lab.network.expect(Message.dump, .failure(.noFamily("devlink")))
    let old = lab.burn("--yes", "--via", "devlink", device: "netdevsim/netdevsim10")
    #expect(old.status == 6 && old.error.contains("this kernel has no devlink"))
    // Where nobody asked for devlink, the name is what is wrong.
    lab.console = FakeConsole()
    lab.network.expect(Message.dump, .failure(.noFamily("devlink")))
    let name = lab.burn("--yes")
    // The file is looked at first, and its form is none that rdmactl could burn itself.
    #expect(name.status == 7 && name.error.contains("/srv/fw.bin"))
  }

  /// Whoever refuses, the image goes, and the journal tells whether something was begun.
  @Test(arguments: [
    (0, DevlinkMessage.refusal(22, "EINVAL", "Invalid argument", "no such component"), Int32(7), "rolled_back"),
    (1, DevlinkMessage.unsupported, 6, "rolled_back"),
    (1, DevlinkMessage.refusal(5, "EIO", "Input/output error"), 1, "unknown"),
    (2, DevlinkMessage.refusal(5, "EIO", "Input/output error"), 1, "unknown"),
  ])
  func refusals(told: Int, refusal: KernelRefusal, status: Int32, journal: String) {
    let lab = DevlinkLab()
    lab.isReady()
    lab.flashes(told: Array(steps("Flashing").prefix(told)), .failure(.refused(refusal)))
    if status == 1 { lab.informs() }
    let result = lab.burn("--yes")
    #expect(result.status == status, "\(result.error)")
    #expect(result.error.contains("EINVAL") || result.error.contains(refusal.name))
    #expect(lab.text(DevlinkLab.placed) == nil && lab.network.outstanding == 0)
    #expect(lab.state == journal)
    // A burn that may have begun something is told of from then on.
    lab.console = FakeConsole()
    lab.knows(Message.simulated)
    lab.informs()
    let query = lab.fw(["query", "-d", "netdevsim/netdevsim10"])
    #expect(query.output.contains("[flash.interrupted_burn]") == (status == 1))
  }

  /// The driver gave up while it flashed, and tells nothing any more: nobody knows what the device would start.
  @Test func aDeviceInAnUnknownState() {
    let lab = DevlinkLab()
    lab.isReady()
    lab.flashes(told: steps("Flashing"), .failure(.refused(DevlinkMessage.refusal(110, "ETIMEDOUT", "Timed out"))))
    lab.informs(Message.simulated, nil)
    let result = lab.burn("--yes", "--json")
    #expect(result.status == 9 && result.output.contains("\"devlink.unknown_state\""))
    #expect(result.output.contains("do not power off") && result.output.contains("the driver gave up at"))
    #expect(lab.text(DevlinkLab.placed) == nil)
    #expect(lab.state == "unknown")
  }

  /// Ctrl-C is told that nothing can be stopped, once; the end is waited for, and is a good one.
  @Test func ctrlCWhileTheDriverFlashes() {
    let lab = DevlinkLab()
    lab.isReady()
    let clock = lab.clock
    lab.meanwhile = {
      clock.interrupt(at: 0)
      clock.sleep(milliseconds: 0)
    }
    lab.flashes(told: steps("Flashing", "Flash select", "Flashing done"))
    lab.informs()
    let result = lab.burn("--yes")
    #expect(result.status == 0 && clock.interruptionsAreHeld)
    #expect(result.error.components(separatedBy: "cannot be stopped; waiting for its end").count == 2)
    #expect(result.error.contains("the interruption came while the driver was flashing"))
    #expect(lab.text(DevlinkLab.placed) == nil)
  }

  @Test func ctrlCBeforeTheDriverHasTheImage() {
    let lab = DevlinkLab()
    lab.isReady()
    lab.clock.interrupt(at: 0)
    lab.clock.sleep(milliseconds: 0)
    let result = lab.burn("--yes")
    #expect(result.status == 130 && lab.network.outstanding == 0)
    #expect(lab.text(DevlinkLab.placed) == nil && lab.state == nil)
  }

  @Test func anotherOneIsAtWork() {
    let lab = DevlinkLab()
    lab.files.holdLock("/run/rdmactl/fw-netdevsim_netdevsim10.lock", by: 4711)
    lab.isReady()
    let result = lab.burn("--yes")
    #expect(result.status == 5 && result.error.contains("4711") && lab.isUntouched)
  }

  @Test func placesThatCannotBeWritten() {
    let full = FakeFiles.Entry.error(.other("No space left on device (28)"))
    let journal = DevlinkLab(["/var/lib/rdmactl/history": full])
    journal.isReady()
    let unnoted = journal.burn("--yes")
    #expect(unnoted.status == 1 && unnoted.error.contains("journal") && journal.isUntouched)
    let image = DevlinkLab([DevlinkLab.placed: .error(.other("Read-only file system (30)"))])
    image.isReady()
    let unplaced = image.burn("--yes")
    #expect(unplaced.status == 7 && unplaced.error.contains("Read-only file system (30); nothing was written"))
    #expect(unplaced.error.contains("echo -n /run/firmware > /sys/module/firmware_class/parameters/path"))
    #expect(image.state == "rolled_back")
  }

  @Test func anAnswerThatCannotBeWritten() {
    let lab = DevlinkLab()
    lab.isReady()
    lab.flashes()
    lab.informs()
    lab.console.fail(.output, with: .failed("No space left on device (28)"))
    let result = lab.burn("--yes")
    #expect(result.status == 1 && result.error.contains("the work itself is done"))
  }

  @Test(arguments: [
    (["--via", "direct", "--component", "x"], "--component needs --via devlink"),
    (["--via", "direct", "--overwrite", "settings"], "--overwrite needs --via devlink"),
    (["--component", ""], "the name of the component is empty"),
    (["--overwrite", "settings,all"], "--overwrite takes settings and identifiers, not \"all\""),
    (["--overwrite", ""], "not \"\""),
    (["--via", "devlink", "--guid", "0002c90300aabbc0"], "--guid needs --via direct"),
    (["--component", "x", "--access", "vsc"], "--access needs --via direct"),
    (["--via", "devlink", "--psid", "X"], "--psid needs --via direct"),
    (["--via", "ethtool"], "ethtool"),
  ])
  func options(words: [String], message: String) {
    let lab = DevlinkLab()
    let result = lab.fw(["burn", "-d", "netdevsim/netdevsim10", "-i", DevlinkLab.image, "--yes"] + words)
    #expect(result.status == 64 && result.error.contains(message), "\(result.error)")
    #expect(lab.isUntouched)
  }
}
