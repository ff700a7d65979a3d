package import BinaryLayout
internal import Vocabulary

/// What stands around a register in the mailbox: an operation record and the head of the register's own record.
/// Source: mstflint `mtcr_ul/mtcr_ul_com.c` (`init_operation_tlv`), Linux `drivers/net/ethernet/mellanox/mlxsw/emad.h`.
package struct RegisterEnvelope: Sendable, Equatable {
  /// The command that carries a register.
  package static let opcode: UInt64 = 0x9001
  /// Bytes before the register.
  package static let headSize = 20

  /// The dwords of the transaction's number: of no meaning here, so whatever the mailbox holds will do.
  static let transaction = 2...3

  package enum Layout {
    package static let type = LayoutField("op_type", dword: 0, bits: 27...31)
    package static let length = LayoutField("op_len", dword: 0, bits: 16...26)
    package static let status = LayoutField("op_status", dword: 0, bits: 8...14)
    package static let register = LayoutField("op_register", dword: 1, bits: 16...31)
    package static let isResponse = LayoutField("op_r", dword: 1, bits: 15...15)
    package static let method = LayoutField("op_method", dword: 1, bits: 8...14)
    package static let classNumber = LayoutField("op_class", dword: 1, bits: 0...7)
    package static let dataType = LayoutField("reg_type", dword: 4, bits: 27...31)
    package static let dataLength = LayoutField("reg_len", dword: 4, bits: 16...26)
  }

  let bytes: [UInt8]

  init(_ register: AccessRegister, _ method: CommandMailbox.Method, _ data: [UInt8]) {
    var head = [UInt8](repeating: 0, count: Self.headSize)
    Layout.type.write(1, into: &head)
    Layout.length.write(4, into: &head)
    Layout.register.write(UInt64(register.id), into: &head)
    Layout.method.write(method.rawValue, into: &head)
    Layout.classNumber.write(1, into: &head)
    Layout.dataType.write(3, into: &head)
    Layout.dataLength.write(UInt64(1 + data.count / 4), into: &head)
    bytes = head + data
  }

  var dwords: [UInt32] { Self.dwords(bytes) }

  /// - Parameter head: the first two dwords of an answer.
  static func check(_ head: [UInt32], of register: AccessRegister) throws(CardRegisterError) {
    let bytes = Self.bytes(head)
    let status = UInt8(truncatingIfNeeded: Layout.status.read(bytes) ?? 0)
    guard Layout.register.read(bytes) == UInt64(register.id) else {
      throw .answer(
        register.name, why: "it is about register 0x\((Layout.register.read(bytes) ?? 0).hexadecimal(digits: 4))")
    }
    if status != 0 { throw .register(register.name, status: status) }
  }

  static func data(_ answer: [UInt32]) -> [UInt8] { Array(bytes(answer).dropFirst(headSize)) }

  package static func dwords(_ bytes: [UInt8]) -> [UInt32] {
    stride(from: 0, to: bytes.count, by: 4).map { start in
      bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
  }

  package static func bytes(_ dwords: [UInt32]) -> [UInt8] {
    dwords.flatMap { dword in (0..<4).map { UInt8(truncatingIfNeeded: dword >> UInt32(24 - 8 * $0)) } }
  }
}
