internal import FirmwareImage
internal import Vocabulary

/// Images that the tests start from.
enum SampleImages {
  static let guids = CardGUIDs(
    node: GUID(0x0002_c903_00ab_cde0), port1: GUID(0x0002_c903_00ab_cde1), port2: GUID(0x0002_c903_00ab_cde2),
    systemImage: GUID(0x0002_c903_00ab_cde3))
  static let macs = CardMACs(port1: MACAddress(0x0002_c9ab_cde1), port2: MACAddress(0x0002_c9ab_cde2))

  static let rom = ExpansionROMBuilder([
    .init(product: 0x10, version: FirmwareVersion(3, 4, 752), pciDevice: 0x1003, port: 1, proto: 2),
    .init(product: 0x11, version: FirmwareVersion(14, 11, 45), pciDevice: 0x1003, processors: 3),
  ]).build()

  /// A ConnectX-3 with GUIDs and MACs.
  static var connectX3: FS2Builder {
    var builder = FS2Builder()
    builder.guids = guids
    builder.macs = macs
    builder.vsd = "made for tests"
    return builder
  }

  static func connectX3(size: Int) throws -> [UInt8] {
    var builder = connectX3
    builder.size = size
    return try builder.build()
  }

  /// An InfiniHost III Ex.
  static var infiniHost: FS1Builder {
    var builder = FS1Builder()
    builder.guids = guids
    builder.vsd = "made for tests"
    return builder
  }

  /// Every kind of FS2 image, by name.
  static var all: [(name: String, builder: FS2Builder)] {
    func make(_ change: (inout FS2Builder) -> Void) -> FS2Builder {
      var builder = connectX3
      change(&builder)
      return builder
    }
    let connectX = make {
      $0.pciDevice = 0x634a
      $0.hardwareIDs = [0xa0_0190]
      $0.hardwareRevision = 0xa0
      $0.version = FirmwareVersion(2, 9, 1000)
      $0.productVersion = nil
      $0.macs = nil
      $0.micVersion = nil
      $0.configurationArea = nil
      $0.chunkLog2 = 19
      $0.hasSecondBoot2 = false
      $0.psid = "MT_04A0110001"
    }
    let connectX2 = make {
      $0.pciDevice = 0x673c
      $0.hardwareIDs = [0xb0_0190]
      $0.hardwareRevision = 0xb0
      $0.version = FirmwareVersion(2, 10, 720)
    }
    return [
      ("ConnectX", connectX), ("ConnectX-2", connectX2), ("ConnectX-3", connectX3),
      (
        "ConnectX-3 Pro",
        make {
          $0.pciDevice = 0x1007
          $0.hardwareIDs = [0x1f7]
        }
      ),
      ("with ROM", make { $0.rom = rom }), ("not failsafe", make { $0.chunkLog2 = nil }),
    ]
  }
}
