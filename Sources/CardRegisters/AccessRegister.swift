package import BinaryLayout

/// A register that the firmware of a running card serves: its number and how many bytes it has.
///
/// Layouts are declared once, as data, and read and written through ``BinaryLayout/LayoutField``. Source: the public register
/// layouts of mstflint (`tools_layouts/reg_access_hca_layouts.h`, `tools_open_layouts.h`) and of the kernel
/// (`include/linux/mlx5/mlx5_ifc.h`), in which each layout has the name that it has here.
package struct AccessRegister: Sendable, Equatable {
  package let name: String
  package let id: UInt16
  package let size: Int

  init(_ name: String, _ id: UInt16, size: Int) {
    self.name = name
    self.id = id
    self.size = size
  }

  /// Which registers the firmware has.
  package static let mcam = AccessRegister("MCAM", 0x907f, size: 0x48)
  /// General information: chip, firmware, expansion ROMs.
  package static let mgir = AccessRegister("MGIR", 0x9020, size: 0xa0)
  package static let pguid = AccessRegister("PGUID", 0x5066, size: 0x44)
  /// Texts about the card, in pieces.
  package static let mqis = AccessRegister("MQIS", 0x9064, size: 0x18)
  /// The components that can be updated, and their state.
  package static let mcqs = AccessRegister("MCQS", 0x9060, size: 0x10)
  package static let mcqi = AccessRegister("MCQI", 0x9061, size: 0x94)
  /// The control of an update.
  package static let mcc = AccessRegister("MCC", 0x9062, size: 0x20)
  /// The data of an update.
  package static let mcda = AccessRegister("MCDA", 0x9063, size: 0x90)
  package static let mirc = AccessRegister("MIRC", 0x9162, size: 0x10)
  package static let mfai = AccessRegister("MFAI", 0x9029, size: 0x18)
  package static let mvts = AccessRegister("MVTS", 0x902c, size: 0x14)
  /// What a reset of the firmware needs.
  package static let mfrl = AccessRegister("MFRL", 0x9028, size: 0x8)
  package static let mroq = AccessRegister("MROQ", 0x902f, size: 0x20)
  /// The flash through the firmware: its part, a block to read or write, a sector to erase, its protection.
  package static let mfpa = AccessRegister("MFPA", 0x9010, size: 0x20)
  package static let mfba = AccessRegister("MFBA", 0x9011, size: 0x10c)
  package static let mfbe = AccessRegister("MFBE", 0x9012, size: 0xc)
  package static let mfmc = AccessRegister("MFMC", 0x9013, size: 0x1c)
  /// The card's settings: whether a type is there, its value, all back to default, what the firmware can tell.
  package static let mnvqc = AccessRegister("MNVQC", 0x9030, size: 0x8)
  package static let mnvda = AccessRegister("MNVDA", 0x9024, size: 0x10c)
  package static let mnvia = AccessRegister("MNVIA", 0x9033, size: 0x8)
  package static let mnvgc = AccessRegister("MNVGC", 0x9034, size: 0x10)

  package static let all = [
    mcam, mgir, pguid, mqis, mcqs, mcqi, mcc, mcda, mirc, mfai, mvts, mfrl, mroq, mfpa, mfba, mfbe, mfmc, mnvqc, mnvda,
    mnvia, mnvgc,
  ]
}

// MARK: what the card is

/// Which registers the firmware has: a number of 128 bits for each group of 128 register numbers.
package enum MCAM {
  package static let group = LayoutField("access_reg_group", dword: 0, bits: 0...7)
  private static let mask = 2
  private static let firstOfGroup: [UInt64: UInt16] = [0: 0x9000, 1: 0x9080, 2: 0x9100]

  /// The bit that says whether a register of this group is there.
  package static func bit(of register: AccessRegister) -> (group: UInt64, field: LayoutField)? {
    for (group, first) in firstOfGroup where (first..<first + 0x80).contains(register.id) {
      let bit = Int(register.id - first)
      return (group, LayoutField(register.name, dword: mask + 3 - bit / 32, bits: bit % 32...bit % 32))
    }
    return nil
  }
}

