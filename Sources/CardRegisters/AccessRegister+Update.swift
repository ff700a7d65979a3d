package import BinaryLayout

package enum MCQS {
  package static let index = LayoutField("component_index", dword: 0, bits: 0...15)
  package static let isLast = LayoutField("last_index_flag", dword: 0, bits: 31...31)
  package static let identifier = LayoutField("identifier", dword: 1, bits: 0...15)
  package static let updateState = LayoutField("component_update_state", dword: 2, bits: 0...3)
  package static let status = LayoutField("component_status", dword: 2, bits: 4...8)
  /// The firmware image among the components.
  package static let bootImage: UInt64 = 1
  package static let active: UInt64 = 3
  package static let pendingReset: UInt64 = 4
  package static let inUse: UInt64 = 2
}

package enum MCQI {
  package enum Kind: UInt64, Sendable {
    case capabilities = 0, version = 1, activation = 5
  }
  package static let index = LayoutField("component_index", dword: 0, bits: 0...15)
  package static let isPending = LayoutField("read_pending_component", dword: 0, bits: 31...31)
  package static let kind = LayoutField("info_type", dword: 2, bits: 0...4)
  package static let infoSize = LayoutField("info_size", dword: 3, bits: 0...31)
  package static let offset = LayoutField("offset", dword: 4, bits: 0...31)
  package static let dataSize = LayoutField("data_size", dword: 5, bits: 0...15)
  package static let dataStart = 0x18

  package enum Capabilities {
    package static let size = 0x70
    package static let kinds = LayoutField("supported_info_bitmask", dword: 6, bits: 0...31)
    package static let componentSize = LayoutField("component_size", dword: 7, bits: 0...31)
    package static let maximalSize = LayoutField("max_component_size", dword: 8, bits: 0...31)
    package static let maximalWrite = LayoutField("mcda_max_write_size", dword: 9, bits: 0...15)
    package static let wordLog2 = LayoutField("log_mcda_word_size", dword: 9, bits: 28...31)
    package static let matchesPSID = LayoutField("match_psid", dword: 10, bits: 28...28)
    package static let matchesChip = LayoutField("match_chip_id", dword: 10, bits: 29...29)
    package static let signedOnly = LayoutField("signed_updates_only", dword: 10, bits: 30...30)
  }

  package enum Version {
    package static let size = 0x7c
    package static let textLength = LayoutField("version_string_length", dword: 6, bits: 0...7)
    package static let hasBuildTime = LayoutField("build_time_valid", dword: 6, bits: 29...29)
    package static let major = LayoutField("version.major", dword: 7, bits: 24...31)
    package static let minor = LayoutField("version.minor", dword: 7, bits: 16...23)
    package static let subMinor = LayoutField("version.sub_minor", dword: 7, bits: 0...15)
    /// Binary coded decimal.
    package static let year = LayoutField("build_time.year", dword: 9, bits: 16...31)
    package static let month = LayoutField("build_time.month", dword: 9, bits: 8...15)
    package static let day = LayoutField("build_time.day", dword: 9, bits: 0...7)
    package static let text = (byte: 0x38, count: 92)
  }

  package enum Activation {
    package static let size = 4
    package static let onFirmwareReset = LayoutField("pending_fw_reset", dword: 6, bits: 2...2)
    package static let onReboot = LayoutField("pending_server_reboot", dword: 6, bits: 3...3)
    package static let onPowerCycle = LayoutField("pending_server_dc_power_cycle", dword: 6, bits: 4...4)
    package static let onColdPowerCycle = LayoutField("pending_server_ac_power_cycle", dword: 6, bits: 5...5)
  }
}

package enum MCC {
  package enum Instruction: UInt64, Sendable {
    case query = 0, lock = 1, release = 2, update = 3, verify = 4, activate = 6, read = 7, cancel = 8, check = 9
    case forceRelease = 0xa, readPending = 0xb
  }
  package enum State: UInt64, Sendable {
    case idle = 0, locked, initialize, download, verify, apply, activate, upload, uploadPending
  }
  package static let instruction = LayoutField("instruction", dword: 0, bits: 0...7)
  package static let secondsSinceLast = LayoutField("time_elapsed_since_last_cmd", dword: 0, bits: 16...27)
  package static let component = LayoutField("component_index", dword: 1, bits: 0...15)
  package static let handle = LayoutField("update_handle", dword: 2, bits: 0...23)
  package static let state = LayoutField("control_state", dword: 3, bits: 0...3)
  package static let error = LayoutField("error_code", dword: 3, bits: 8...15)
  package static let ownerHost = LayoutField("handle_owner_host_id", dword: 3, bits: 24...27)
  package static let ownerType = LayoutField("handle_owner_type", dword: 3, bits: 28...31)
  package static let size = LayoutField("component_size", dword: 4, bits: 0...31)
}

package enum MCDA {
  package static let handle = LayoutField("update_handle", dword: 0, bits: 0...23)
  package static let offset = LayoutField("offset", dword: 1, bits: 0...31)
  package static let size = LayoutField("size", dword: 2, bits: 0...15)
  /// The bytes of each dword of the file travel reversed.
  package static let data = (byte: 0x10, count: 128)
}
