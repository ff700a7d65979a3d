internal import AdapterChips
internal import Devlink
internal import FirmwareFlash
internal import FirmwareImage
internal import HostAccess
internal import Vocabulary

/// An image for a driver, as far as rdmactl can judge it.
struct DevlinkImage {
  let path: String
  let bytes: [UInt8]
  /// `nil` when its form is none that rdmactl knows, or it is a package and nobody says for which board.
  let facts: FirmwareFacts?
  /// "MFA2 package for 3 boards".
  let form: String
  /// What the user should know, a sentence each.
  let notes: [String]

  /// - Parameter allowed: gates that the user opened.
  /// - Throws: `DevlinkFailure`, `ImageFileFailure` or a refused ``BurnGate`` for what the driver would refuse later, or
  ///   worse, not refuse.
  init(_ file: NamedFile, for device: DevlinkInformation, allowed: Set<BurnRequest.Override>, host: Host) throws {
    path = file.path
    var bytes = file.bytes
    guard !bytes.isEmpty else { throw DevlinkFailure.emptyImage(path: path) }
    var notes: [String] = []
    if let package = try file.package() {
      let boards = package.boards.count
      form = "MFA2 package for \(boards) board" + (boards == 1 ? "" : "s")
      let image = try device.psid.map { try ImageFile(file, psid: nil, board: $0, host: host) }
      facts = try image.map { image in
        try image.wrapping { try Firmware.read(image.placement, from: image.source).facts }
      }
      if facts == nil { notes.append("only the driver can check whether the package is for this board") }
    } else if let image = try? ImageFile(file, psid: nil, host: host) {
      let known = try image.wrapping { try Firmware.read(image.placement, from: image.source).facts }
      let verification = try image.wrapping { try Firmware.verify(image.placement, in: image.source) }
      facts = known
      if let bad = verification.firstBadOfImage {
        throw BurnFailure.refused(.damagedImage(part: bad.part, why: bad.why))
      }
      if let driver = device.driver, Self.packageDrivers.contains(where: driver.hasPrefix),
        known.format == .fs3 || known.format == .fs4
      {
        bytes = try Self.package(image, for: device.psid ?? known.psid, host)
        form = "\(known.format.rawValue) image, wrapped into an MFA2 package"
        notes.append("\(driver) takes MFA2 packages only: the image is wrapped into one, without the card's own data")
      } else {
        form = "\(known.format.rawValue) image"
      }
    } else {
      form = "of a form that rdmactl does not know"
      facts = nil
      notes.append("only the driver can judge the image: rdmactl does not know its form")
    }
    self.bytes = bytes
    self.notes = notes
    try checkBoard(device, allowed)
  }

  /// Drivers that flash by the kernel's mlxfw. Source: its drivers/net/ethernet/mellanox/mlxfw.
  private static let packageDrivers = ["mlx5_core", "mlxsw_"]

  /// A package with this image alone, as the kernel's mlxfw takes it: it names the board in as many bytes as the driver
  /// does, and the image is component 0.
  private static func package(_ image: ImageFile, for psid: String?, _ host: Host) throws -> [UInt8] {
    let update = try image.wrapping { try UpdateImage.make(image.placement, of: image.source) }
    do {
      return try MFA2Builder([.init(psid: psid ?? "", image: update)]).build(pack: host.unpacking.packXZ)
    } catch UnpackError.unavailable(let library) {
      throw DevlinkFailure.notWrapped(path: image.path, "\(library) is not installed")
    } catch UnpackError.damaged(let words) {
      throw DevlinkFailure.notWrapped(path: image.path, words)
    }
  }

  private func checkBoard(_ device: DevlinkInformation, _ allowed: Set<BurnRequest.Override>) throws {
    guard let facts else { return }
    if let card = device.psid, let psid = facts.psid, card != psid, !allowed.contains(.psidChange) {
      throw BurnFailure.refused(.psid(card: card, image: psid))
    }
    if let old = device.version(.stored).flatMap({ FirmwareVersion($0) }), let new = facts.version, new < old,
      !allowed.contains(.downgrade)
    {
      throw BurnFailure.refused(.older(card: old, image: new))
    }
  }
}