package enum MGIR {
  package static let pciDevice = LayoutField("hw_info.device_id", dword: 0, bits: 0...15)
  package static let hardwareRevision = LayoutField("hw_info.device_hw_revision", dword: 0, bits: 16...31)
  package static let ports = LayoutField("hw_info.num_ports", dword: 1, bits: 16...27)
  package static let hardwareID = LayoutField("hw_info.hw_dev_id", dword: 2, bits: 0...15)
  package static let manufacturingMACHigh = LayoutField("hw_info.manufacturing_base_mac_47_32", dword: 4, bits: 0...15)
  package static let manufacturingMACLow = LayoutField("hw_info.manufacturing_base_mac_31_0", dword: 5, bits: 0...31)
  package static let uptime = LayoutField("hw_info.uptime", dword: 7, bits: 0...31)

  package static let isSecure = LayoutField("fw_info.secured", dword: 8, bits: 24...24)
  package static let isSigned = LayoutField("fw_info.signed_fw", dword: 8, bits: 25...25)
  package static let isDebug = LayoutField("fw_info.debug", dword: 8, bits: 26...26)
  package static let isDevelopment = LayoutField("fw_info.dev", dword: 8, bits: 27...27)
  /// Offset and count of bytes of a text.
  package static let psid = (byte: 0x30, count: 16)
  package static let major = LayoutField("fw_info.extended_major", dword: 17, bits: 0...31)
  package static let minor = LayoutField("fw_info.extended_minor", dword: 18, bits: 0...31)
  package static let subMinor = LayoutField("fw_info.extended_sub_minor", dword: 19, bits: 0...31)
  package static let lifeCycle = LayoutField("fw_info.life_cycle", dword: 21, bits: 0...1)
  package static let secureBoot = LayoutField("fw_info.sec_boot", dword: 21, bits: 2...2)
  package static let isEncrypted = LayoutField("fw_info.encryption", dword: 21, bits: 3...3)

  package struct ROM: Sendable {
    package let type: LayoutField
    package let architecture: LayoutField
    package let major: LayoutField
    package let minor: LayoutField
    package let build: LayoutField
  }

  /// In the order in which mstflint lists them: the last comes first.
  package static let roms = (0..<4).reversed().map { index in
    let low = 24 - 8 * index
    let version = 26 + index
    return ROM(
      type: LayoutField("rom\(index)_type", dword: 25, bits: low...low + 3),
      architecture: LayoutField("rom\(index)_arch", dword: 25, bits: low + 4...low + 7),
      major: LayoutField("rom\(index).major", dword: version, bits: 24...31),
      minor: LayoutField("rom\(index).minor", dword: version, bits: 16...23),
      build: LayoutField("rom\(index).build", dword: version, bits: 0...15))
  }
  package static let romTypes: [UInt64: String] = [
    1: "PXE", 2: "UEFI", 3: "CLP", 4: "NVMe", 5: "FCODE", 6: "UEFI Virtio net", 7: "UEFI Virtio blk",
    8: "PXE Virtio net",
  ]
  package static let romArchitectures: [UInt64: String] = [1: "AMD64", 2: "AARCH64", 3: "AMD64,AARCH64", 4: "IA32"]
  package static let lifeCycles: [UInt64: String] = [
    0: "production", 1: "ga_secured", 2: "ga_non_secured", 3: "rma",
  ]
}

package enum MQIS {
  package enum Kind: UInt64, Sendable {
    case vpd = 0, name = 1, description = 2, imageVSD = 3, deviceVSD = 4
  }
  package static let kind = LayoutField("info_type", dword: 0, bits: 0...7)
  package static let length = LayoutField("info_length", dword: 1, bits: 0...15)
  package static let readLength = LayoutField("read_length", dword: 2, bits: 0...15)
  package static let readOffset = LayoutField("read_offset", dword: 2, bits: 16...31)
  package static let text = (byte: 0x10, count: 8)
}

package enum PGUID {
  package static let port = LayoutField("local_port", dword: 0, bits: 16...23)
  package static let systemImage = LayoutField("sys_guid", byte: 0xc, bytes: 8)
  package static let node = LayoutField("node_guid", byte: 0x1c, bytes: 8)
  package static let portGUID = LayoutField("port_guid", byte: 0x2c, bytes: 8)
}

// MARK: reset

package enum MFRL {
  package static let trigger = LayoutField("reset_trigger", dword: 1, bits: 0...7)
  /// The levels that are possible now.
  package static let type = LayoutField("reset_type", dword: 1, bits: 8...15)
  package static let state = LayoutField("reset_state", dword: 1, bits: 16...19)
}

// MARK: the flash through the firmware

package enum MFPA {
  package static let bootAddress = LayoutField("boot_address", dword: 1, bits: 0...31)
  package static let flashCount = LayoutField("flash_num", dword: 4, bits: 0...3)
  package static let erases64K = LayoutField("bulk_64kb_erase_en", dword: 4, bits: 29...29)
  package static let jedec = LayoutField("jedec_id", dword: 5, bits: 0...23)
  package static let sectorSize = LayoutField("sector_size", dword: 6, bits: 0...9)
}

package enum MFBA {
  package static let size = LayoutField("size", dword: 1, bits: 0...8)
  package static let address = LayoutField("address", dword: 2, bits: 0...31)
  /// The bytes of each dword of the flash travel reversed.
  package static let data = (byte: 0xc, count: 256)
}
